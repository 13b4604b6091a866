// Flushing what a stage remembers: from now on it remembers under another name.

import type { Transaction } from "../../../core/transaction.ts";
import { openStage, StageRecord } from "../deployments/stage.ts";
import type { Input } from "../model.ts";

export async function flushStageCache(
  { restApiId, stageName }: Input<"FlushStageCache">,
  tx: Transaction,
): Promise<Record<string, never>> {
  const stage = await openStage(tx, restApiId, stageName);
  tx.put(StageRecord, { ...stage, cacheEpoch: tx.ids.hex(8) });
  return {};
}

export async function flushStageAuthorizersCache(
  { restApiId, stageName }: Input<"FlushStageAuthorizersCache">,
  tx: Transaction,
): Promise<Record<string, never>> {
  const stage = await openStage(tx, restApiId, stageName);
  tx.put(StageRecord, { ...stage, authorizerCacheEpoch: tx.ids.hex(8) });
  return {};
}
