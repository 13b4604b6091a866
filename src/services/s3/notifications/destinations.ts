// Whether the targets of a notification configuration are there and let S3 in,
// which S3 finds out before it takes the configuration
// (docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html).

import { Fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import { rootPrincipal, servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { CompiledPolicies } from "../../../lang/policy/policy.ts";
import { type BucketState, bucketArn } from "../buckets/bucket.ts";
import { s3Fault } from "../faults.ts";
import { queueUrl } from "./delivery.ts";
import type { Target } from "./targets.ts";

const policies = new CompiledPolicies();

export async function checkDestinations(
  ctx: Waiting,
  bucket: BucketState,
  targets: readonly Target[],
): Promise<void> {
  const problems: string[] = [];
  for (const target of targets) {
    const problem = await problemOf(ctx, bucket, target);
    if (problem !== undefined) problems.push(target.arn, problem);
  }
  if (problems.length === 0) return;
  const fields = Object.fromEntries(
    problems.map((text, at) => [`Argument${at % 2 === 0 ? "Name" : "Value"}${Math.floor(at / 2) + 1}`, text]),
  );
  throw s3Fault("InvalidArgument", fields, "Unable to validate the following destination configurations");
}

interface Kind {
  readonly action: string;
  /** The policy's text; undefined where there is none. */
  readonly policy: (there: Waiting, arn: string) => Promise<string | undefined>;
  readonly missing: string;
  readonly refused: (arn: string) => string;
}

const kinds: Readonly<Record<Target["service"], Kind>> = {
  sqs: {
    action: "sqs:SendMessage",
    policy: async (there, arn) => {
      const input = { QueueUrl: queueUrl(there, arn), AttributeNames: ["Policy"] };
      return attribute(await there.callByName("sqs", "GetQueueAttributes", input));
    },
    missing: "The destination queue does not exist",
    refused: () =>
      "Permissions on the destination queue do not allow S3 to publish notifications from this bucket",
  },
  sns: {
    action: "sns:Publish",
    policy: async (there, arn) =>
      attribute(await there.callByName("sns", "GetTopicAttributes", { TopicArn: arn })),
    missing: "The destination topic does not exist",
    refused: () =>
      "Permissions on the destination topic do not allow S3 to publish notifications from this bucket",
  },
  lambda: {
    action: "lambda:InvokeFunction",
    policy: async (there, arn) => {
      const output = await there.callByName("lambda", "GetPolicy", { FunctionName: arn });
      return (output as { readonly Policy?: string }).Policy;
    },
    missing: "The destination Lambda does not exist",
    refused: (arn) => `Not authorized to invoke function [${arn}]`,
  },
};

function attribute(output: object): string | undefined {
  return (output as { readonly Attributes?: Readonly<Record<string, string>> }).Attributes?.Policy;
}

async function problemOf(ctx: Waiting, bucket: BucketState, target: Target): Promise<string | undefined> {
  const { service, arn } = target;
  const [, , , region = "", account = ""] = arn.split(":");
  const kind = kinds[service];
  const there = ctx.as(rootPrincipal(account)).at({ account, region });
  let text: string | undefined;
  try {
    text = await kind.policy(there, arn);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "NotImplemented") throw error;
    // A function without a policy and one that is not there are told in the same way.
    if (service === "lambda") return kind.refused(arn);
    return kind.missing;
  }
  return text !== undefined && lets(ctx, bucket, kind.action, arn, text) ? undefined : kind.refused(arn);
}

function lets(ctx: Waiting, bucket: BucketState, action: string, arn: string, text: string): boolean {
  const principal = servicePrincipal("s3.amazonaws.com", bucket.owner, bucketArn(bucket.name));
  const { requestId, endpoint, sourceIp, userAgent, account, region } = ctx;
  const call = { requestId, endpoint, sourceIp, userAgent, account, region, principal };
  const context = policyContext(call, ctx.now(), (key) =>
    key === "aws:sourceowner" ? [bucket.owner] : undefined,
  );
  const request = { action, resource: arn, principal: policyPrincipal(principal), context };
  return policies.get(text).evaluate(request).effect === "allow";
}
