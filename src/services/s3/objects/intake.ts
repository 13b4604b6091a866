// Takes a body in: streams it to a blob, computes its checksums on the way, and
// compares them with those that the sender claims, before or after the body.

import type { BlobInfo, Blobs } from "../../../core/ports/blobs.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ChecksumAlgorithm } from "../../../model/generated/s3.d.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { type Algorithm, hasher, supported } from "../checksums/algorithm.ts";
import { type ChecksumMembers, claimedDigest, mismatch } from "../checksums/checksum.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import { smallBytes, whole } from "./small.ts";

/** The members that uploads of objects and of parts share. */
export interface BodyInput extends ChecksumMembers {
  readonly Body?: ByteStream | Uint8Array | undefined;
  readonly ContentLength?: number | undefined;
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: ChecksumAlgorithm | undefined;
}

export interface Taken {
  readonly blob: BlobInfo;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string };
  /** Whether the sender sent that checksum, rather than have it computed. */
  readonly claimed: boolean;
}

const largestBody = 5 * 1024 ** 3;

export async function takeBody(ctx: Waiting, input: BodyInput, fallback: Algorithm): Promise<Taken> {
  const size = input.ContentLength;
  if (size !== undefined && size > largestBody) {
    throw s3Fault("EntityTooLarge", { ProposedSize: size, MaxSizeAllowed: largestBody });
  }
  const md5 = readContentMd5(input.ContentMD5);
  const announced = input.ChecksumAlgorithm === undefined ? undefined : supported(input.ChecksumAlgorithm);
  const algorithm = claimedDigest(input)?.algorithm ?? announced ?? fallback;
  const hash = hasher(algorithm);
  const blob = await ctx.blobs.put(await bodyOf(input), (chunk) => hash.update(chunk));
  return keeping(ctx.blobs, blob, async () => {
    if (md5 !== undefined && Buffer.compare(md5, blob.md5) !== 0) throw badMd5(input.ContentMD5, blob);
    // A trailer is here only now, and may be another one than was announced.
    const claimed = claimedDigest(input);
    if (claimed === undefined && announced !== undefined) {
      throw invalidRequest(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
      );
    }
    const value =
      claimed === undefined || claimed.algorithm === algorithm
        ? Buffer.from(hash.digest()).toString("base64")
        : await digestOf(ctx.blobs, blob.id, claimed.algorithm);
    if (claimed !== undefined && claimed.value !== value) throw mismatch(claimed.algorithm);
    return {
      blob,
      md5: Buffer.from(blob.md5).toString("hex"),
      checksum: { algorithm: claimed?.algorithm ?? algorithm, value },
      claimed: claimed !== undefined,
    };
  });
}

function bodyOf({ Body, ContentLength }: BodyInput): ByteStream | Uint8Array | Promise<Uint8Array> {
  if (Body === undefined) return new Uint8Array();
  if (Body instanceof Uint8Array || ContentLength === undefined || ContentLength > smallBytes) return Body;
  return whole(Body);
}

/** Runs what makes something refer to the blob; should it fail, the blob goes. */
export async function keeping<T>(blobs: Blobs, blob: BlobInfo, commit: () => Promise<T>): Promise<T> {
  try {
    return await commit();
  } catch (error) {
    await blobs.delete(blob.id);
    throw error;
  }
}

export async function digestOf(blobs: Blobs, id: string, algorithm: Algorithm): Promise<string> {
  const hash = hasher(algorithm);
  for await (const chunk of await blobs.get(id)) hash.update(chunk);
  return Buffer.from(hash.digest()).toString("base64");
}

function readContentMd5(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 16) throw s3Fault("InvalidDigest", { "Content-MD5": text });
  return bytes;
}

function badMd5(claimed: string | undefined, blob: BlobInfo): Error {
  const calculated = Buffer.from(blob.md5).toString("base64");
  return s3Fault("BadDigest", { ExpectedDigest: claimed, CalculatedDigest: calculated });
}
