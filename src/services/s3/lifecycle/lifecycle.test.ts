// Rules that act: what expires, moves and is abandoned as days go by.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "ageing";
const day = 86_400_000;
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([s3], { now: Date.UTC(2024, 0, 1, 10, 30) });
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterEach(() => cloud.stop());

const rule = (more: object) => ({ ID: "r", Status: "Enabled", Filter: { Prefix: "" }, ...more });
const configure = (...Rules: object[]) =>
  cloud.call("s3", "PutBucketLifecycleConfiguration", { Bucket, LifecycleConfiguration: { Rules } });
const put = (Key: string, more: object = {}) =>
  cloud.call("s3", "PutObject", { Bucket, Key, Body: Buffer.from("body"), ...more });
const version = () =>
  cloud.call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });

async function keys(): Promise<string[]> {
  const { Contents = [] } = await cloud.call("s3", "ListObjectsV2", { Bucket });
  return (Contents as { readonly Key: string }[]).map(({ Key }) => Key);
}

async function versions() {
  const { Versions = [], DeleteMarkers = [] } = await cloud.call("s3", "ListObjectVersions", { Bucket });
  return { versions: Versions.length, markers: DeleteMarkers.length };
}

test("objects expire at the midnight after their days, those that the filter means", async () => {
  await configure(
    rule({ ID: "logs", Filter: { Prefix: "logs/" }, Expiration: { Days: 3 } }),
    rule({ ID: "tagged", Filter: { Tag: { Key: "t", Value: "1" } }, Expiration: { Days: 1 } }),
    rule({ ID: "large", Filter: { ObjectSizeGreaterThan: 4 }, Expiration: { Days: 1 } }),
    rule({ ID: "off", Status: "Disabled", Expiration: { Days: 1 } }),
  );
  await put("logs/a");
  await put("tagged", { Tagging: "t=1" });
  await put("other", { Tagging: "t=2" });
  await put("large", { Body: Buffer.from("12345") });
  await cloud.advance(day);
  expect(await keys()).toEqual(["large", "logs/a", "other", "tagged"]);
  await cloud.advance(day);
  expect(await keys()).toEqual(["logs/a", "other"]);
  await cloud.advance(day + 13 * 3_600_000);
  expect(await keys()).toEqual(["logs/a", "other"]);
  await cloud.advance(3_600_000);
  expect(await keys()).toEqual(["other"]);
});

test("more objects than one step takes expire all", async () => {
  await configure(rule({ Expiration: { Days: 1 } }));
  for (let at = 0; at < 650; at++) await put(`k${at}`);
  await cloud.advance(2 * day);
  expect(await keys()).toEqual([]);
});

test("answers tell when an object expires, and by which rule", async () => {
  await configure(rule({ ID: "a b", Expiration: { Days: 3 } }));
  await put("k");
  const { Expiration } = await cloud.call("s3", "HeadObject", { Bucket, Key: "k" });
  expect(Expiration).toBe('expiry-date="Fri, 05 Jan 2024 00:00:00 GMT", rule-id="a%20b"');
});

test("with versions a marker covers what expires, and old versions go when they are old", async () => {
  await version();
  await configure(
    rule({ ID: "current", Expiration: { Days: 2 } }),
    rule({ ID: "old", NoncurrentVersionExpiration: { NoncurrentDays: 3, NewerNoncurrentVersions: 1 } }),
  );
  await put("k");
  await put("k");
  await cloud.advance(3 * day);
  expect(await keys()).toEqual([]);
  expect(await versions()).toEqual({ versions: 2, markers: 1 });
  await cloud.advance(3 * day);
  expect(await versions()).toEqual({ versions: 1, markers: 1 });
  await configure(
    rule({ ID: "old", NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
    rule({ ID: "markers", Expiration: { ExpiredObjectDeleteMarker: true } }),
  );
  await cloud.advance(2 * day);
  expect(await versions()).toEqual({ versions: 0, markers: 0 });
});

test("objects move to colder classes, small ones not unless the rule says so", async () => {
  await configure(
    rule({
      Transitions: [
        { Days: 30, StorageClass: "STANDARD_IA" },
        { Days: 60, StorageClass: "GLACIER" },
      ],
    }),
    rule({
      ID: "small",
      Filter: { And: { Prefix: "small/", ObjectSizeGreaterThan: 0 } },
      Transitions: [{ Days: 0, StorageClass: "DEEP_ARCHIVE" }],
    }),
  );
  await put("large", { Body: Buffer.alloc(200_000) });
  await put("little");
  await put("small/k");
  const classes = async () => {
    const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket });
    return (Contents as { readonly StorageClass: string }[]).map(({ StorageClass }) => StorageClass);
  };
  await cloud.advance(day);
  expect(await classes()).toEqual(["STANDARD", "STANDARD", "DEEP_ARCHIVE"]);
  await cloud.advance(31 * day);
  expect(await classes()).toEqual(["STANDARD_IA", "STANDARD", "DEEP_ARCHIVE"]);
  await cloud.advance(30 * day);
  expect(await classes()).toEqual(["GLACIER", "STANDARD", "DEEP_ARCHIVE"]);
});

