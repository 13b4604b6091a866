// Ciphertexts of symmetric keys: AES-256-GCM behind a header that tells which
// key and which material of it; the encryption context is authenticated with it.
//
//   01 02 03 00 78, length of the name, `<account>/<key id>`, material id (32),
//   initialisation vector (12), ciphertext, tag (16)

import { createCipheriv, createDecipheriv } from "node:crypto";
import { type Fault, fault } from "../../../core/fault.ts";
import type { Ids } from "../../../core/ids.ts";
import type { EncryptionContext } from "../keys/access.ts";
import type { KeyState, Material } from "../keys/key.ts";
import { kms } from "../model.ts";

const magic = Buffer.of(1, 2, 3, 0, 0x78);
const materialBytes = 32;
const vectorBytes = 12;
const tagBytes = 16;

export function seal(
  ids: Ids,
  key: KeyState,
  material: Material,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const name = Buffer.from(`${key.account}/${key.id}`);
  const header = Buffer.concat([magic, Buffer.of(name.length), name, Buffer.from(material.id, "hex")]);
  const vector = ids.bytes(vectorBytes);
  const cipher = createCipheriv("aes-256-gcm", secretOf(material), vector);
  cipher.setAAD(Buffer.concat([header, canonical(context)]));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, vector, body, cipher.getAuthTag()]);
}

export interface Sealed {
  readonly account: string;
  readonly keyId: string;
  readonly materialId: string;
  readonly header: Uint8Array;
  readonly vector: Uint8Array;
  readonly body: Uint8Array;
  readonly tag: Uint8Array;
}

/** Throws AWS's fault where it is no ciphertext of a symmetric key. */
export function readSealed(blob: Uint8Array): Sealed {
  const bytes = Buffer.from(blob);
  const nameEnd = magic.length + 1 + (bytes[magic.length] ?? 0);
  const headerEnd = nameEnd + materialBytes;
  if (!bytes.subarray(0, magic.length).equals(magic) || bytes.length < headerEnd + vectorBytes + tagBytes) {
    throw invalidCiphertext();
  }
  const [account = "", keyId = ""] = bytes.toString("latin1", magic.length + 1, nameEnd).split("/");
  if (!/^\d{12}$/.test(account) || keyId === "") throw invalidCiphertext();
  return {
    account,
    keyId,
    materialId: bytes.toString("hex", nameEnd, headerEnd),
    header: bytes.subarray(0, headerEnd),
    vector: bytes.subarray(headerEnd, headerEnd + vectorBytes),
    body: bytes.subarray(headerEnd + vectorBytes, bytes.length - tagBytes),
    tag: bytes.subarray(bytes.length - tagBytes),
  };
}

/** Another context, key or byte than it was sealed with opens nothing. */
export function open(sealed: Sealed, material: Material, context: EncryptionContext): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", secretOf(material), sealed.vector);
  decipher.setAAD(Buffer.concat([sealed.header, canonical(context)]));
  decipher.setAuthTag(sealed.tag);
  try {
    return Buffer.concat([decipher.update(sealed.body), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

/** AWS says no more than that it is. */
export function invalidCiphertext(): Fault {
  return fault(kms, "InvalidCiphertextException", "");
}

/** The order in which a context is written makes no difference. */
function canonical(context: EncryptionContext): Buffer {
  const entries = Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.from(JSON.stringify(entries));
}

function secretOf({ secret }: Material): Buffer {
  return Buffer.from(secret ?? "", "base64");
}
