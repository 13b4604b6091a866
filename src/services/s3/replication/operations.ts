// PutBucketReplication and its counterparts.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ReplicationRule, S3 } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidArgument, invalidRequest, s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";
import { tagsOf } from "./rules.ts";

const mostRules = 1000;

async function putBucketReplication(
  input: Input<"PutBucketReplication">,
  tx: Transaction,
): Promise<Output<"PutBucketReplication">> {
  const bucket = await findBucket(tx, input);
  const { Role, Rules } = input.ReplicationConfiguration;
  if (bucket.versioning !== "Enabled") {
    throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
  }
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+/.test(Role)) {
    throw invalidArgument("Invalid Amazon Resource Name (ARN) format", "Role", Role);
  }
  if (Rules.length === 0 || Rules.length > mostRules) throw s3Fault("MalformedXML");
  const ids = Rules.flatMap(({ ID }) => (ID === undefined || ID === "" ? [] : [ID]));
  if (new Set(ids).size < ids.length) throw invalidRequest("Rule Id must be unique");
  const priorities = Rules.flatMap(({ Priority }) => Priority ?? []);
  if (new Set(priorities).size < priorities.length) throw invalidRequest("Found duplicate priority");
  for (const rule of Rules) await checkRule(tx, rule);
  const rules = Rules.map((rule) => ({
    ...rule,
    ID: rule.ID === undefined || rule.ID === "" ? tx.ids.uuid() : rule.ID,
  }));
  writeConfiguration(tx, bucket, "replication", { Role, Rules: rules });
  return {};
}

async function checkRule(tx: Transaction, rule: ReplicationRule): Promise<void> {
  const { Filter, Prefix, Destination, DeleteMarkerReplication, Priority } = rule;
  if (Filter !== undefined && Prefix !== undefined) throw s3Fault("MalformedXML");
  if (Filter !== undefined) {
    const guide =
      "for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.";
    if (Priority === undefined) throw invalidRequest(`Priority must be specified ${guide}`);
    if (DeleteMarkerReplication?.Status === undefined) {
      throw invalidRequest(`DeleteMarkerReplication must be specified ${guide}`);
    }
    if (DeleteMarkerReplication.Status === "Enabled" && tagsOf(rule).length > 0) {
      throw invalidRequest(
        "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
      );
    }
  }
  const name = /^arn:aws[a-z-]*:s3:::([^/]+)$/.exec(Destination.Bucket)?.[1];
  if (name === undefined) throw invalidArgument("Invalid bucket ARN", "Bucket", Destination.Bucket);
  const target = await tx.get(Bucket, name);
  if (target === undefined) throw invalidRequest("Destination bucket must exist.");
  if (target.versioning !== "Enabled")
    throw invalidRequest("Destination bucket must have versioning enabled.");
  if (Destination.AccessControlTranslation !== undefined && Destination.Account === undefined) {
    throw invalidArgument("Account must be specified when AccessControlTranslation is", "Account", "null");
  }
}

async function getBucketReplication(
  input: Input<"GetBucketReplication">,
  tx: Transaction,
): Promise<Output<"GetBucketReplication">> {
  const bucket = await findBucket(tx, input);
  const configuration = await readConfiguration(tx, bucket, "replication");
  if (configuration === undefined) {
    throw s3Fault("ReplicationConfigurationNotFoundError", { BucketName: bucket.name });
  }
  return { ReplicationConfiguration: configuration };
}

async function deleteBucketReplication(
  input: Input<"DeleteBucketReplication">,
  tx: Transaction,
): Promise<Output<"DeleteBucketReplication">> {
  removeConfiguration(tx, await findBucket(tx, input), "replication");
  return {};
}

export const replicationOperations = {
  PutBucketReplication: putBucketReplication,
  GetBucketReplication: getBucketReplication,
  DeleteBucketReplication: deleteBucketReplication,
} satisfies Operations<S3>;
