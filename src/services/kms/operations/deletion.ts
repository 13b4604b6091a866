// ScheduleKeyDeletion and CancelKeyDeletion.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
} from "../../../model/generated/kms.d.ts";
import { deleteKey, scheduleDeletion } from "../keys/deletion.ts";
import { Key } from "../keys/key.ts";
import { stateOf } from "../keys/metadata.ts";
import { invalid, invalidState } from "../model.ts";
import { openKey, openLivingKey } from "./keys.ts";

const leastDays = 7;
const mostDays = 30;

export async function scheduleKeyDeletion(
  { KeyId, PendingWindowInDays: days = mostDays }: ScheduleKeyDeletionRequest,
  caller: Transaction,
): Promise<ScheduleKeyDeletionResponse> {
  const { key, tx } = await openLivingKey(caller, KeyId, "ScheduleKeyDeletion");
  if (days < leastDays || days > mostDays) {
    throw invalid(`PendingWindowInDays must be between ${leastDays} and ${mostDays} days.`);
  }
  const { multiRegion } = key;
  if (multiRegion?.primary === key.region && multiRegion.replicas.length > 0) {
    tx.put(Key, { ...key, enabled: false, deletionWaitsDays: days });
    return { KeyId: key.arn, KeyState: "PendingReplicaDeletion", PendingWindowInDays: days };
  }
  const dying = scheduleDeletion(tx, { ...key, enabled: false }, days);
  tx.put(Key, dying);
  return {
    KeyId: key.arn,
    DeletionDate: dying.deletionAt,
    KeyState: "PendingDeletion",
    PendingWindowInDays: days,
  };
}

/** A key that was saved is disabled. */
export async function cancelKeyDeletion(
  { KeyId }: CancelKeyDeletionRequest,
  caller: Transaction,
): Promise<CancelKeyDeletionResponse> {
  const { key, tx } = await openKey(caller, KeyId, "CancelKeyDeletion");
  if (!stateOf(key).endsWith("Deletion")) throw invalidState(key.arn, "is not pending deletion");
  const { deletionAt: _at, deletionWaitsDays: _days, ...saved } = key;
  tx.put(Key, saved);
  tx.cancel(deleteKey, key.id);
  return { KeyId: key.arn };
}
