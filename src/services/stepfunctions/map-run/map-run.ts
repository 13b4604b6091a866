// A map run: what a distributed Map has under way, under an ARN of its own.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { isHere, namedArn, parseArn, stepFunctionsArn } from "../arn.ts";
import type { Failure, MapRunPlan } from "../asl/happening.ts";
import { resourceNotFound } from "../model.ts";

export interface Total {
  readonly executions: number;
  readonly items: number;
}

export interface MapRunState {
  /** The last part of its ARN. */
  readonly id: string;
  /** The machine's name. */
  readonly machine: string;
  readonly label: string;
  readonly revisionId: string;
  /** The execution that it is part of, and the wait that it answers. */
  readonly parent: {
    readonly execution: string;
    readonly arn: string;
    readonly frame: number;
    readonly sequence: number;
  };
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  readonly childType: "STANDARD" | "EXPRESS";
  readonly startedAt: number;
  readonly stoppedAt?: number | undefined;
  readonly plan: MapRunPlan;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number | undefined;
  readonly toleratedFailurePercentage?: number | undefined;
  /** How many children and items there are; undefined while they are still being read. */
  readonly total?: Total | undefined;
  readonly failure?: Failure | undefined;
  readonly redriveCount: number;
  readonly redrivenAt?: number | undefined;
  /** Redrives whose failed children have been taken up again. */
  readonly redrivesBegun?: number;
  readonly resultsWritten: number;
}

export const MapRun = defineResource<MapRunState>()({
  service: "stepfunctions",
  type: "map-run",
  key: (run) => [run.id],
  arn: mapRunArn,
  named: (input) => namedArn(input.mapRunArn),
  indexes: {
    parent: (run) => [run.parent.execution, run.startedAt],
  },
});

export function mapRunArn(run: Pick<MapRunState, "machine" | "label" | "id">, place: Place): string {
  return stepFunctionsArn(place, "mapRun", `${run.machine}/${run.label}`, run.id);
}

export async function openMapRun(tx: Transaction, arn: string): Promise<MapRunState> {
  const parsed = parseArn(arn, "mapRun");
  const id = parsed.parts[1];
  const run = id !== undefined && isHere(parsed, tx) ? await tx.get(MapRun, id) : undefined;
  if (run === undefined) throw resourceNotFound(arn);
  return run;
}

/** What the job that works on a map run listens to. */
export function mapRunTopic(id: string): string {
  return `stepfunctions.mapRun.${id}`;
}
