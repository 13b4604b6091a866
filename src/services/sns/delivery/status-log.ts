// Delivery status logs: what became of deliveries, in CloudWatch Logs, for
// topics that name a role for it.
// https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html

import { createHash } from "node:crypto";
import { Fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Logs } from "../../../model/generated/logs.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { timestampOf } from "../messages/envelope.ts";
import type { TopicState } from "../topics/topic.ts";
import type { Delivered } from "./delivered.ts";

const logs = modelOf<Logs>("logs");

const prefixes: Readonly<Record<string, string>> = {
  http: "HTTP",
  https: "HTTP",
  sqs: "SQS",
  lambda: "Lambda",
  firehose: "Firehose",
  application: "Application",
};

export function logsDeliveries(topic: TopicState): boolean {
  return Object.keys(topic.attributes).some((name) => name.endsWith("FeedbackRoleArn"));
}

export async function logDeliveries(
  ctx: Waiting,
  topic: TopicState,
  all: readonly Delivered[],
  attempts = 1,
): Promise<void> {
  const entries = all.flatMap((delivered) => {
    const prefix = prefixes[delivered.subscription.protocol];
    const failed = delivered.failure !== undefined;
    const role = topic.attributes[`${prefix}${failed ? "Failure" : "Success"}FeedbackRoleArn`];
    if (prefix === undefined || role === undefined) return [];
    const rate = Number(topic.attributes[`${prefix}SuccessFeedbackSampleRate`] ?? 100) / 100;
    // A part of the successes, every failure.
    if (!failed && ctx.ids.fraction() >= rate) return [];
    return [{ role, failed, message: JSON.stringify(entryOf(ctx, delivered, attempts)) }];
  });
  const [, , , region, account] = topic.arn.split(":");
  for (const failed of [false, true]) {
    const chosen = entries.filter((entry) => entry.failed === failed);
    const role = chosen[0]?.role;
    if (role === undefined) continue;
    const group = `sns/${region}/${account}/${topic.name}${failed ? "/Failure" : ""}`;
    await writeLog(
      ctx.asRole(role, "sns"),
      group,
      chosen.map(({ message }) => message),
    );
  }
}

function entryOf(
  ctx: Waiting,
  { subscription, told, failure, response, statusCode }: Delivered,
  attempts: number,
): object {
  const { published, text } = told;
  return {
    notification: {
      messageMD5Sum: createHash("md5").update(text).digest("hex"),
      messageId: published.messageId,
      topicArn: published.topicArn,
      timestamp: timestampOf(published.at).replace("T", " ").replace("Z", ""),
    },
    delivery: {
      deliveryId: ctx.ids.uuid(),
      destination: subscription.endpoint,
      providerResponse:
        failure === undefined
          ? JSON.stringify(response ?? {})
          : JSON.stringify({ ErrorCode: failure.code, ErrorMessage: failure.message }),
      dwellTimeMs: ctx.now() - published.at,
      attempts,
      statusCode: failure?.statusCode ?? statusCode ?? 200,
    },
    status: failure === undefined ? "SUCCESS" : "FAILURE",
  };
}

/** A log that cannot be written is no reason to deliver again. */
export async function writeLog(
  ctx: Waiting,
  logGroupName: string,
  messages: readonly string[],
): Promise<void> {
  const logStreamName = ctx.ids.uuid();
  const timestamp = ctx.now();
  try {
    await ctx.call(logs, "CreateLogGroup", { logGroupName }).catch(ignoreExisting);
    await ctx.call(logs, "CreateLogStream", { logGroupName, logStreamName }).catch(ignoreExisting);
    await ctx.call(logs, "PutLogEvents", {
      logGroupName,
      logStreamName,
      logEvents: messages.map((message) => ({ timestamp, message })),
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Fault) || error.code !== "ResourceAlreadyExistsException") throw error;
}
