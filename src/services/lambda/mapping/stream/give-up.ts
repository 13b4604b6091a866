// Records that are given up: what the mapping's on-failure destination is told.

import type { Waiting } from "../../../../core/waiting.ts";
import type { Refusal } from "../../../../sources/deliver-batch.ts";
import type { SourceRecord } from "../../../../sources/stream-source.ts";
import { deliver } from "../../invocation/destination.ts";
import { executedArn } from "../../invocation/run.ts";
import type { Invoked } from "./batch.ts";
import type { StreamWork } from "./work.ts";

export async function giveUp(
  ctx: Waiting,
  { mapping, source, roleArn }: StreamWork,
  shardId: string,
  records: readonly SourceRecord[],
  payload: Uint8Array,
  { condition, failed, detail }: Refusal<Invoked>,
): Promise<void> {
  const { target, result } = detail ?? {};
  const destination = mapping.settings.DestinationConfig?.OnFailure?.Destination;
  if (!destination) return;
  const first = records[0]!;
  const last = records.at(-1)!;
  const iso = (time: number): string => new Date(time).toISOString();
  const info = {
    shardId,
    startSequenceNumber: first.sequenceNumber,
    endSequenceNumber: last.sequenceNumber,
    approximateArrivalOfFirstRecord: iso(first.arrivedAt),
    approximateArrivalOfLastRecord: iso(last.arrivedAt),
    batchSize: records.length,
    streamArn: source.arn,
  };
  const body = {
    requestContext: {
      requestId: ctx.ids.uuid(),
      functionArn: target === undefined ? mapping.functionArn : executedArn(target),
      condition,
      approximateInvokeCount: failed,
    },
    ...(result !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: target?.configuration.version,
        ...(result.functionError !== undefined && { functionError: result.functionError }),
      },
    }),
    version: "1.0",
    timestamp: iso(ctx.now()),
    ...(source.kind === "kinesis" ? { KinesisBatchInfo: info } : { DDBStreamBatchInfo: info }),
    // Only a bucket has room for the records themselves.
    ...(destination.split(":")[2] === "s3" && { payload: Buffer.from(payload).toString() }),
  };
  const at = iso(ctx.now());
  const key = `aws/lambda/${mapping.id}/${shardId}/${at.slice(0, 10).replaceAll("-", "/")}/${at.slice(0, 19).replaceAll(":", ".")}-${ctx.ids.uuid()}`;
  await ctx.atomically(async (tx) =>
    tx.enqueue(deliver, {
      destination,
      body: JSON.stringify(body),
      roleArn,
      functionArn: mapping.functionArn,
      outcome: "Failure",
      objectKey: key,
    }),
  );
}
