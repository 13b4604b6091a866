// What the data planes read for a request: the API's place, the stage, and
// the snapshot that it serves.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type ApiPlace, ApiPlaceRecord } from "./api.ts";
import { type Snapshot, SnapshotRecord } from "./deployment.ts";
import { StageRecord, type StageState } from "./stage.ts";

export interface Served {
  readonly place: ApiPlace;
  readonly stage: StageState;
  readonly snapshot: Snapshot;
}

/** Undefined where there is no such API. */
export function findApiPlace(ctx: Waiting, apiId: string): Promise<ApiPlace | undefined> {
  return ctx.atomically((tx) => tx.get(ApiPlaceRecord, apiId));
}

/** The first of the stages named that there is; undefined where there is none, or nothing was deployed to it. */
export async function findServed(
  anyPlace: Transaction,
  place: ApiPlace,
  stageNames: readonly string[],
): Promise<Served | undefined> {
  const tx = anyPlace.at(place);
  for (const name of stageNames) {
    const stage = await tx.get(StageRecord, place.apiId, name);
    if (stage === undefined) continue;
    if (stage.DeploymentId === undefined) return undefined;
    const snapshot = await tx.get(SnapshotRecord, place.apiId, stage.DeploymentId);
    return snapshot === undefined ? undefined : { place, stage, snapshot };
  }
  return undefined;
}
