// Archived objects by the clock: asked back, there for some days, gone again.

import { expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const hour = 3_600_000;

async function code(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (thrown: Fault) => thrown.code,
  );
}

test.each([
  ["GLACIER", "Expedited", 5 * 60_000],
  ["GLACIER", "Standard", 5 * hour],
  ["DEEP_ARCHIVE", "Bulk", 48 * hour],
])("an object in %s is readable %s, and for its days", async (StorageClass, Tier, milliseconds) => {
  const cloud = await testCloud([s3]);
  const call = (operation: string, input: object = {}) =>
    cloud.call("s3", operation, { Bucket: "bucket", ...input });
  const Key = "k";
  await call("CreateBucket");
  await call("PutObject", { Key, Body: Buffer.from("cold"), StorageClass });
  const restore = (Days: number) =>
    call("RestoreObject", { Key, RestoreRequest: { Days, GlacierJobParameters: { Tier } } });
  const shown = async () => (await call("HeadObject", { Key })).Restore;
  expect(await code(call("GetObject", { Key }))).toBe("InvalidObjectState");
  expect(await code(call("CopyObject", { Key: "copy", CopySource: "bucket/k" }))).toBe("InvalidObjectState");
  expect(await code(restore(0))).toBe("InvalidArgument");
  const listed = async (more: object = { OptionalObjectAttributes: ["RestoreStatus"] }) =>
    (await call("ListObjectsV2", more)).Contents[0].RestoreStatus;
  expect(await listed()).toBeUndefined();
  await restore(2);
  expect(await shown()).toBe('ongoing-request="true"');
  expect(await listed()).toEqual({ IsRestoreInProgress: true });
  expect(await listed({})).toBeUndefined();
  expect(await code(restore(2))).toBe("RestoreAlreadyInProgress");
  await cloud.advance(milliseconds - 1);
  expect(await code(call("GetObject", { Key }))).toBe("InvalidObjectState");
  await cloud.advance(1);
  expect(Buffer.from((await call("GetObject", { Key })).Body).toString()).toBe("cold");
  expect(await shown()).toMatch(
    /^ongoing-request="false", expiry-date="\w{3}, 0[45] Jan 2024 00:00:00 GMT"$/,
  );
  expect(await listed()).toEqual({ IsRestoreInProgress: false, RestoreExpiryDate: expect.any(Number) });
  await cloud.advance(72 * hour);
  expect(await code(call("GetObject", { Key }))).toBe("InvalidObjectState");
  expect(await shown()).toBeUndefined();
  await cloud.stop();
});

test("what is not archived cannot be asked back, nor faster than its class allows", async () => {
  const cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket: "bucket" });
  const put = (Key: string, StorageClass: string) =>
    cloud.call("s3", "PutObject", { Bucket: "bucket", Key, StorageClass });
  const restore = (Key: string, Tier: string) =>
    code(cloud.call("s3", "RestoreObject", { Bucket: "bucket", Key, RestoreRequest: { Days: 1, Tier } }));
  await put("warm", "STANDARD");
  await put("deep", "DEEP_ARCHIVE");
  expect(await restore("warm", "Standard")).toBe("InvalidObjectState");
  expect(await restore("deep", "Expedited")).toBe("InvalidArgument");
  await cloud.stop();
});
