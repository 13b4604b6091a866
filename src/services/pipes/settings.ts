// What a user may set of a pipe: checked as a whole, whether it is new or
// changed, so that nothing can run that could not have been created.

import { Fault, notImplemented } from "../../core/fault.ts";
import type { Place } from "../../core/place.ts";
import { targetArn } from "../../core/target.ts";
import type { Waiting } from "../../core/waiting.ts";
import { compileLine } from "./execution/line.ts";
import { invalid } from "./model.ts";
import type { PipeState } from "./pipe.ts";
import { sourceKind, sourceSettings } from "./source.ts";
import { checkTarget, enrichmentKind, targetKind } from "./target.ts";

/** The same with the size of its batches filled in. Throws what AWS would refuse. */
export function checked(pipe: PipeState, place: Place): PipeState {
  const { source, enrichment, target } = pipe;
  sourceKind(source);
  checkTarget(target, pipe.targetParameters);
  const most = Math.min(
    targetKind(target).most,
    enrichment === undefined ? Number.MAX_SAFE_INTEGER : enrichmentKind(enrichment).most,
  );
  if (enrichment === undefined && (pipe.enrichmentParameters?.InputTemplate ?? "") !== "") {
    throw invalid("EnrichmentParameters are not supported without an Enrichment.");
  }
  checkLogs(pipe);
  const settled = { ...pipe, sourceParameters: sourceSettings(source, pipe.sourceParameters, most) };
  compileLine(settled, place);
  return settled;
}

function checkLogs({ logs }: PipeState): void {
  if (logs === undefined || logs.Level === "OFF") return;
  const { S3LogDestination, FirehoseLogDestination, CloudwatchLogsLogDestination } = logs;
  if (S3LogDestination ?? FirehoseLogDestination ?? CloudwatchLogsLogDestination) return;
  throw invalid(`A log destination is required for the log level ${logs.Level}.`);
}

/** Throws where no service of this cloud could take what the pipe sends. */
export function checkServices(ctx: Waiting, arns: readonly (string | undefined)[]): void {
  for (const arn of arns) {
    if (!arn || ctx.delivers(arn)) continue;
    targetKind(arn);
    throw notImplemented("pipes", `the target ${targetArn(arn).service}`);
  }
}

/** Throws where the cloud has KMS, and no such key. */
export async function checkKey(ctx: Waiting, key: string | undefined): Promise<void> {
  if (!key) return;
  try {
    await ctx.callByName("kms", "DescribeKey", { KeyId: key });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code !== "NotImplemented") throw invalid(`The KMS key ${key} cannot be used: ${error.message}`);
  }
}
