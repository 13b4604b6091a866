// Records that are given up: what the pipe's dead-letter target is told.

import type { Waiting } from "../../../core/waiting.ts";
import { pause, type Refusal, Stopped } from "../../../sources/deliver-batch.ts";
import type { SourceRecord, StreamSource } from "../../../sources/stream-source.ts";
import type { Execution } from "../execution/execute.ts";
import type { Line } from "../execution/line.ts";
import { pipesService } from "../model.ts";
import { streamSettingsOf } from "../source.ts";

/** Returns when the letter has arrived, or never will. */
export async function giveUp(
  ctx: Waiting,
  { pipe, caller }: Line,
  source: StreamSource,
  shardId: string,
  records: readonly SourceRecord[],
  { condition, failed }: Refusal<Execution>,
): Promise<void> {
  const arn = streamSettingsOf(pipe.sourceParameters).DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  const iso = (time: number): string => new Date(time).toISOString();
  const first = records[0]!;
  const last = records.at(-1)!;
  const info = {
    shardId,
    startSequenceNumber: first.sequenceNumber,
    endSequenceNumber: last.sequenceNumber,
    approximateArrivalOfFirstRecord: iso(first.arrivedAt),
    approximateArrivalOfLastRecord: iso(last.arrivedAt),
    batchSize: records.length,
    streamArn: source.arn,
  };
  const input = JSON.stringify({
    context: { partnerResourceArn: caller.arn, condition },
    version: "1.0",
    timestamp: iso(ctx.now()),
    ...(source.kind === "kinesis" ? { KinesisBatchInfo: info } : { DDBStreamBatchInfo: info }),
  });
  const aim = { arn, input, roleArn: pipe.roleArn, source: pipesService, sourceArn: caller.arn };
  for (let times = failed; ; times++) {
    const [outcome] = await ctx.deliver([aim]);
    if (outcome?.failure?.passing !== true) return;
    if (ctx.signal.aborted) throw new Stopped();
    await pause(ctx, times);
  }
}
