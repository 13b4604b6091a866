// New key material: random bytes, or a key pair.

import { createHash, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Ids } from "../../../core/ids.ts";
import { newLatticePair } from "../crypto/ml-dsa.ts";
import type { Material } from "./key.ts";
import { factsOf } from "./key-spec.ts";

export type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

/** Of an asymmetric kind. Takes up to a second for the longest: nothing that a transaction could wait for. */
export async function newPair(spec: string): Promise<Pair> {
  const { size, curve } = factsOf(spec) ?? {};
  const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<Pair>;
  if (curve === "ed25519") return generate("ed25519", {});
  if (curve !== undefined) return generate("ec", { namedCurve: curve });
  return generate("rsa", { modulusLength: size });
}

export function pairMaterial(ids: Ids, { privateKey, publicKey }: Pair, now: number): Material {
  return {
    id: newMaterialId(ids),
    secret: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    createdAt: now,
  };
}

export async function latticeMaterial(ids: Ids, spec: string, now: number): Promise<Material> {
  return { id: newMaterialId(ids), ...(await newLatticePair(ids, spec)), createdAt: now };
}

export function randomMaterial(ids: Ids, spec: string, now: number): Material {
  const bytes = ids.bytes(factsOf(spec)?.size ?? 32);
  return { id: newMaterialId(ids), secret: Buffer.from(bytes).toString("base64"), createdAt: now };
}

/** The same bytes imported again are the same material. */
export function importedMaterialId(keyId: string, secret: Uint8Array): string {
  return createHash("sha256").update(keyId).update(secret).digest("hex");
}

function newMaterialId(ids: Ids): string {
  return ids.hex(64);
}
