// Server access logs: a line is kept for each call about a bucket that has
// them, once the call is over, and what has gathered is delivered every five
// minutes as one object.

import type { CallRecord } from "../../../core/dispatch.ts";
import { defineJob } from "../../../core/job.ts";
import { servicePrincipal } from "../../../core/principal.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { LoggingEnabled } from "../../../model/generated/s3.d.ts";
import { Bucket, type BucketState, bucketArn, inside, placeOf } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { logLine } from "./line.ts";

const everyMilliseconds = 5 * 60_000;
const linesOfAFile = 1000;
const deliverer = "logging.s3.amazonaws.com";

interface LogLine {
  readonly bucketId: string;
  readonly at: number;
  readonly id: string;
  readonly line: string;
}

export const AccessLogLine = defineResource<LogLine>()({
  service: "s3",
  type: "access-log-line",
  key: (line): readonly [string, number, string] => [line.bucketId, line.at, line.id],
});

/** Has the call written down that this transaction serves. */
export function logCall(tx: Transaction, bucket: BucketState): void {
  // The delivery of logs would otherwise give cause to another one for ever.
  if (tx.principal.service === deliverer) return;
  tx.afterCall(`s3 log ${bucket.id}`, (record, ctx) => gather(record, ctx, bucket));
}

async function gather(record: CallRecord, ctx: Waiting, bucket: BucketState): Promise<void> {
  const at = ctx.now();
  const line = logLine(bucket, record, at);
  await ctx.at(placeOf(bucket)).atomically(async (tx) => {
    tx.put(AccessLogLine, { bucketId: bucket.id, at, id: tx.ids.hex(16), line });
    const due = (Math.floor(at / everyMilliseconds) + 1) * everyMilliseconds;
    tx.enqueue(deliverLogs, { bucket: bucket.name, bucketId: bucket.id }, { at: due, id: bucket.id });
  });
}

export const deliverLogs = defineJob<{ readonly bucket: string; readonly bucketId: string }>({
  name: "s3.deliverLogs",
  attempts: 3,
  run: {
    waits: async ({ bucket: name, bucketId }, ctx) => {
      for (;;) {
        const found = await ctx.atomically(async (tx) => {
          const bucket = await tx.get(Bucket, name);
          const logging = bucket === undefined ? undefined : await readConfiguration(tx, bucket, "logging");
          const page = await tx.list(AccessLogLine, { prefix: [bucketId], limit: linesOfAFile });
          return { bucket, logging, lines: page.values };
        });
        const { bucket, logging, lines } = found;
        if (lines.length === 0) return;
        if (bucket?.id === bucketId && logging !== undefined) await write(ctx, bucket, logging, lines);
        await ctx.atomically(async (tx) => {
          for (const line of lines) tx.delete(AccessLogLine, line.bucketId, line.at, line.id);
        });
        if (lines.length < linesOfAFile) return;
      }
    },
  },
});

async function write(
  ctx: Waiting,
  bucket: BucketState,
  logging: LoggingEnabled,
  lines: readonly LogLine[],
): Promise<void> {
  const principal = servicePrincipal(deliverer, bucket.owner, bucketArn(bucket.name));
  await ctx
    .as(principal)
    .at(placeOf(bucket))
    .callByName("s3", "PutObject", {
      Bucket: logging.TargetBucket,
      Key: keyOf(bucket, logging, ctx.now(), ctx.ids.hex(16).toUpperCase()),
      Body: Buffer.from(lines.map(({ line }) => `${line}\n`).join("")),
      ContentType: "text/plain",
    });
}

/** `prefix2024-01-31-12-05-00-0123456789ABCDEF`, perhaps in folders by account, region, bucket and day. */
function keyOf(bucket: BucketState, logging: LoggingEnabled, at: number, unique: string): string {
  const stamp = new Date(at).toISOString();
  const name = `${stamp.slice(0, 19).replaceAll(/[T:]/g, "-")}-${unique}`;
  if (logging.TargetObjectKeyFormat?.PartitionedPrefix === undefined) return logging.TargetPrefix + name;
  const folders = [bucket.owner, bucket.region, bucket.name, ...stamp.slice(0, 10).split("-")];
  return `${logging.TargetPrefix}${folders.join("/")}/${name}`;
}

/** Of a bucket that goes: nobody will ask for them. */
export function forgetLines(tx: Transaction, bucket: BucketState): void {
  inside(tx, bucket).enqueue(deliverLogs, { bucket: bucket.name, bucketId: bucket.id }, { id: bucket.id });
}
