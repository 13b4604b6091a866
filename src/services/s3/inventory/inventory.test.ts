// Inventories, and the settings that have ids.

import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "counted";
const day = 86_400_000;
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
  await cloud.call("s3", "CreateBucket", { Bucket: "reports" });
});
afterEach(() => cloud.stop());

const inventory = (more: object = {}) => ({
  Id: "all",
  IsEnabled: true,
  IncludedObjectVersions: "Current",
  Schedule: { Frequency: "Daily" },
  Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::reports", Format: "CSV", Prefix: "in" } },
  OptionalFields: ["Size", "ETag"],
  ...more,
});
const configure = (InventoryConfiguration: object, Id = "all") =>
  cloud.call("s3", "PutBucketInventoryConfiguration", { Bucket, Id, InventoryConfiguration });

async function read(Key: string): Promise<Buffer> {
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "reports", Key });
  if (Body instanceof Uint8Array) return Buffer.from(Body);
  const pieces: Uint8Array[] = [];
  for await (const piece of Body) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("every midnight what a bucket holds is written down", async () => {
  for (const Key of ["a/1", "a/2 ü", "b"]) {
    await cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from("body") });
  }
  await configure(inventory({ Filter: { Prefix: "a/" } }));
  await cloud.advance(day);
  const manifest = JSON.parse((await read("in/counted/all/2024-01-02T00-00Z/manifest.json")).toString());
  expect(manifest).toMatchObject({
    sourceBucket: Bucket,
    destinationBucket: "arn:aws:s3:::reports",
    version: "2016-11-30",
    fileFormat: "CSV",
    fileSchema: "Bucket, Key, Size, ETag",
    files: [{ size: expect.any(Number), MD5checksum: expect.stringMatching(/^[0-9a-f]{32}$/) }],
  });
  const etag = "841a2d689ad86bd1611447453c22c6fc";
  expect(gunzipSync(await read(manifest.files[0].key)).toString()).toBe(
    `"counted","a/1","4","${etag}"\n"counted","a/2+%C3%BC","4","${etag}"\n`,
  );
  expect((await read("in/counted/all/2024-01-02T00-00Z/manifest.checksum")).length).toBe(32);
  await cloud.advance(day);
  expect((await read("in/counted/all/2024-01-03T00-00Z/manifest.json")).length).toBeGreaterThan(0);
});

test("a weekly one waits for Sunday", async () => {
  await configure(inventory({ Schedule: { Frequency: "Weekly" } }));
  await cloud.advance(7 * day);
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "reports" });
  const keys = (Contents as { readonly Key: string }[]).map(({ Key }) => Key);
  expect(keys.filter((key) => key.endsWith("json"))).toEqual([
    "in/counted/all/2024-01-07T00-00Z/manifest.json",
  ]);
});

