// Ed25519ph over a digest that was made elsewhere (RFC 8032, section 5.1): Node's
// crypto knows Ed25519 itself, and nothing else of the family.

import type { KeyObject } from "node:crypto";

const prefix = Buffer.from("SigEd25519 no Ed25519 collisions");

/** `dom2` with the flag of the prehashed form. */
const domain = (data: Uint8Array, context: Uint8Array): Buffer =>
  Buffer.concat([prefix, Buffer.of(1, context.length), context, data]);

async function prehashed() {
  const [{ ed25519 }, { twistedEdwards }] = await Promise.all([
    import("@noble/curves/ed25519.js"),
    import("@noble/curves/abstract/edwards.js"),
  ]);
  return twistedEdwards({ ...ed25519.CURVE, domain });
}

export async function edwardsSignDigest(key: KeyObject, digest: Uint8Array): Promise<Buffer> {
  const { d = "" } = key.export({ format: "jwk" });
  return Buffer.from((await prehashed()).sign(digest, Buffer.from(d, "base64url")));
}

export async function edwardsVerifyDigest(
  key: KeyObject,
  digest: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { x = "" } = key.export({ format: "jwk" });
  try {
    return (await prehashed()).verify(signature, digest, Buffer.from(x, "base64url"));
  } catch {
    return false;
  }
}
