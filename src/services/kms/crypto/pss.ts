// RSASSA-PSS over a digest that was made elsewhere: Node's crypto pads only
// digests that it made itself. RFC 8017, sections 9.1.1 and 9.1.2.

import {
  constants,
  createHash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  timingSafeEqual,
} from "node:crypto";

/** As long a salt as the digest, which is what KMS uses. */
export function signPss(key: KeyObject, hash: string, digest: Uint8Array, salt: Uint8Array): Buffer {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const padded = encode(hash, digest, salt, bits);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, padded);
}

export function verifyPss(key: KeyObject, hash: string, digest: Uint8Array, signature: Uint8Array): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (signature.length !== bits / 8) return false;
  let padded: Buffer;
  try {
    padded = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  } catch {
    return false;
  }
  if (padded.at(-1) !== 0xbc) return false;
  const hashed = padded.subarray(padded.length - digest.length - 1, -1);
  const masked = padded.subarray(0, padded.length - digest.length - 1);
  const block = xor(masked, mask(hash, hashed, masked.length));
  // The modulus's first bit is never part of the message.
  block[0] = (block[0] ?? 0) & 0x7f;
  const salt = block.subarray(block.length - digest.length);
  const expected = encode(hash, digest, salt, bits);
  return expected.length === padded.length && timingSafeEqual(expected, padded);
}

function encode(hash: string, digest: Uint8Array, salt: Uint8Array, bits: number): Buffer {
  const length = bits / 8;
  const hashed = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const block = Buffer.alloc(length - digest.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const masked = xor(block, mask(hash, hashed, block.length));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  return Buffer.concat([masked, hashed, Buffer.of(0xbc)]);
}

/** MGF1. */
function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0, made = 0; made < length; counter++) {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(counter);
    const block = createHash(hash).update(seed).update(number).digest();
    blocks.push(block);
    made += block.length;
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, at) => byte ^ right[at]!));
}
