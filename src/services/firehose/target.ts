// Firehose streams as targets: each text becomes a record. Deliveries to one
// stream travel in batches.

import { type Aim, defineTarget, type TargetOutcome, targetArn } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { firehose } from "./faults.ts";

const mostRecords = 500;
const largestBatchBytes = 4 * 1_048_576;

export const streamTarget = defineTarget({ arns: "firehose:deliverystream/*", sendAll });

async function sendAll(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]> {
  const DeliveryStreamName = targetArn(aims[0]!.arn).resource.slice("deliverystream/".length);
  const outcomes: TargetOutcome[] = [];
  for (const Records of batches(aims)) {
    const { RequestResponses } = await ctx.call(firehose, "PutRecordBatch", { DeliveryStreamName, Records });
    for (const response of RequestResponses) {
      const { ErrorCode: code, ErrorMessage: message = "" } = response;
      // PutRecordBatch refuses single records only where the stream is in trouble.
      outcomes.push(
        code === undefined ? { output: response } : { failure: { code, message, passing: true } },
      );
    }
  }
  return outcomes;
}

function* batches(aims: readonly Aim[]): Generator<readonly { readonly Data: Uint8Array }[]> {
  let batch: { readonly Data: Uint8Array }[] = [];
  let bytes = 0;
  for (const { input } of aims) {
    const Data = Buffer.from(input);
    if (batch.length === mostRecords || (batch.length > 0 && bytes + Data.length > largestBatchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ Data });
    bytes += Data.length;
  }
  if (batch.length > 0) yield batch;
}
