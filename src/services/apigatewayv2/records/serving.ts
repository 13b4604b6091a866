// What the data planes read for a request: the API's home, the stage, and
// the snapshot that it serves.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { ApiHome, type ApiHomeState } from "../../../gateway/api-home.ts";
import { type Snapshot, SnapshotRecord } from "./deployment.ts";
import { StageRecord, type StageState } from "./stage.ts";

export interface Served {
  readonly home: ApiHomeState;
  readonly stage: StageState;
  readonly snapshot: Snapshot;
}

/** Undefined where there is no such API. */
export function findApiHome(ctx: Waiting, apiId: string): Promise<ApiHomeState | undefined> {
  return ctx.atomically((tx) => tx.get(ApiHome, apiId));
}

/** The first of the stages named that there is; undefined where there is none, or nothing was deployed to it. */
export async function findServed(
  anyPlace: Transaction,
  home: ApiHomeState,
  stageNames: readonly string[],
): Promise<Served | undefined> {
  const tx = anyPlace.at(home);
  for (const name of stageNames) {
    const stage = await tx.get(StageRecord, home.apiId, name);
    if (stage === undefined) continue;
    if (stage.DeploymentId === undefined) return undefined;
    const snapshot = await tx.get(SnapshotRecord, home.apiId, stage.DeploymentId);
    return snapshot === undefined ? undefined : { home, stage, snapshot };
  }
  return undefined;
}
