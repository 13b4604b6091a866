// Object Lock of a bucket, and retention and legal hold of its versions.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { DefaultRetention, S3 } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidArgument, s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import type { StoredObject } from "../objects/object.ts";
import { findObject } from "../objects/versions.ts";
import { changeObject } from "../replication/change.ts";
import { checkReplaceable, checkRetention, hasLock, requireLock } from "./lock.ts";

const mostDays = 36_500;
const mostYears = 100;

async function putObjectLockConfiguration(
  input: Input<"PutObjectLockConfiguration">,
  tx: Transaction,
): Promise<Output<"PutObjectLockConfiguration">> {
  const bucket = await findBucket(tx, input);
  const { ObjectLockEnabled, Rule } = input.ObjectLockConfiguration ?? {};
  if (ObjectLockEnabled !== "Enabled") throw s3Fault("MalformedXML");
  const byDefault = Rule?.DefaultRetention;
  if (Rule !== undefined) checkDefault(byDefault);
  if (bucket.versioning !== "Enabled") {
    throw s3Fault(
      "InvalidBucketState",
      {},
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  tx.put(Bucket, { ...bucket, objectLock: byDefault === undefined ? {} : { byDefault } });
  return {};
}

function checkDefault(retention: DefaultRetention | undefined): void {
  const { Mode, Days, Years } = retention ?? {};
  if (Mode === undefined || (Days === undefined) === (Years === undefined)) throw s3Fault("MalformedXML");
  if (Mode !== "GOVERNANCE" && Mode !== "COMPLIANCE") throw s3Fault("MalformedXML");
  if ((Days ?? Years ?? 0) <= 0) {
    throw invalidArgument(
      "Default retention period must be a positive integer value.",
      Days === undefined ? "Years" : "Days",
      Days ?? Years,
    );
  }
  if ((Days ?? 0) > mostDays || (Years ?? 0) > mostYears) {
    const message = `Default retention period must be at most ${mostDays} days or ${mostYears} years.`;
    throw invalidArgument(message, Days === undefined ? "Years" : "Days", Days ?? Years);
  }
}

async function getObjectLockConfiguration(
  input: Input<"GetObjectLockConfiguration">,
  tx: Transaction,
): Promise<Output<"GetObjectLockConfiguration">> {
  const bucket = await findBucket(tx, input);
  if (!hasLock(bucket)) throw s3Fault("ObjectLockConfigurationNotFoundError", { BucketName: bucket.name });
  const { byDefault } = bucket.objectLock;
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: "Enabled",
      ...(byDefault === undefined ? {} : { Rule: { DefaultRetention: byDefault } }),
    },
  };
}

async function putObjectRetention(
  input: Input<"PutObjectRetention">,
  tx: Transaction,
): Promise<Output<"PutObjectRetention">> {
  const bucket = await findBucket(tx, input);
  requireLock(bucket);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  const { Mode, RetainUntilDate } = input.Retention ?? {};
  if ((Mode === undefined) !== (RetainUntilDate === undefined)) throw s3Fault("MalformedXML");
  const after =
    Mode === undefined || RetainUntilDate === undefined
      ? undefined
      : checkRetention(Mode, RetainUntilDate, tx.now, "x-amz-object-lock");
  const { retention: before, ...lock } = object.lock ?? {};
  checkReplaceable(before, after, tx.now, input.BypassGovernanceRetention === true);
  await changeObject(tx, bucket, object, {
    ...object,
    lock: { ...lock, ...(after === undefined ? {} : { retention: after }) },
  });
  return {};
}

async function getObjectRetention(
  input: Input<"GetObjectRetention">,
  tx: Transaction,
): Promise<Output<"GetObjectRetention">> {
  const { retention } = (await lockedObject(tx, input)).lock ?? {};
  if (retention === undefined) throw s3Fault("NoSuchObjectLockConfiguration");
  return { Retention: { Mode: retention.mode, RetainUntilDate: retention.until } };
}

async function putObjectLegalHold(
  input: Input<"PutObjectLegalHold">,
  tx: Transaction,
): Promise<Output<"PutObjectLegalHold">> {
  const bucket = await findBucket(tx, input);
  requireLock(bucket);
  const object = await findObject(tx, bucket, input.Key, input.VersionId);
  const { Status } = input.LegalHold ?? {};
  if (Status !== "ON" && Status !== "OFF") throw s3Fault("MalformedXML");
  await changeObject(tx, bucket, object, { ...object, lock: { ...object.lock, legalHold: Status === "ON" } });
  return {};
}

async function getObjectLegalHold(
  input: Input<"GetObjectLegalHold">,
  tx: Transaction,
): Promise<Output<"GetObjectLegalHold">> {
  const { legalHold } = (await lockedObject(tx, input)).lock ?? {};
  if (legalHold === undefined) throw s3Fault("NoSuchObjectLockConfiguration");
  return { LegalHold: { Status: legalHold ? "ON" : "OFF" } };
}

async function lockedObject(tx: Transaction, input: Input<"GetObjectRetention">): Promise<StoredObject> {
  const bucket = await findBucket(tx, input);
  requireLock(bucket);
  return findObject(tx, bucket, input.Key, input.VersionId);
}

export const lockOperations = {
  PutObjectLockConfiguration: putObjectLockConfiguration,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  PutObjectRetention: putObjectRetention,
  GetObjectRetention: getObjectRetention,
  PutObjectLegalHold: putObjectLegalHold,
  GetObjectLegalHold: getObjectLegalHold,
} satisfies Operations<S3>;
