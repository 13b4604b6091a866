// Takes a body in: small ones into memory, others as a stream into a blob;
// computes checksums on the way, and compares them with those that the sender
// claims, before or after the body.

import { createHash } from "node:crypto";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ChecksumAlgorithm } from "../../../model/generated/s3.d.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import type { BucketState } from "../buckets/bucket.ts";
import { type Algorithm, type Hasher, hasher, supported } from "../checksums/algorithm.ts";
import { type ChecksumMembers, claimedDigest, mismatch } from "../checksums/checksum.ts";
import { type Keys, transformed, transformer } from "../encryption/cipher.ts";
import type { Protection } from "../encryption/keys.ts";
import { invalidRequest, s3Fault } from "../faults.ts";
import { endArrival, giveUpArrival, onRecord } from "./arrival.ts";
import { bodyKey, type OwnContent } from "./content.ts";
import { inlineBytes, pieceByPiece, smallBytes, whole } from "./small.ts";

/** The members that uploads of objects and of parts share. */
export interface BodyInput extends ChecksumMembers {
  readonly Body?: ByteStream | Uint8Array | undefined;
  readonly ContentLength?: number | undefined;
  readonly ContentMD5?: string | undefined;
  readonly ChecksumAlgorithm?: ChecksumAlgorithm | undefined;
}

/** Encrypted as they are to be. */
export interface Held {
  /** Of the content that they become. */
  readonly id: string;
  /** Undefined where a blob of that id holds them. */
  readonly bytes?: Uint8Array;
}

export interface Taken {
  readonly held: Held;
  readonly size: number;
  /** The MD5, hexadecimal, unless the bytes are encrypted with a key of the customer's. */
  readonly etag: string;
  readonly checksum: { readonly algorithm: Algorithm; readonly value: string };
  /** Of the checksum that the sender sent; undefined where it was left to be computed. */
  readonly claimed: Algorithm | undefined;
}

const largestBody = 5 * 1024 ** 3;

export interface Intake {
  /** In place of the input's. */
  readonly body?: ByteStream | undefined;
  /** Whose contents the body becomes part of. */
  readonly bucket: BucketState;
  readonly protection: Protection;
  /** The checksum that is computed where the sender chose none. */
  readonly fallback: Algorithm;
  /** One that is computed whatever the sender chose. */
  readonly needed?: Algorithm;
}

export async function takeBody(ctx: Waiting, input: BodyInput, intake: Intake): Promise<Taken> {
  const { bucket, protection, fallback, needed } = intake;
  const size = input.ContentLength;
  if (size !== undefined && size > largestBody) throw tooLarge(size);
  const md5 = readContentMd5(input.ContentMD5);
  const announced = input.ChecksumAlgorithm === undefined ? undefined : supported(input.ChecksumAlgorithm);
  const sums = new Sums([claimedDigest(input)?.algorithm ?? announced ?? fallback, needed]);
  const held = await hold(ctx, intake, await bodyOf(input, intake.body), sums);
  return keeping(ctx, bucket, held, async () => {
    const computed = sums.md5();
    if (md5 !== undefined && Buffer.compare(md5, computed) !== 0) {
      const calculated = computed.toString("base64");
      throw s3Fault("BadDigest", { ExpectedDigest: input.ContentMD5, CalculatedDigest: calculated });
    }
    const claimed = claimedDigest(input);
    if (claimed === undefined && announced !== undefined) {
      throw invalidRequest(
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
      );
    }
    const algorithm = claimed?.algorithm ?? announced ?? fallback;
    // A trailer may be of another algorithm than was announced: then all is read again.
    const value = sums.value(algorithm) ?? (await digestOf(ctx, held, protection.keys, algorithm));
    if (claimed !== undefined && claimed.value !== value) throw mismatch(claimed.algorithm);
    const kept = needed ?? algorithm;
    return {
      held,
      size: sums.size,
      etag: etagOf(computed, held, protection),
      checksum: { algorithm: kept, value: kept === algorithm ? value : sums.value(kept)! },
      claimed: claimed?.algorithm,
    };
  });
}

