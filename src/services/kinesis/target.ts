// Streams as targets: each text becomes a record. Deliveries to one stream
// travel in batches.

import { type Aim, defineTarget, type TargetOutcome } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { kinesis } from "./faults.ts";

const mostRecords = 500;
const largestBatchBytes = 5 * 1024 * 1024;

export const streamTarget = defineTarget({ arns: "kinesis:stream/*", sendAll });

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const outcomes: TargetOutcome[] = [];
  for (const batch of batches(aims)) {
    const { Records } = await ctx.call(kinesis, "PutRecords", {
      StreamARN: batch[0]!.arn,
      Records: batch.map((aim) => ({ Data: Buffer.from(aim.input), PartitionKey: partitionKey(aim) })),
    });
    for (const record of Records) {
      const { ErrorCode: code, ErrorMessage: message = "" } = record;
      // PutRecords refuses single records only where their shard is too busy or in trouble.
      outcomes.push(code === undefined ? { output: record } : { failure: { code, message, passing: true } });
    }
  }
  return outcomes;
}

function* batches(aims: readonly Aim[]): Generator<readonly Aim[]> {
  let batch: Aim[] = [];
  let bytes = 0;
  for (const aim of aims) {
    const size = Buffer.byteLength(aim.input) + partitionKey(aim).length * 4;
    if (batch.length === mostRecords || (batch.length > 0 && bytes + size > largestBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(aim);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Rules and schedules say `KinesisParameters`, pipes `KinesisStreamParameters`. */
function partitionKey({ parameters = {}, sourceArn }: Aim): string {
  const { KinesisParameters, KinesisStreamParameters } = parameters as {
    readonly KinesisParameters?: { readonly PartitionKey?: string };
    readonly KinesisStreamParameters?: { readonly PartitionKey?: string };
  };
  return (KinesisParameters?.PartitionKey ?? KinesisStreamParameters?.PartitionKey ?? sourceArn).slice(
    0,
    256,
  );
}
