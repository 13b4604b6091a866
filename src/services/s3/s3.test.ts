// What clients cannot see and conformance therefore cannot check: blobs that
// come and go with what refers to them, conflicts, and streams.

import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import { anonymousPrincipal } from "../../core/principal.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { ByteStream } from "../../model/shapes.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import type { BucketState } from "./buckets/bucket.ts";
import s3 from "./index.ts";
import { endArrival, onRecord } from "./objects/arrival.ts";
import { whole } from "./objects/small.ts";

const Bucket = "bucket";
const mebibyte = 1024 * 1024;
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterEach(() => cloud.stop());

const put = (Key: string, body: string, more: object = {}) =>
  cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from(body), ...more });

async function read(Key: string): Promise<string> {
  const got = await cloud.call("s3", "GetObject", { Bucket, Key });
  return collect(got.Body);
}

async function collect(body: ByteStream | Uint8Array): Promise<string> {
  return Buffer.from(body instanceof Uint8Array ? body : await whole(body)).toString();
}

function waiting<T>(body: (ctx: Waiting) => Promise<T>): Promise<T> {
  const place = { account: "000000000000", region: "us-east-1" };
  const info = { requestId: "", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  return cloud.kernel.serve(place, info, new AbortController().signal, body);
}

/** Contents, wherever they are: in blobs of their own or in the store. */
function contentCount(): Promise<number> {
  return waiting(async (ctx) => {
    let count = 0;
    for await (const _blob of ctx.blobs.list()) count++;
    return ctx.atomically(async (tx) => {
      const base = tx.key("s3", "body");
      return count + (await tx.raw.scan({ start: base, end: `${base}\xff` })).length;
    });
  });
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error.code;
  throw new Error("A fault was expected", { cause: error });
}

test("an overwritten and a deleted object leave no blob behind", async () => {
  await put("k", "one");
  await put("k", "two");
  await cloud.settle();
  expect(await contentCount()).toBe(1);
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "k" });
  await cloud.settle();
  expect(await contentCount()).toBe(0);
});

test("a refused upload leaves no blob behind", async () => {
  expect(await codeOf(put("k", "one", { ContentMD5: Buffer.alloc(16).toString("base64") }))).toBe(
    "BadDigest",
  );
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw new Fault("s3", "IncompleteBody", "gone", { status: 400 });
  }
  expect(await codeOf(cloud.call("s3", "PutObject", { Bucket, Key: "k", Body: broken() }))).toBe(
    "IncompleteBody",
  );
  expect(await contentCount()).toBe(0);
  expect(await codeOf(read("k"))).toBe("NoSuchKey");
});

test("a blob that nothing refers to in time goes, and nothing can refer to it any more", async () => {
  const bucket = { owner: "000000000000", region: "us-east-1" } as BucketState;
  const blob = "ab".repeat(16);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("from a process that died");
  }
  await waiting((ctx) => ctx.blobs.put(onRecord(ctx, bucket, body(), blob), undefined, blob));
  await cloud.advance(4 * 60_000);
  expect(await contentCount()).toBe(1);
  await cloud.advance(60_000);
  expect(await contentCount()).toBe(0);
  const referring = waiting((ctx) => ctx.atomically((tx) => endArrival(tx, blob)));
  expect(await codeOf(referring)).toBe("RequestTimeout");
});

test("an object whose bucket was deleted while it arrived is refused, and its blob goes", async () => {
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("first");
    await cloud.call("s3", "DeleteBucket", { Bucket });
    yield Buffer.from("second");
  }
  expect(await codeOf(cloud.call("s3", "PutObject", { Bucket, Key: "k", Body: slow() }))).toBe(
    "NoSuchBucket",
  );
  expect(await contentCount()).toBe(0);
});

test("whoever began to read an object reads it to its end", async () => {
  const before = "before".repeat(20_000);
  await put("k", before);
  const got = await cloud.call("s3", "GetObject", { Bucket, Key: "k" });
  await put("k", "after");
  await cloud.settle();
  expect(await collect(got.Body)).toBe(before);
  expect(await read("k")).toBe("after");
});

test("of many who create an object only if there is none, one succeeds", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, at) => put("k", String(at), { IfNoneMatch: "*" })),
  );
  const winners = outcomes.flatMap(({ status }, at) => (status === "fulfilled" ? [String(at)] : []));
  expect(winners).toHaveLength(1);
  expect(await read("k")).toBe(winners[0]);
  await cloud.settle();
  expect(await contentCount()).toBe(1);
});

