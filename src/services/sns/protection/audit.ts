// Audits: what was found in messages, or that nothing was, written to logs,
// streams and buckets. A sample is drawn when a message is published.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-operations.html

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { rootPrincipal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Firehose } from "../../../model/generated/firehose.d.ts";
import type { Logs } from "../../../model/generated/logs.d.ts";
import { modelOf } from "../../../model/handle.ts";
import type { TopicState } from "../topics/topic.ts";
import { type Destination, rulesOf } from "./policy.ts";

const logs = modelOf<Logs>("logs");
const firehose = modelOf<Firehose>("firehose");

interface AuditRun {
  readonly topicArn: string;
  readonly at: number;
  readonly destination: Destination;
  /** One line of JSON. */
  readonly report: string;
}

export const audit = defineJob<AuditRun>({ name: "sns.audit", run: { waits: write } });

/** `text` is the message as it was published, before anything in it was masked. */
export function auditMessage(tx: Transaction, topic: TopicState, messageId: string, text: string): void {
  if (topic.dataProtectionPolicy === undefined) return;
  for (const { operation, identifiers } of rulesOf(topic)) {
    if (operation.type !== "audit" || tx.ids.fraction() * 100 >= operation.percent) continue;
    const found = Object.entries(identifiers)
      .map(([name, find]) => ({ name, detections: find(text) }))
      .filter(({ detections }) => detections.length > 0)
      .map(({ name, detections }) => ({ name, count: detections.length, detections }));
    const destination = found.length > 0 ? operation.findings : operation.noFindings;
    if (destination === undefined) continue;
    const report = JSON.stringify({
      messageId,
      auditTimestamp: new Date(tx.now).toISOString().replace(/\.\d{3}/, ""),
      callerPrincipal: tx.principal.roleArn ?? tx.principal.arn,
      resourceArn: topic.arn,
      dataIdentifiers: found,
    });
    tx.enqueue(audit, { topicArn: topic.arn, at: tx.now, destination, report });
  }
}

/** Destinations that are gone, or refuse, lose their report: the others have theirs all the same. */
async function write(run: AuditRun, ctx: Waiting): Promise<void> {
  const { destination, report, at } = run;
  const { logGroup, stream, bucket } = destination;
  const [, , , , account = "", topic = ""] = run.topicArn.split(":");
  const own = ctx.as(rootPrincipal(account));
  const name = `${account}_${topic}_${ctx.region}`;
  const attempts: (() => Promise<unknown>)[] = [];
  if (logGroup !== undefined) attempts.push(() => putLog(own, logGroup, name, at, report));
  if (stream !== undefined) {
    const input = { DeliveryStreamName: stream, Record: { Data: Buffer.from(`${report}\n`) } };
    attempts.push(() => own.call(firehose, "PutRecord", input));
  }
  if (bucket !== undefined) {
    const day = new Date(at).toISOString().slice(0, 13).replace(/[-T]/g, "/");
    const Key = `AWSLogs/${account}/sns-data-protection/${ctx.region}/${topic}/${day}/${ctx.ids.uuid()}.log`;
    attempts.push(() =>
      own.callByName("s3", "PutObject", { Bucket: bucket, Key, Body: Buffer.from(`${report}\n`) }),
    );
  }
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
}

async function putLog(
  ctx: Waiting,
  logGroupName: string,
  logStreamName: string,
  timestamp: number,
  message: string,
): Promise<void> {
  try {
    await ctx.call(logs, "CreateLogStream", { logGroupName, logStreamName });
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "ResourceAlreadyExistsException") throw error;
  }
  await ctx.call(logs, "PutLogEvents", { logGroupName, logStreamName, logEvents: [{ timestamp, message }] });
}
