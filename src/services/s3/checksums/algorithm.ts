// The checksum algorithms of S3, each with the name of its member
// (`ChecksumCRC32`) and a way to compute it while bytes pass.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ChecksumAlgorithm } from "../../../model/generated/s3.d.ts";
import { unsupported } from "../faults.ts";
import { crc32c } from "./crc32c.ts";
import { Crc64Nvme } from "./crc64nvme.ts";

export type Algorithm = Exclude<ChecksumAlgorithm, "XXHASH64" | "XXHASH3" | "XXHASH128">;

export interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

const hashers: Readonly<Record<Algorithm, () => Hasher>> = {
  CRC32: () => checksum32(crc32),
  CRC32C: () => checksum32(crc32c),
  CRC64NVME: () => new Crc64Nvme(),
  SHA1: () => createHash("sha1"),
  SHA256: () => createHash("sha256"),
  SHA512: () => createHash("sha512"),
  MD5: () => createHash("md5"),
};

export const algorithms = Object.keys(hashers) as readonly Algorithm[];

const digestBytes: Readonly<Record<Algorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
};

/** What an object has where its sender chose none. */
export const defaultAlgorithm: Algorithm = "CRC64NVME";

export function hasher(algorithm: Algorithm): Hasher {
  return hashers[algorithm]();
}

export function supported(algorithm: ChecksumAlgorithm): Algorithm {
  if (algorithm in hashers) return algorithm as Algorithm;
  throw unsupported(`the checksum algorithm ${algorithm}`);
}

/** Whether a text can be a checksum of that algorithm, in base64. */
export function isDigest(algorithm: Algorithm, text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === digestBytes[algorithm] && bytes.toString("base64") === text;
}

export function headerOf(algorithm: Algorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

function checksum32(next: (bytes: Uint8Array, before: number) => number): Hasher {
  let value = 0;
  return {
    update: (bytes) => {
      value = next(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