test("uploads that nobody completes are abandoned", async () => {
  await configure(
    rule({ Filter: { Prefix: "a" }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
  );
  await cloud.call("s3", "CreateMultipartUpload", { Bucket, Key: "a" });
  await cloud.call("s3", "CreateMultipartUpload", { Bucket, Key: "b" });
  await cloud.advance(2 * day);
  const { Uploads } = await cloud.call("s3", "ListMultipartUploads", { Bucket });
  expect(Uploads).toMatchObject([{ Key: "b" }]);
});

test("on a date everything goes; without rules nothing does", async () => {
  await configure(rule({ Expiration: { Date: Date.UTC(2024, 0, 3) } }));
  await put("k");
  await cloud.advance(day);
  expect(await keys()).toEqual(["k"]);
  await cloud.call("s3", "DeleteBucketLifecycle", { Bucket });
  await cloud.advance(2 * day);
  expect(await keys()).toEqual(["k"]);
  const fault = await cloud
    .call("s3", "GetBucketLifecycleConfiguration", { Bucket })
    .catch((error: Fault) => error);
  expect(fault.code).toBe("NoSuchLifecycleConfiguration");
});

test.each<[rules: object[], code: string, message?: string]>([
  [[], "MalformedXML"],
  [[rule({})], "InvalidRequest", "At least one action needs to be specified in a rule"],
  [[{ Status: "Enabled", Expiration: { Days: 1 } }], "MalformedXML"],
  [[rule({ Prefix: "a", Expiration: { Days: 1 } })], "MalformedXML"],
  [
    [rule({ Expiration: { Days: 0 } })],
    "InvalidArgument",
    "'Days' for Expiration action must be a positive integer",
  ],
  [[rule({ Expiration: { Date: 1 } })], "InvalidArgument", "'Date' must be at midnight GMT"],
  [
    [rule({ Transitions: [{ Days: 3, StorageClass: "STANDARD_IA" }] })],
    "InvalidArgument",
    "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
  ],
  [
    [rule({ Expiration: { Days: 1 } }), rule({ Expiration: { Days: 2 } })],
    "InvalidArgument",
    "Rule ID must be unique. Found same ID for more than one rule",
  ],
  [
    [rule({ Expiration: { Days: 30 }, Transitions: [{ Days: 30, StorageClass: "GLACIER" }] })],
    "InvalidArgument",
    "'Days' in the Expiration action for filter '(prefix=)' must be greater than 'Days' in the Transition action",
  ],
])("%j is refused", async (rules, code, message) => {
  const fault = await configure(...rules).catch((error: Fault) => error);
  expect(fault.code).toBe(code);
  if (message !== undefined) expect(fault.message).toBe(message);
});

test("the first form of a configuration is kept as the newer one, and told of it", async () => {
  const rule = {
    ID: "old",
    Prefix: "logs/",
    Status: "Enabled",
    Transition: { Days: 30, StorageClass: "GLACIER" },
  };
  await cloud.call("s3", "PutBucketLifecycle", { Bucket, LifecycleConfiguration: { Rules: [rule] } });
  const { Rules } = await cloud.call("s3", "GetBucketLifecycleConfiguration", { Bucket });
  expect(Rules[0].Transitions).toEqual([{ Days: 30, StorageClass: "GLACIER" }]);
  expect((await cloud.call("s3", "GetBucketLifecycle", { Bucket })).Rules).toEqual([rule]);
});