test("columns tell of each object how it is kept", async () => {
  const locked = "locked-and-counted";
  await cloud.call("s3", "CreateBucket", { Bucket: locked, ObjectLockEnabledForBucket: true });
  const rule = { ID: "r", Status: "Enabled", Filter: { Prefix: "a" }, Expiration: { Days: 3 } };
  const LifecycleConfiguration = { Rules: [rule] };
  await cloud.call("s3", "PutBucketLifecycleConfiguration", { Bucket: locked, LifecycleConfiguration });
  const key = Buffer.alloc(32, 1);
  const put = (Key: string, more: object) => cloud.call("s3", "PutObject", { Bucket: locked, Key, ...more });
  await put("a", { StorageClass: "INTELLIGENT_TIERING", ServerSideEncryption: "AES256" });
  await put("b", {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
    ObjectLockMode: "GOVERNANCE",
    ObjectLockRetainUntilDate: Date.UTC(2024, 1, 1),
    ObjectLockLegalHoldStatus: "ON",
    ContentMD5: createHash("md5").digest("base64"),
  });
  const OptionalFields = [
    "EncryptionStatus",
    "ObjectLockRetainUntilDate",
    "ObjectLockMode",
    "ObjectLockLegalHoldStatus",
    "IntelligentTieringAccessTier",
    "BucketKeyStatus",
    "LifecycleExpirationDate",
    "ReplicationStatus",
    "ObjectAccessControlList",
  ];
  const InventoryConfiguration = inventory({ OptionalFields });
  await cloud.call("s3", "PutBucketInventoryConfiguration", {
    Bucket: locked,
    Id: "all",
    InventoryConfiguration,
  });
  await cloud.advance(day);
  const manifest = JSON.parse((await read(`in/${locked}/all/2024-01-02T00-00Z/manifest.json`)).toString());
  const lines = gunzipSync(await read(manifest.files[0].key))
    .toString()
    .trim()
    .split("\n");
  const rows = lines.map((line) => line.split(",").map((cell) => cell.slice(1, -1)));
  expect(rows.map((row) => row.slice(1, -1))).toEqual([
    ["a", "SSE-S3", "", "", "Off", "FREQUENT", "DISABLED", "2024-01-05T00:00:00.000Z", ""],
    ["b", "SSE-C", "2024-02-01T00:00:00.000Z", "Governance", "On", "", "DISABLED", "", ""],
  ]);
  expect(JSON.parse(Buffer.from(rows[0]!.at(-1)!, "base64").toString())).toMatchObject({
    status: "AVAILABLE",
    grants: [{ type: "CanonicalUser", permission: "FULL_CONTROL" }],
  });
});

test("versions are all told where they are asked for", async () => {
  await cloud.call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
  await cloud.call("s3", "PutObject", { Bucket, Key: "k" });
  await cloud.call("s3", "DeleteObject", { Bucket, Key: "k" });
  await configure(inventory({ IncludedObjectVersions: "All", OptionalFields: [] }));
  await cloud.advance(day);
  const manifest = JSON.parse((await read("in/counted/all/2024-01-02T00-00Z/manifest.json")).toString());
  const lines = gunzipSync(await read(manifest.files[0].key))
    .toString()
    .trim()
    .split("\n");
  expect(lines.map((line) => line.split(",").slice(3))).toEqual([
    ['"true"', '"true"'],
    ['"false"', '"false"'],
  ]);
});

test.each<[configuration: object, id: string, code: string]>([
  [inventory(), "other", "IdMismatch"],
  [inventory({ Id: "no no" }), "no no", "InvalidConfigurationId"],
  [
    inventory({ Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::none", Format: "CSV" } } }),
    "all",
    "InvalidS3DestinationBucket",
  ],
  [
    inventory({ Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::reports", Format: "ORC" } } }),
    "all",
    "NotImplemented",
  ],
])("%j as %s is refused: %s", async (configuration, id, code) => {
  expect((await configure(configuration, id).catch((error: Fault) => error)).code).toBe(code);
});

test("metrics are kept by id, listed in pages and deleted", async () => {
  for (let at = 0; at < 105; at++) {
    const Id = `m${String(at).padStart(3, "0")}`;
    await cloud.call("s3", "PutBucketMetricsConfiguration", { Bucket, Id, MetricsConfiguration: { Id } });
  }
  const first = await cloud.call("s3", "ListBucketMetricsConfigurations", { Bucket });
  expect([first.MetricsConfigurationList.length, first.IsTruncated]).toEqual([100, true]);
  const ContinuationToken = first.NextContinuationToken;
  const second = await cloud.call("s3", "ListBucketMetricsConfigurations", { Bucket, ContinuationToken });
  expect(second.MetricsConfigurationList.map(({ Id }: { Id: string }) => Id)).toEqual([
    "m100",
    "m101",
    "m102",
    "m103",
    "m104",
  ]);
  await cloud.call("s3", "DeleteBucketMetricsConfiguration", { Bucket, Id: "m000" });
  const gone = cloud.call("s3", "GetBucketMetricsConfiguration", { Bucket, Id: "m000" });
  expect((await gone.catch((error: Fault) => error)).code).toBe("NoSuchConfiguration");
});
