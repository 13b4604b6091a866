// A pipe made ready to run: its stages compiled, its filter, its log.

import type { Place } from "../../../core/place.ts";
import { criteriaTest } from "../../../sources/filter.ts";
import { type PipeState, pipeArn } from "../pipe.ts";
import type { PipeEvent } from "./event.ts";
import { type Caller, enrichmentStage, type Stage, targetStage } from "./stage.ts";
import type { PipeFacts } from "./template.ts";

export interface Line {
  readonly pipe: PipeState;
  readonly caller: Caller;
  readonly wanted: ((filtered: unknown) => boolean) | undefined;
  readonly enrichment: Stage | undefined;
  readonly target: Stage;
}

/** Throws the service's fault where a template or a path is none. */
export function compileLine(pipe: PipeState, place: Place): Line {
  const { source, enrichment, target } = pipe;
  const arn = pipeArn(place, pipe.name);
  const facts: PipeFacts = {
    "pipe-arn": arn,
    "pipe-name": pipe.name,
    "source-arn": source,
    "enrichment-arn": enrichment,
    "target-arn": target,
  };
  return {
    pipe,
    caller: { arn, roleArn: pipe.roleArn },
    wanted: criteriaTest(pipe.sourceParameters.FilterCriteria),
    enrichment:
      enrichment === undefined ? undefined : enrichmentStage(enrichment, pipe.enrichmentParameters, facts),
    target: targetStage(target, pipe.targetParameters, facts),
  };
}

/** Whether so many events go through in one piece. */
export function fits({ enrichment, target }: Line, events: readonly PipeEvent[]): boolean {
  const first = enrichment ?? target;
  const { mostBytes } = first.kind;
  // Transformations make events larger or smaller; what they make is looked at when it is made.
  if (mostBytes === undefined || first.transform !== undefined) return true;
  let bytes = 2;
  for (const { text } of events) bytes += Buffer.byteLength(text) + 1;
  return bytes <= mostBytes;
}
