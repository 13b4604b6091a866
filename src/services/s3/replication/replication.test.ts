// Replicas: where they come to, what they are, and what the source tells.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { type Caller, type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "source";
const owner = "111111111111";
const Role = `arn:aws:iam::${owner}:role/replication`;
let cloud: TestCloud;
let own: Caller;
let far: Caller;

beforeEach(async () => {
  cloud = await testCloud([s3]);
  own = cloud.as({ account: owner });
  far = cloud.as({ account: owner, region: "eu-west-1" });
  await make(own, Bucket);
  await make(far, "replica", { LocationConstraint: "eu-west-1" });
});
afterEach(() => cloud.stop());

async function make(caller: Caller, name: string, configuration?: object): Promise<void> {
  const more = configuration === undefined ? {} : { CreateBucketConfiguration: configuration };
  await caller.call("s3", "CreateBucket", { Bucket: name, ...more });
  await caller.call("s3", "PutBucketVersioning", {
    Bucket: name,
    VersioningConfiguration: { Status: "Enabled" },
  });
}

const rule = (more: object = {}) => ({
  ID: "r",
  Status: "Enabled",
  Priority: 1,
  Filter: { Prefix: "" },
  DeleteMarkerReplication: { Status: "Disabled" },
  Destination: { Bucket: "arn:aws:s3:::replica" },
  ...more,
});
const configure = (...Rules: object[]) =>
  own.call("s3", "PutBucketReplication", { Bucket, ReplicationConfiguration: { Role, Rules } });
const put = (Key: string, body: string, more: object = {}) =>
  own.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from(body), ...more });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: Fault) => error.code,
  );

test("a new object comes to the other region with all that it has", async () => {
  await configure(rule());
  const { VersionId, ETag } = await put("k", "body", { Metadata: { a: "1" }, Tagging: "t=1" });
  expect((await own.call("s3", "HeadObject", { Bucket, Key: "k" })).ReplicationStatus).toBe("PENDING");
  await cloud.settle();
  const replica = await far.call("s3", "GetObject", { Bucket: "replica", Key: "k" });
  expect(replica).toMatchObject({
    VersionId,
    ETag,
    Metadata: { a: "1" },
    TagCount: 1,
    ReplicationStatus: "REPLICA",
  });
  expect(Buffer.from(replica.Body).toString()).toBe("body");
  expect((await own.call("s3", "HeadObject", { Bucket, Key: "k" })).ReplicationStatus).toBe("COMPLETED");
});

test("what is said of an object later follows it", async () => {
  await configure(rule());
  const { VersionId } = await put("k", "body", { Tagging: "t=1" });
  await cloud.settle();
  const tags = async () =>
    (await far.call("s3", "GetObjectTagging", { Bucket: "replica", Key: "k", VersionId })).TagSet;
  await own.call("s3", "PutObjectTagging", {
    Bucket,
    Key: "k",
    Tagging: { TagSet: [{ Key: "t", Value: "2" }] },
  });
  await cloud.settle();
  expect(await tags()).toEqual([{ Key: "t", Value: "2" }]);
  // Of a version that something newer covers, too.
  await put("k", "newer");
  await own.call("s3", "DeleteObjectTagging", { Bucket, Key: "k", VersionId });
  await cloud.settle();
  expect(await tags()).toEqual([]);
  const replica = await far.call("s3", "GetObject", { Bucket: "replica", Key: "k", VersionId });
  expect(Buffer.from(replica.Body).toString()).toBe("body");
  expect(replica.ReplicationStatus).toBe("REPLICA");
});

test("an object in parts keeps its entity tag", async () => {
  await configure(rule());
  const { UploadId } = await own.call("s3", "CreateMultipartUpload", { Bucket, Key: "k" });
  const part = { Bucket, Key: "k", UploadId, PartNumber: 1 };
  const { ETag } = await own.call("s3", "UploadPart", { ...part, Body: Buffer.from("part") });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const whole = await own.call("s3", "CompleteMultipartUpload", {
    Bucket,
    Key: "k",
    UploadId,
    MultipartUpload,
  });
  await cloud.settle();
  expect((await far.call("s3", "HeadObject", { Bucket: "replica", Key: "k" })).ETag).toBe(whole.ETag);
});

test("rules choose by prefix and tags; markers go along where they are asked to", async () => {
  await configure(
    rule({ ID: "a", Filter: { Prefix: "a/" }, DeleteMarkerReplication: { Status: "Enabled" } }),
    rule({ ID: "t", Priority: 2, Filter: { Tag: { Key: "t", Value: "1" } } }),
  );
  await put("a/1", "x");
  await put("b", "x");
  await put("c", "x", { Tagging: "t=1" });
  await cloud.settle();
  const keys = async () => {
    const { Contents = [] } = await far.call("s3", "ListObjectsV2", { Bucket: "replica" });
    return (Contents as { readonly Key: string }[]).map(({ Key }) => Key);
  };
  expect(await keys()).toEqual(["a/1", "c"]);
  await own.call("s3", "DeleteObject", { Bucket, Key: "a/1" });
  await own.call("s3", "DeleteObject", { Bucket, Key: "c" });
  await cloud.settle();
  expect(await keys()).toEqual(["c"]);
});

test("versions keep their order", async () => {
  await configure(rule());
  await put("k", "1");
  await put("k", "2");
  const { VersionId } = await put("k", "3");
  await cloud.settle();
  const { Versions } = await far.call("s3", "ListObjectVersions", { Bucket: "replica" });
  expect(Versions).toHaveLength(3);
  expect(Versions[0]).toMatchObject({ VersionId, IsLatest: true });
});

test("another account's bucket must let the role in", async () => {
  const other = cloud.as({ account: "222222222222" });
  await make(other, "theirs");
  await configure(rule({ Destination: { Bucket: "arn:aws:s3:::theirs", Account: "222222222222" } }));
  await put("refused", "x");
  await cloud.settle();
  expect((await own.call("s3", "HeadObject", { Bucket, Key: "refused" })).ReplicationStatus).toBe("FAILED");
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { AWS: Role },
      Action: ["s3:ReplicateObject", "s3:ReplicateDelete"],
      Resource: "arn:aws:s3:::theirs/*",
    },
  });
  await other.call("s3", "PutBucketPolicy", { Bucket: "theirs", Policy });
  await put("k", "x");
  await cloud.settle();
  expect(await code(other.call("s3", "GetObject", { Bucket: "theirs", Key: "k" }))).toBe("ok");
});

test("versioning stays on while there are rules", async () => {
  await configure(rule());
  const suspend = { Bucket, VersioningConfiguration: { Status: "Suspended" } };
  expect(await code(own.call("s3", "PutBucketVersioning", suspend))).toBe("InvalidBucketState");
});

test.each<[rule: object, message: string]>([
  [rule({ Destination: { Bucket: "arn:aws:s3:::none" } }), "Destination bucket must exist."],
  [
    rule({ Priority: undefined }),
    "Priority must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.",
  ],
  [
    rule({ Filter: { Tag: { Key: "a", Value: "b" } }, DeleteMarkerReplication: { Status: "Enabled" } }),
    "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
  ],
])("%j is refused", async (given, message) => {
  expect((await configure(given).catch((error: Fault) => error)).message).toBe(message);
});
