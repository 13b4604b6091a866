// Importing key material: the wrapping keys that are good for a day, and the
// end of material that expires.

import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from "node:crypto";
import { type Fault, fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { AlgorithmSpec } from "../../../model/generated/kms.d.ts";
import { kms, unsupported } from "../model.ts";
import { Key, type KeyState } from "./key.ts";
import { tell } from "./key-event.ts";

export interface ImportToken {
  readonly token: string;
  readonly keyId: string;
  readonly algorithm: AlgorithmSpec;
  /** PKCS #8 in DER, base64. */
  readonly privateKey: string;
  readonly validTo: number;
}

export const ImportToken = defineResource<ImportToken>()({
  service: "kms",
  type: "import-token",
  key: (token) => [token.token],
});

interface ExpireRun {
  readonly keyId: string;
  readonly materialId: string;
}

/** Material that expires is forgotten by the clock; so is a token. */
export const expireMaterial = defineJob<ExpireRun>({ name: "kms.expireMaterial", run: expire });
export const expireToken = defineJob<{ readonly token: string }>({
  name: "kms.expireToken",
  run: async ({ token }, tx) => tx.delete(ImportToken, token),
});

async function expire({ keyId, materialId }: ExpireRun, tx: Transaction): Promise<void> {
  const key = await tx.get(Key, keyId);
  const material = key?.materials.find(({ id }) => id === materialId);
  if (key === undefined || material?.validTo === undefined || material.validTo > tx.now) return;
  tx.put(Key, withoutMaterial(key, materialId));
  tell(tx, key, "KMS Imported Key Material Expiration");
}

/** What the key was used with is remembered without its secret; what still waits for its rotation is forgotten. */
export function withoutMaterial(key: KeyState, materialId: string): KeyState {
  const materials = key.materials
    .filter(({ id, pending }) => id !== materialId || pending !== true)
    .map((each) => (each.id === materialId ? { ...each, secret: undefined, validTo: undefined } : each));
  return { ...key, materials };
}

/** The bytes that somebody wrapped with our public key. */
export function unwrap(token: ImportToken, wrapped: Uint8Array): Buffer {
  const key = createPrivateKey({
    key: Buffer.from(token.privateKey, "base64"),
    format: "der",
    type: "pkcs8",
  });
  const oaep = (oaepHash: string, bytes: Uint8Array) =>
    privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  try {
    switch (token.algorithm) {
      case "RSAES_OAEP_SHA_1":
        return oaep("sha1", wrapped);
      case "RSAES_OAEP_SHA_256":
        return oaep("sha256", wrapped);
      case "RSA_AES_KEY_WRAP_SHA_1":
      case "RSA_AES_KEY_WRAP_SHA_256": {
        // An AES key under RSA, and the material under that.
        const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
        const hash = token.algorithm.endsWith("256") ? "sha256" : "sha1";
        const wrapping = oaep(hash, wrapped.subarray(0, size));
        const decipher = createDecipheriv("id-aes256-wrap-pad", wrapping, Buffer.from("a65959a6", "hex"));
        return Buffer.concat([decipher.update(wrapped.subarray(size)), decipher.final()]);
      }
      default:
        throw unsupported();
    }
  } catch (error) {
    if (error instanceof Error && error.name === "Fault") throw error;
    throw cannotUnwrap();
  }
}

function cannotUnwrap(): Fault {
  return fault(kms, "InvalidCiphertextException", "");
}
