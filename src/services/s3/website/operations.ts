// PutBucketWebsite and its counterparts.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { RoutingRule, S3, WebsiteConfiguration } from "../../../model/generated/s3.d.ts";
import { readConfiguration, removeConfiguration, writeConfiguration } from "../buckets/configuration.ts";
import { findBucket } from "../buckets/find.ts";
import { invalidArgument, invalidRequest, s3Fault } from "../faults.ts";
import type { Input, Output } from "../model.ts";

const mostRules = 50;

async function putBucketWebsite(
  input: Input<"PutBucketWebsite">,
  tx: Transaction,
): Promise<Output<"PutBucketWebsite">> {
  const bucket = await findBucket(tx, input);
  checkWebsite(input.WebsiteConfiguration);
  writeConfiguration(tx, bucket, "website", input.WebsiteConfiguration);
  return {};
}

function checkWebsite(website: WebsiteConfiguration): void {
  const { ErrorDocument, IndexDocument, RedirectAllRequestsTo, RoutingRules } = website;
  if (RedirectAllRequestsTo !== undefined) {
    if (ErrorDocument !== undefined || IndexDocument !== undefined || RoutingRules !== undefined) {
      throw invalidArgument(
        "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
        "RedirectAllRequestsTo",
        "not null",
      );
    }
    return;
  }
  if (IndexDocument === undefined) {
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      "IndexDocument",
      "null",
    );
  }
  const { Suffix } = IndexDocument;
  if (Suffix === "" || Suffix.includes("/")) {
    throw invalidArgument("The IndexDocument Suffix is not well formed", "IndexDocument", Suffix);
  }
  if (ErrorDocument?.Key === "") throw s3Fault("MalformedXML");
  if (RoutingRules === undefined) return;
  if (RoutingRules.length === 0) throw s3Fault("MalformedXML");
  if (RoutingRules.length > mostRules) {
    throw invalidRequest(
      `${RoutingRules.length} routing rules provided, the number of routing rules in a website configuration is limited to ${mostRules}.`,
    );
  }
  for (const rule of RoutingRules) checkRule(rule);
}

function checkRule({ Condition, Redirect }: RoutingRule): void {
  const code = Condition?.HttpErrorCodeReturnedEquals;
  if (code !== undefined && !/^[45]\d\d$/.test(code)) {
    throw invalidArgument(
      `The provided HTTP error code (${code}) is not valid. Valid codes are 4XX or 5XX.`,
      "HttpErrorCodeReturnedEquals",
      code,
    );
  }
  const status = Redirect.HttpRedirectCode;
  if (status !== undefined && !/^3(?!00)\d\d$/.test(status)) {
    throw invalidArgument(
      `The provided HTTP redirect code (${status}) is not valid. Valid codes are 3XX except 300.`,
      "HttpRedirectCode",
      status,
    );
  }
  if (Redirect.ReplaceKeyPrefixWith !== undefined && Redirect.ReplaceKeyWith !== undefined) {
    throw invalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
  if (Object.values(Redirect).every((value) => value === undefined)) throw s3Fault("MalformedXML");
}

async function getBucketWebsite(
  input: Input<"GetBucketWebsite">,
  tx: Transaction,
): Promise<Output<"GetBucketWebsite">> {
  const bucket = await findBucket(tx, input);
  const website = await readConfiguration(tx, bucket, "website");
  if (website === undefined) throw s3Fault("NoSuchWebsiteConfiguration", { BucketName: bucket.name });
  return website;
}

async function deleteBucketWebsite(
  input: Input<"DeleteBucketWebsite">,
  tx: Transaction,
): Promise<Output<"DeleteBucketWebsite">> {
  removeConfiguration(tx, await findBucket(tx, input), "website");
  return {};
}

export const websiteOperations = {
  PutBucketWebsite: putBucketWebsite,
  GetBucketWebsite: getBucketWebsite,
  DeleteBucketWebsite: deleteBucketWebsite,
} satisfies Operations<S3>;