/** As on AWS, the MD5 only where S3 has the keys itself: what it would tell about a body is nobody's secret then. */
function etagOf(md5: Buffer, held: Held, { encryption }: Protection): string {
  if (encryption === undefined || encryption.type === "AES256") return md5.toString("hex");
  return createHash("md5").update(md5).update(held.id).digest("hex");
}

/** All that is computed of a body while it passes. */
class Sums {
  size = 0;
  readonly #md5 = createHash("md5");
  readonly #hashers = new Map<Algorithm, Hasher>();
  readonly #values = new Map<Algorithm, string>();

  constructor(algorithms: readonly (Algorithm | undefined)[]) {
    for (const each of algorithms) if (each !== undefined) this.#hashers.set(each, hasher(each));
  }

  pass(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.size > largestBody) throw tooLarge(this.size);
    this.#md5.update(chunk);
    for (const each of this.#hashers.values()) each.update(chunk);
  }

  /** To be asked for once. */
  md5(): Buffer {
    return this.#md5.digest();
  }

  /** Base64. */
  value(algorithm: Algorithm): string | undefined {
    const hash = this.#hashers.get(algorithm);
    if (hash !== undefined) {
      this.#hashers.delete(algorithm);
      this.#values.set(algorithm, Buffer.from(hash.digest()).toString("base64"));
    }
    return this.#values.get(algorithm);
  }
}

export function isSmall({ Body, ContentLength }: BodyInput): boolean {
  return Body === undefined || Body instanceof Uint8Array || (ContentLength ?? Infinity) <= smallBytes;
}

function bodyOf(
  { Body, ContentLength }: BodyInput,
  replacement: ByteStream | undefined,
): ByteStream | Uint8Array | Promise<Uint8Array> {
  if (replacement !== undefined) return whole(replacement);
  if (Body === undefined) return new Uint8Array();
  if (Body instanceof Uint8Array || ContentLength === undefined || ContentLength > smallBytes) return Body;
  return whole(Body);
}

async function hold(
  ctx: Waiting,
  { bucket, protection: { keys } }: Intake,
  body: ByteStream | Uint8Array,
  sums: Sums,
): Promise<Held> {
  const id = ctx.ids.hex(32);
  const transform = transformer(keys, id);
  if (body instanceof Uint8Array && body.length <= inlineBytes) {
    sums.pass(body);
    return { id, bytes: transform(body) };
  }
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body instanceof Uint8Array ? pieceByPiece(body) : body) {
      sums.pass(chunk);
      yield transform(chunk);
    }
  }
  try {
    await ctx.blobs.put(onRecord(ctx, bucket, passing(), id), undefined, id);
    return { id };
  } catch (error) {
    await giveUpArrival(ctx, bucket, id);
    throw error;
  }
}

/** Runs what makes something refer to the held bytes; should it fail, a blob goes. */
export async function keeping<T>(
  ctx: Waiting,
  bucket: BucketState,
  held: Held,
  commit: () => Promise<T>,
): Promise<T> {
  try {
    return await commit();
  } catch (error) {
    if (held.bytes === undefined) await giveUpArrival(ctx, bucket, held.id);
    throw error;
  }
}

/** In the transaction that makes something refer to them. `there`: at the bucket's place. */
export async function keep(there: Transaction, { id, bytes }: Held): Promise<OwnContent> {
  if (bytes === undefined) {
    await endArrival(there, id);
    return { blob: id };
  }
  there.raw.put(bodyKey(there, id), bytes);
  return { body: id };
}

async function digestOf(
  ctx: Waiting,
  { id, bytes }: Held,
  keys: Keys,
  algorithm: Algorithm,
): Promise<string> {
  const hash = hasher(algorithm);
  const body = transformed(bytes ?? (await ctx.blobs.get(id)), keys, id);
  if (body instanceof Uint8Array) hash.update(body);
  else for await (const chunk of body) hash.update(chunk);
  return Buffer.from(hash.digest()).toString("base64");
}

function readContentMd5(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 16) throw s3Fault("InvalidDigest", { "Content-MD5": text });
  return bytes;
}

function tooLarge(size: number): Error {
  return s3Fault("EntityTooLarge", { ProposedSize: size, MaxSizeAllowed: largestBody });
}
