// Object Lock by the clock: what must stay stays, and no longer.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault } from "../../../core/fault.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "locked";
const Key = "k";
const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);
let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([s3], { now: start });
  await call("CreateBucket", { ObjectLockEnabledForBucket: true });
});
afterEach(() => cloud.stop());

const call = (operation: string, input: object = {}) => cloud.call("s3", operation, { Bucket, ...input });
const put = (more: object = {}) =>
  call("PutObject", { Key, Body: Buffer.from("x"), ContentMD5: "ndTkYSaMgDT1yFZOFVxnpg==", ...more });

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: Fault) => thrown,
  );
  return `${error?.code}: ${error?.message}`;
}

const until = (days: number) => ({ ObjectLockRetainUntilDate: start + days * day });
const locked = "AccessDenied: Access Denied because object protected by object lock.";

test.each(["GOVERNANCE", "COMPLIANCE"])("%s keeps a version until its time", async (ObjectLockMode) => {
  const { VersionId } = await put({ ...until(2), ObjectLockMode });
  expect(await call("HeadObject", { Key })).toMatchObject({ ObjectLockMode, ...until(2) });
  expect(await refusal(call("DeleteObject", { Key, VersionId }))).toBe(locked);
  const several = await call("DeleteObjects", { Delete: { Objects: [{ Key, VersionId }] } });
  expect(several.Errors).toMatchObject([{ Key, VersionId, Code: "AccessDenied" }]);
  // A marker may cover it all the same.
  expect(await call("DeleteObject", { Key })).toMatchObject({ DeleteMarker: true });
  const bypassing = call("DeleteObject", { Key, VersionId, BypassGovernanceRetention: true });
  if (ObjectLockMode === "GOVERNANCE") await bypassing;
  else expect(await refusal(bypassing)).toBe(locked);
  await cloud.advance(2 * day);
  await call("DeleteObject", { Key, VersionId });
});

test("a legal hold keeps a version as long as it is on", async () => {
  const { VersionId } = await put({ ObjectLockLegalHoldStatus: "ON" });
  await cloud.advance(1000 * day);
  const bypass = { BypassGovernanceRetention: true };
  expect(await refusal(call("DeleteObject", { Key, VersionId, ...bypass }))).toBe(locked);
  await call("PutObjectLegalHold", { Key, LegalHold: { Status: "OFF" } });
  expect(await call("GetObjectLegalHold", { Key })).toEqual({ LegalHold: { Status: "OFF" } });
  await call("DeleteObject", { Key, VersionId });
});

test("compliance is prolonged only, governance weakened by those who may", async () => {
  const retain = (Mode: string, days: number, more: object = {}) =>
    call("PutObjectRetention", { Key, Retention: { Mode, RetainUntilDate: start + days * day }, ...more });
  await put();
  expect(await refusal(call("GetObjectRetention", { Key }))).toMatch(/^NoSuchObjectLockConfiguration: /);
  await retain("GOVERNANCE", 5);
  await retain("GOVERNANCE", 6);
  expect(await refusal(retain("GOVERNANCE", 5))).toBe(locked);
  expect(await refusal(call("PutObjectRetention", { Key, Retention: {} }))).toBe(locked);
  await retain("GOVERNANCE", 4, { BypassGovernanceRetention: true });
  await retain("COMPLIANCE", 5, { BypassGovernanceRetention: true });
  await retain("COMPLIANCE", 6);
  expect(await refusal(retain("COMPLIANCE", 5, { BypassGovernanceRetention: true }))).toBe(locked);
  expect(await refusal(retain("GOVERNANCE", 9, { BypassGovernanceRetention: true }))).toBe(locked);
  const { Retention } = await call("GetObjectRetention", { Key });
  expect(Retention).toEqual({ Mode: "COMPLIANCE", RetainUntilDate: start + 6 * day });
});

test("a bucket's default is every new version's", async () => {
  const Rule = { DefaultRetention: { Mode: "GOVERNANCE", Years: 1 } };
  await call("PutObjectLockConfiguration", {
    ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule },
  });
  expect(await call("GetObjectLockConfiguration")).toEqual({
    ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule },
  });
  expect(await refusal(call("PutObject", { Key, Body: Buffer.from("x") }))).toMatch(
    /^InvalidRequest: Content-MD5 OR x-amz-checksum-/,
  );
  await put();
  const shown = { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: Date.UTC(2025, 0, 1) };
  expect(await call("HeadObject", { Key })).toMatchObject(shown);
  await call("CopyObject", { Key: "copy", CopySource: `${Bucket}/${Key}` });
  expect(await call("HeadObject", { Key: "copy" })).toMatchObject(shown);
});

test.each([
  ["a mode without a date", { ObjectLockMode: "GOVERNANCE" }, /^InvalidArgument: .*must both be supplied$/],
  ["a date without a mode", until(1), /^InvalidArgument: .*must both be supplied$/],
  ["a date that has been", { ...until(-1), ObjectLockMode: "GOVERNANCE" }, /must be in the future!$/],
  [
    "an unknown mode",
    { ...until(1), ObjectLockMode: "X" },
    /^InvalidArgument: Unknown wormMode directive\.$/,
  ],
])("%s is refused", async (_what, input, answer) => {
  expect(await refusal(put(input))).toMatch(answer);
});

test("versioning stays on where objects can be locked, and locks need it", async () => {
  const Suspended = { VersioningConfiguration: { Status: "Suspended" } };
  expect(await refusal(call("PutBucketVersioning", Suspended))).toMatch(/^InvalidBucketState: /);
  await cloud.call("s3", "CreateBucket", { Bucket: "open" });
  const lockOpen = () =>
    cloud.call("s3", "PutObjectLockConfiguration", {
      Bucket: "open",
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
    });
  expect(await refusal(lockOpen())).toMatch(/^InvalidBucketState: /);
  expect(await refusal(cloud.call("s3", "GetObjectLockConfiguration", { Bucket: "open" }))).toMatch(
    /^ObjectLockConfigurationNotFoundError: /,
  );
  const hold = { Bucket: "open", Key, Body: Buffer.from("x"), ObjectLockLegalHoldStatus: "ON" };
  expect(await refusal(cloud.call("s3", "PutObject", hold))).toBe(
    "InvalidRequest: Bucket is missing Object Lock Configuration",
  );
});
