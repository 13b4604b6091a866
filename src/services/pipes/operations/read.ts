// Describe and list.

import type { Transaction } from "../../../core/transaction.ts";
import type { Pipe as Listed, PipeLogConfiguration } from "../../../model/generated/pipes.d.ts";
import type { Input, Output } from "../model.ts";
import { openPipe, Pipe, type PipeState, summary } from "../pipe.ts";

const usualLimit = 100;
/** Pages of pipes that one answer looks through where few match. */
const mostPages = 10;

export async function describePipe(
  { Name }: Input<"DescribePipe">,
  tx: Transaction,
): Promise<Output<"DescribePipe">> {
  const pipe = await openPipe(tx, Name);
  return {
    ...summary(pipe, tx),
    Description: pipe.description,
    DesiredState: pipe.desired,
    StateReason: pipe.reason,
    Source: pipe.source,
    SourceParameters: pipe.sourceParameters,
    Enrichment: pipe.enrichment,
    EnrichmentParameters: pipe.enrichmentParameters,
    Target: pipe.target,
    TargetParameters: pipe.targetParameters,
    RoleArn: pipe.roleArn,
    Tags: pipe.tags,
    LogConfiguration: pipe.logs && shownLogs(pipe.logs),
    KmsKeyIdentifier: pipe.kmsKey,
  };
}

function shownLogs(logs: PipeLogConfiguration): PipeLogConfiguration {
  const { S3LogDestination: bucket } = logs;
  if (bucket === undefined) return logs;
  return { ...logs, S3LogDestination: { OutputFormat: "json", ...bucket } };
}

export async function listPipes(input: Input<"ListPipes">, tx: Transaction): Promise<Output<"ListPipes">> {
  const { NamePrefix, NextToken, Limit = usualLimit } = input;
  const found: Listed[] = [];
  let cursor = NextToken;
  // Pages may hold few that fit; the reading ends with the first that holds any.
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await tx.list(Pipe, { startsWith: NamePrefix, cursor, limit: Limit });
    found.push(...page.values.filter((pipe) => fits(pipe, input)).map((pipe) => listed(pipe, tx)));
    cursor = page.cursor;
    if (cursor === undefined || found.length > 0) break;
  }
  return { Pipes: found, NextToken: cursor };
}

function fits(pipe: PipeState, given: Input<"ListPipes">): boolean {
  const { DesiredState, CurrentState, SourcePrefix = "", TargetPrefix = "" } = given;
  return (
    (DesiredState === undefined || pipe.desired === DesiredState) &&
    (CurrentState === undefined || pipe.current === CurrentState) &&
    pipe.source.startsWith(SourcePrefix) &&
    pipe.target.startsWith(TargetPrefix)
  );
}

function listed(pipe: PipeState, tx: Transaction): Listed {
  return {
    ...summary(pipe, tx),
    ...(pipe.desired !== "DELETED" && { DesiredState: pipe.desired }),
    StateReason: pipe.reason,
    Source: pipe.source,
    Target: pipe.target,
    Enrichment: pipe.enrichment,
  };
}
