// Brings a pipe's log records to where its configuration says: a log group, a
// Firehose stream, a bucket, or several of these. A destination that takes
// nothing holds nothing up.

import { gzipSync } from "node:zlib";
import { Fault } from "../../../core/fault.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { S3LogDestination } from "../../../model/generated/pipes.d.ts";
import { type PipeState, pipeArn } from "../pipe.ts";
import type { LogRecord } from "./execution-log.ts";

const logDelivery = "delivery.logs.amazonaws.com";

export async function shipRecords(
  ctx: Waiting,
  { name, logs = {} }: PipeState,
  records: readonly LogRecord[],
): Promise<void> {
  const { CloudwatchLogsLogDestination: group, FirehoseLogDestination: stream, S3LogDestination: s3 } = logs;
  const arns = [group?.LogGroupArn, stream?.DeliveryStreamArn].flatMap((arn) => arn ?? []);
  const sourceArn = pipeArn(ctx, name);
  const texts = records.map((record) => JSON.stringify(record));
  await Promise.all([
    ctx.deliver(
      arns.flatMap((arn) => texts.map((input) => ({ arn, input, source: logDelivery, sourceArn }))),
    ),
    s3 && putObject(ctx.as(servicePrincipal(logDelivery, ctx.account, sourceArn)), name, s3, records),
  ]);
}

async function putObject(
  ctx: Waiting,
  name: string,
  { BucketName, Prefix, OutputFormat = "json" }: S3LogDestination,
  records: readonly LogRecord[],
): Promise<void> {
  const hour = new Date(ctx.now()).toISOString().slice(0, 13).replace(/[-T]/g, "/");
  const Key = [
    ...(Prefix ? [Prefix] : []),
    "AWSLogs",
    ctx.account,
    "vendedlogs",
    "pipes",
    ctx.region,
    name,
    hour,
    `${ctx.ids.uuid()}.log.gz`,
  ].join("/");
  const Body = gzipSync(formats[OutputFormat](records));
  await ctx.callByName("s3", "PutObject", { Bucket: BucketName, Key, Body }).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error;
  });
}

const fields = ["resourceArn", "timestamp", "executionId", "messageType", "logLevel", "error"] as const;

function columns(record: LogRecord, separator: string): string {
  return fields.map((field) => columnOf(record[field])).join(separator);
}

function columnOf(value: unknown): string {
  if (value === undefined) return "-";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const formats: Readonly<
  Record<NonNullable<S3LogDestination["OutputFormat"]>, (records: readonly LogRecord[]) => string>
> = {
  json: (records) => records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  plain: (records) => records.map((record) => `${columns(record, " ")}\n`).join(""),
  w3c: (records) =>
    [
      "#Version: 1.0",
      `#Fields: ${fields.join("\t")}`,
      ...records.map((record) => columns(record, "\t")),
      "",
    ].join("\n"),
};
