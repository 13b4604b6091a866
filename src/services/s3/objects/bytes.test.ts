// Ranges, parts and copies of parts against a plain buffer: whatever is asked of
// an object, encrypted or not, in one piece or many, are the bytes that are there.

import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ByteStream } from "../../../model/shapes.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";
import { whole } from "./small.ts";

const Bucket = "bytes";
const smallestPart = 5 * 1024 * 1024;
const customerKey = Buffer.alloc(32, 7);
const customer = {
  SSECustomerAlgorithm: "AES256",
  SSECustomerKey: customerKey.toString("base64"),
  SSECustomerKeyMD5: createHash("md5").update(customerKey).digest("base64"),
};
const kinds = {
  plain: [{}, {}],
  "encrypted with S3's key": [{ ServerSideEncryption: "AES256" }, {}],
  "encrypted with a customer's key": [customer, customer],
} as const;

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterAll(() => cloud.stop());

async function bytesOf(body: ByteStream | Uint8Array): Promise<Buffer> {
  return Buffer.from(body instanceof Uint8Array ? body : await whole(body));
}

/** Bytes that repeat nowhere near: a wrong offset shows. */
function content(size: number, seed: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

/** What a header of ranges asks of so many bytes; undefined where nothing can be given. */
function slice(bytes: Buffer, first: number | undefined, last: number | undefined): Buffer | undefined {
  if (first === undefined) return last === 0 ? undefined : bytes.subarray(Math.max(0, bytes.length - last!));
  if (first >= bytes.length) return undefined;
  return bytes.subarray(first, last === undefined ? undefined : last + 1);
}

async function checkRanges(Key: string, bytes: Buffer, edges: readonly number[], headers: object) {
  const spot = fc.oneof(
    fc.integer({ min: 0, max: bytes.length + 10 }),
    fc.constantFrom(...[1, ...edges].flatMap((edge) => [edge - 1, edge, edge + 1])),
  );
  const length = fc.integer({ min: 0, max: 100_000 });
  const asked = fc.oneof(
    fc.tuple(spot, length).map(([first, more]) => [first, first + more] as const),
    length.map((left) => [Math.max(0, bytes.length - left), undefined] as const),
    length.map((last) => [undefined, last] as const),
  );
  await checkRange(Key, bytes, [0, bytes.length], headers);
  await fc.assert(
    fc.asyncProperty(asked, (range) => checkRange(Key, bytes, range, headers)),
    { numRuns: 60 },
  );
}

type Asked = readonly [first: number | undefined, last: number | undefined];

async function checkRange(Key: string, bytes: Buffer, [first, last]: Asked, headers: object) {
  const expected = slice(bytes, first, last);
  const got = await cloud
    .call("s3", "GetObject", { Bucket, Key, Range: `bytes=${first ?? ""}-${last ?? ""}`, ...headers })
    .catch((error: { code: string }) => error.code);
  if (expected === undefined) {
    expect(got).toBe("InvalidRange");
    return;
  }
  expect((await bytesOf(got.Body)).equals(expected)).toBe(true);
  const start = expected.byteOffset - bytes.byteOffset;
  expect(got.ContentRange).toBe(`bytes ${start}-${start + expected.length - 1}/${bytes.length}`);
  expect(got.ContentLength).toBe(expected.length);
}

describe.each(Object.entries(kinds))("%s", (name, [writing, reading]) => {
  test.each([1, 1000, 70_000, 300_001])("every range of %i bytes put at once", async (size) => {
    const Key = `${name}/${size}`;
    const bytes = content(size, size);
    await cloud.call("s3", "PutObject", { Bucket, Key, Body: bytes, ...writing });
    await checkRanges(Key, bytes, [Math.min(size, 65_536), size], reading);
  });

  test("every range of parts of one size, and each part by its number", async () => {
    const Key = `${name}/even`;
    const { UploadId } = await cloud.call("s3", "CreateMultipartUpload", { Bucket, Key, ...writing });
    const upload = { Bucket, Key, UploadId, ...reading };
    // The last is larger than the others, which nothing forbids.
    const sizes = [smallestPart, smallestPart, smallestPart + 4321];
    const pieces = sizes.map((size, at) => content(size, at + 10));
    const Parts: object[] = [];
    for (const [at, Body] of pieces.entries()) {
      const { ETag } = await cloud.call("s3", "UploadPart", { ...upload, PartNumber: at + 1, Body });
      Parts.push({ PartNumber: at + 1, ETag });
    }
    await cloud.call("s3", "CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
    const bytes = Buffer.concat(pieces);
    await checkRanges(Key, bytes, [smallestPart, 2 * smallestPart, bytes.length], reading);
    for (const [at, piece] of pieces.entries()) {
      const got = await cloud.call("s3", "GetObject", { Bucket, Key, PartNumber: at + 1, ...reading });
      expect((await bytesOf(got.Body)).equals(piece)).toBe(true);
    }
    const beyond = cloud.call("s3", "GetObject", { Bucket, Key, PartNumber: 4, ...reading });
    await expect(beyond).rejects.toMatchObject({ code: "InvalidPartNumber", fields: { ActualPartCount: 3 } });
  });

  test("every range of parts, some of them copied, and each part by its number", async () => {
    const source = content(smallestPart + 70_000, 99);
    await cloud.call("s3", "PutObject", { Bucket, Key: "source", Body: source });
    const Key = `${name}/parts`;
    const { UploadId } = await cloud.call("s3", "CreateMultipartUpload", { Bucket, Key, ...writing });
    const upload = { Bucket, Key, UploadId, ...reading };
    const sent = content(smallestPart + 12_345, 1);
    const last = content(777, 3);
    const copied = source.subarray(1234, 1234 + smallestPart);
    const range = `bytes=1234-${1234 + smallestPart - 1}`;
    const copy = { CopySource: `${Bucket}/source`, CopySourceRange: range };
    // Out of order, with numbers left out: the object is what their order says.
    const answers = [
      await cloud.call("s3", "UploadPart", { ...upload, PartNumber: 900, Body: last }),
      await cloud.call("s3", "UploadPart", { ...upload, PartNumber: 2, Body: sent }),
      await cloud.call("s3", "UploadPartCopy", { ...upload, PartNumber: 30, ...copy }),
    ];
    const Parts = [
      { PartNumber: 2, ETag: answers[1].ETag },
      { PartNumber: 30, ETag: answers[2].CopyPartResult.ETag },
      { PartNumber: 900, ETag: answers[0].ETag },
    ];
    await cloud.call("s3", "CompleteMultipartUpload", { ...upload, MultipartUpload: { Parts } });
    const bytes = Buffer.concat([sent, copied, last]);
    const edges = [sent.length, sent.length + copied.length, bytes.length];
    await checkRanges(Key, bytes, edges, reading);
    for (const [at, part] of [sent, copied, last].entries()) {
      const got = await cloud.call("s3", "GetObject", { Bucket, Key, PartNumber: at + 1, ...reading });
      expect((await bytesOf(got.Body)).equals(part)).toBe(true);
      expect(got.PartsCount).toBe(3);
    }
  });
});
