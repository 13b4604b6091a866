// Server access logs: what is written of a call, and where it comes.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "watched";
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
  await cloud.call("s3", "CreateBucket", { Bucket: "logs" });
});
afterEach(() => cloud.stop());

const configure = (LoggingEnabled: object) =>
  cloud.call("s3", "PutBucketLogging", { Bucket, BucketLoggingStatus: { LoggingEnabled } });

test("every call gets a line, delivered five minutes later", async () => {
  await configure({ TargetBucket: "logs", TargetPrefix: "in/" });
  await cloud.call("s3", "PutObject", { Bucket, Key: "a b", Body: Buffer.from("body"), ContentLength: 4 });
  await cloud.call("s3", "GetObject", { Bucket, Key: "a b" });
  await cloud.call("s3", "GetObject", { Bucket, Key: "none" }).catch(() => undefined);
  await cloud.advance(5 * 60_000);
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "logs" });
  expect(Contents).toHaveLength(1);
  const [{ Key }] = Contents;
  expect(Key).toMatch(/^in\/2024-01-01-00-05-00-[0-9A-F]{16}$/);
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "logs", Key });
  const lines = Buffer.from(Body).toString().trim().split("\n");
  const shown = lines.map((line) =>
    /(REST\S+) (\S+) "([^"]*)" (\d+) (\S+) (\S+) (\S+) /.exec(line)?.slice(1),
  );
  expect(shown.toSorted()).toEqual([
    ["REST.GET.OBJECT", "a%20b", "GET /watched/a%20b HTTP/1.1", "200", "-", "4", "4"],
    ["REST.GET.OBJECT", "none", "GET /watched/none HTTP/1.1", "404", "NoSuchKey", "-", "-"],
    ["REST.PUT.OBJECT", "a%20b", "PUT /watched/a%20b HTTP/1.1", "200", "-", "-", "4"],
  ]);
  expect(lines[0]).toMatch(
    /^[0-9a-f]{64} watched \[01\/Jan\/2024:00:00:00 \+0000\] 127\.0\.0\.1 [0-9a-f]{64} /,
  );
  expect(lines[0]!.match(/"[^"]*"|\[[^\]]*\]|\S+/g)).toHaveLength(26);
});

test("calls have the log's own names, and a copy is a reading of its source", async () => {
  await cloud.call("s3", "PutObject", { Bucket, Key: "a b" });
  await configure({ TargetBucket: "logs", TargetPrefix: "" });
  await cloud.call("s3", "CopyObject", { Bucket: "logs", Key: "copy", CopySource: `${Bucket}/a%20b` });
  await cloud.call("s3", "GetBucketLogging", { Bucket });
  await cloud.call("s3", "GetPublicAccessBlock", { Bucket });
  await cloud.call("s3", "GetObjectTagging", { Bucket, Key: "a b" });
  await cloud.call("s3", "DeleteObject", { Bucket: "logs", Key: "copy" });
  await cloud.advance(5 * 60_000);
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "logs" });
  const { Body } = await cloud.call("s3", "GetObject", { Bucket: "logs", Key: Contents[0].Key });
  const lines = Buffer.from(Body).toString().trim().split("\n");
  expect(lines.map((line) => /REST\S+ \S+/.exec(line)?.[0]).toSorted()).toEqual([
    "REST.COPY.OBJECT_GET a%20b",
    "REST.GET.LOGGING_STATUS -",
    "REST.GET.OBJECT_TAGGING a%20b",
    "REST.GET.PUBLIC_ACCESS_BLOCK -",
  ]);
});

test("lines come into folders by day where that is asked for", async () => {
  const TargetObjectKeyFormat = { PartitionedPrefix: { PartitionDateSource: "DeliveryTime" } };
  await configure({ TargetBucket: "logs", TargetPrefix: "", TargetObjectKeyFormat });
  await cloud.call("s3", "ListObjectsV2", { Bucket });
  await cloud.advance(5 * 60_000);
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "logs" });
  expect(Contents[0].Key).toMatch(/^000000000000\/us-east-1\/watched\/2024\/01\/01\/2024-01-01-00-05-00-/);
});

test("the target must be there", async () => {
  const fault = await configure({ TargetBucket: "none", TargetPrefix: "" }).catch((error: Fault) => error);
  expect([fault.code, fault.message]).toEqual([
    "InvalidTargetBucketForLogging",
    "The target bucket for logging does not exist",
  ]);
});