test("a completed upload keeps its parts, an abandoned one nothing", async () => {
  const begin = async (): Promise<string> =>
    (await cloud.call("s3", "CreateMultipartUpload", { Bucket, Key: "k" })).UploadId;
  const part = (UploadId: string, PartNumber: number, Body: Uint8Array) =>
    cloud.call("s3", "UploadPart", { Bucket, Key: "k", UploadId, PartNumber, Body });

  const abandoned = await begin();
  await part(abandoned, 1, Buffer.from("x"));
  await cloud.call("s3", "AbortMultipartUpload", { Bucket, Key: "k", UploadId: abandoned });
  await cloud.settle();
  expect(await contentCount()).toBe(0);

  const UploadId = await begin();
  const first = Buffer.alloc(5 * mebibyte, "a");
  await part(UploadId, 1, Buffer.from("replaced"));
  const one = await part(UploadId, 1, first);
  const two = await part(UploadId, 2, Buffer.from("end"));
  await part(UploadId, 3, Buffer.from("not listed"));
  const Parts = [
    { PartNumber: 1, ETag: one.ETag },
    { PartNumber: 2, ETag: two.ETag },
  ];
  await cloud.call("s3", "CompleteMultipartUpload", {
    Bucket,
    Key: "k",
    UploadId,
    MultipartUpload: { Parts },
  });
  await cloud.settle();
  expect(await contentCount()).toBe(2);
  expect(await read("k")).toBe(`${first.toString()}end`);

  const reading = await cloud.call("s3", "GetObject", { Bucket, Key: "k" });
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "k" });
  await cloud.settle();
  expect((await collect(reading.Body)).length).toBe(first.length + 3);
  await cloud.advance(15 * 60_000);
  expect(await contentCount()).toBe(0);
});

test("an upload without a checksum gets one of the whole", async () => {
  const { UploadId } = await cloud.call("s3", "CreateMultipartUpload", { Bucket, Key: "k" });
  const pieces = [Buffer.alloc(5 * mebibyte, "0123456789"), Buffer.from("end")];
  const Parts: object[] = [];
  for (const [at, Body] of pieces.entries()) {
    const upload = { Bucket, Key: "k", UploadId, PartNumber: at + 1, Body };
    // The second comes with a checksum that the upload does not keep.
    const more = at === 1 ? { ChecksumSHA256: sha256(Body) } : {};
    const { ETag } = await cloud.call("s3", "UploadPart", { ...upload, ...more });
    Parts.push({ PartNumber: at + 1, ETag });
  }
  const done = await cloud.call("s3", "CompleteMultipartUpload", {
    Bucket,
    Key: "k",
    UploadId,
    MultipartUpload: { Parts },
  });
  const whole = await put("whole", Buffer.concat(pieces).toString());
  expect(done.ChecksumCRC64NVME).toBe(whole.ChecksumCRC64NVME);
});

test("nobody without a signature gets in", async () => {
  await put("k", "secret");
  const nobody = cloud.as({ principal: anonymousPrincipal(), account: "000000000000" });
  expect(await codeOf(nobody.call("s3", "GetObject", { Bucket, Key: "k" }))).toBe("AccessDenied");
  expect(await codeOf(nobody.call("s3", "ListBuckets"))).toBe("AccessDenied");
  expect(await codeOf(nobody.call("s3", "CreateBucket", { Bucket: "nobodys" }))).toBe("AccessDenied");
});

test("a copy outlives its source, also onto itself", async () => {
  await put("from", "content");
  await cloud.call("s3", "CopyObject", { Bucket, Key: "to", CopySource: `/${Bucket}/from` });
  const self = { Bucket, Key: "from", CopySource: `${Bucket}/from`, MetadataDirective: "REPLACE" };
  await cloud.call("s3", "CopyObject", self);
  await cloud.settle();
  expect(await read("from")).toBe("content");
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "from" });
  await cloud.settle();
  expect(await read("to")).toBe("content");
  expect(await contentCount()).toBe(1);
});

test("lists of buckets go page by page and show an account its own", async () => {
  for (const name of ["bucket-a", "bucket-b", "other"])
    await cloud.call("s3", "CreateBucket", { Bucket: name });
  await cloud.as({ account: "111111111111" }).call("s3", "CreateBucket", { Bucket: "bucket-foreign" });
  const names: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await cloud.call("s3", "ListBuckets", {
      MaxBuckets: 1,
      Prefix: "bucket",
      ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    });
    names.push(...page.Buckets.map((each: { Name: string }) => each.Name));
    ContinuationToken = page.ContinuationToken;
  } while (ContinuationToken !== undefined);
  expect(names).toEqual(["bucket", "bucket-a", "bucket-b"]);
});

test("no constraint says us-east-1, nor what is no region", async () => {
  for (const LocationConstraint of ["us-east-1", "nowhere"]) {
    const named = { Bucket: "elsewhere", CreateBucketConfiguration: { LocationConstraint } };
    const error: unknown = await cloud.call("s3", "CreateBucket", named).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "InvalidLocationConstraint", fields: { LocationConstraint } });
  }
});

test("a bucket that is signed for a region that is none is refused with one that is", async () => {
  const error: unknown = await cloud
    .as({ region: "US" })
    .call("s3", "CreateBucket", { Bucket: "elsewhere" })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "AuthorizationHeaderMalformed", fields: { Region: "us-east-1" } });
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
