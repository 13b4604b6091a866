// ML-DSA (FIPS 204): keys are kept as the seed that they grow from. Node's crypto
// has it from version 24 on, a library before.

import type { Ids } from "../../../core/ids.ts";
import type { MessageType } from "../../../model/generated/kms.d.ts";
import type { Material } from "../keys/key.ts";
import { invalid } from "../model.ts";

const seedBytes = 32;
const muBytes = 64;

/** The last number of the algorithm's identifier (2.16.840.1.101.3.4.3.x), and the public key's bytes. */
const specs: Readonly<Record<string, { readonly id: number; readonly publicBytes: number }>> = {
  ML_DSA_44: { id: 0x11, publicBytes: 1312 },
  ML_DSA_65: { id: 0x12, publicBytes: 1952 },
  ML_DSA_87: { id: 0x13, publicBytes: 2592 },
};

/** What the library's types leave out: a context, and a message that is its representative already. */
interface Signing {
  sign(key: Uint8Array, message: Uint8Array, context: Uint8Array, random: Uint8Array): Uint8Array;
}

interface Representative {
  sign(key: Uint8Array, mu: Uint8Array, random: Uint8Array, external: true): Uint8Array;
  verify(key: Uint8Array, mu: Uint8Array, signature: Uint8Array, external: true): boolean;
}

async function signerOf(spec: string) {
  const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import("@noble/post-quantum/ml-dsa");
  return spec === "ML_DSA_44" ? ml_dsa44 : spec === "ML_DSA_65" ? ml_dsa65 : ml_dsa87;
}

export function isLattice(spec: string): boolean {
  return Object.hasOwn(specs, spec);
}

/** The secret and the public key of new material, in base64; the public one as SubjectPublicKeyInfo. */
export async function newLatticePair(ids: Ids, spec: string): Promise<{ secret: string; publicKey: string }> {
  const seed = ids.bytes(seedBytes);
  const { publicKey } = (await signerOf(spec)).keygen(seed);
  const { id } = specs[spec]!;
  const algorithm = Buffer.from(`300b06096086480165030403${id.toString(16)}`, "hex");
  const bits = tagged(0x03, Buffer.concat([Buffer.of(0), publicKey]));
  const encoded = tagged(0x30, Buffer.concat([algorithm, bits]));
  return { secret: Buffer.from(seed).toString("base64"), publicKey: encoded.toString("base64") };
}

function tagged(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(tag, 0x82, content.length >> 8, content.length & 0xff), content]);
}

const secretKeys = new WeakMap<Material, Uint8Array>();

export async function latticeSign(
  ids: Ids,
  spec: string,
  material: Material,
  type: MessageType,
  message: Uint8Array,
): Promise<Buffer> {
  const signer = await signerOf(spec);
  let key = secretKeys.get(material);
  if (key === undefined) {
    key = signer.keygen(new Uint8Array(Buffer.from(material.secret ?? "", "base64"))).secretKey;
    secretKeys.set(material, key);
  }
  const random = ids.bytes(seedBytes);
  const signature = isRepresentative(type, message)
    ? (signer.internal as unknown as Representative).sign(key, message, random, true)
    : (signer as unknown as Signing).sign(key, message, new Uint8Array(0), random);
  return Buffer.from(signature);
}

export async function latticeVerify(
  spec: string,
  material: Material,
  type: MessageType,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const signer = await signerOf(spec);
  const known = Buffer.from(material.publicKey ?? "", "base64");
  const key = new Uint8Array(known.subarray(known.length - specs[spec]!.publicBytes));
  try {
    return isRepresentative(type, message)
      ? (signer.internal as unknown as Representative).verify(key, message, signature, true)
      : signer.verify(key, message, signature);
  } catch {
    return false;
  }
}

function isRepresentative(type: MessageType, message: Uint8Array): boolean {
  if (type === "RAW") return false;
  if (type !== "EXTERNAL_MU") {
    throw invalid("MessageType must be RAW or EXTERNAL_MU for the signing algorithm ML_DSA_SHAKE_256.");
  }
  if (message.length !== muBytes) throw invalid("Digest is invalid length for algorithm.");
  return true;
}
