// ECDSA over a digest that was made elsewhere. Signatures are in DER, as KMS's.

import type { KeyObject } from "node:crypto";

async function curveOf(spec: string) {
  switch (spec) {
    case "ECC_NIST_P256":
      return (await import("@noble/curves/nist.js")).p256;
    case "ECC_NIST_P384":
      return (await import("@noble/curves/nist.js")).p384;
    case "ECC_NIST_P521":
      return (await import("@noble/curves/nist.js")).p521;
    default:
      return (await import("@noble/curves/secp256k1.js")).secp256k1;
  }
}

export async function ecdsaSignDigest(spec: string, key: KeyObject, digest: Uint8Array): Promise<Buffer> {
  const curve = await curveOf(spec);
  const { d = "" } = key.export({ format: "jwk" });
  const signature = curve.sign(digest, Buffer.from(d, "base64url"), { prehash: false, lowS: false });
  return Buffer.from(signature.toBytes("der"));
}

export async function ecdsaVerifyDigest(
  spec: string,
  key: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const curve = await curveOf(spec);
  const { x = "", y = "" } = key.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  try {
    return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: "der" });
  } catch {
    return false;
  }
}
