// The end of a key, when its waiting period is over.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Grant } from "../grants/grant.ts";
import { Alias, Key, type KeyState } from "./key.ts";
import { tell } from "./key-event.ts";
import { forgetUsage } from "./last-usage.ts";
import { rotate } from "./rotation.ts";

interface DeletionRun {
  readonly keyId: string;
}

const dayMilliseconds = 86_400_000;
const handful = 500;

export const deleteKey = defineJob<DeletionRun>({ name: "kms.deleteKey", run });

export function scheduleDeletion(tx: Transaction, key: KeyState, days: number): KeyState {
  const deletionAt = tx.now + days * dayMilliseconds;
  tx.enqueue(deleteKey, { keyId: key.id }, { id: key.id, at: deletionAt });
  const { deletionWaitsDays: _waits, ...rest } = key;
  return { ...rest, deletionAt };
}

async function run({ keyId }: DeletionRun, tx: Transaction): Promise<void> {
  const key = await tx.get(Key, keyId);
  if (key?.deletionAt === undefined || key.deletionAt > tx.now) return;
  const aliases = await tx.list(Alias, { index: "key", prefix: [keyId], limit: handful });
  for (const { name } of aliases.values) tx.delete(Alias, name);
  const grants = await tx.list(Grant, { prefix: [keyId], limit: handful });
  for (const { id } of grants.values) tx.delete(Grant, keyId, id);
  if (aliases.values.length === handful || grants.values.length === handful) {
    tx.enqueue(deleteKey, { keyId }, { id: keyId });
    return;
  }
  tx.cancel(rotate, keyId);
  tx.delete(Key, keyId);
  forgetUsage(tx, keyId);
  await leaveOthers(tx, key);
  tell(tx, key, "KMS CMK Deletion");
}

/** The other Regions' keys forget this one; a primary that only waited for its last replica begins its own wait. */
async function leaveOthers(tx: Transaction, key: KeyState): Promise<void> {
  const { multiRegion } = key;
  if (multiRegion === undefined || multiRegion.primary === key.region) return;
  const replicas = multiRegion.replicas.filter((region) => region !== key.region);
  for (const region of [multiRegion.primary, ...replicas]) {
    const there = tx.at({ region });
    const other = await there.get(Key, key.id);
    if (other === undefined) continue;
    const left: KeyState = { ...other, multiRegion: { primary: multiRegion.primary, replicas } };
    const days = replicas.length === 0 ? other.deletionWaitsDays : undefined;
    there.put(Key, days === undefined ? left : scheduleDeletion(there, left, days));
  }
}
