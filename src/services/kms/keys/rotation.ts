// Rotation: new material for the same key, by the clock or on demand. What was
// encrypted before goes on being decrypted by the material of its time.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { invalidState } from "../model.ts";
import { Key, type KeyState, type Material } from "./key.ts";
import { tellRotation } from "./key-event.ts";
import { randomMaterial } from "./material.ts";
import { stateOf } from "./metadata.ts";

export const yearDays = 365;
const dayMilliseconds = 86_400_000;

interface RotationRun {
  readonly keyId: string;
}

export const rotate = defineJob<RotationRun>({ name: "kms.rotate", run });

export function enqueueRotation(tx: Transaction, { id, rotation }: KeyState): void {
  if (rotation === undefined) tx.cancel(rotate, id);
  else tx.enqueue(rotate, { keyId: id }, { id, at: rotation.nextAt });
}

async function run({ keyId }: RotationRun, tx: Transaction): Promise<void> {
  const key = await tx.get(Key, keyId);
  if (key?.rotation === undefined || key.rotation.nextAt > tx.now) return;
  const { periodDays } = key.rotation;
  // A key that cannot be used keeps its material until the next date.
  const rotated = stateOf(key) === "Enabled" ? await withNewMaterial(tx, key, "AUTOMATIC") : key;
  if (rotated !== key) tellRotation(tx, key, rotated);
  const next: KeyState = {
    ...rotated,
    rotation: { periodDays, nextAt: tx.now + periodDays * dayMilliseconds },
  };
  tx.put(Key, next);
  enqueueRotation(tx, next);
}

/** Imported material that was waiting becomes the current one, in all Regions. */
export async function withPendingMaterial(tx: Transaction, key: KeyState): Promise<KeyState> {
  const places = [tx, ...(key.multiRegion?.replicas ?? []).map((region) => tx.at({ region }))];
  const keys: { readonly place: Transaction; readonly found: KeyState }[] = [];
  for (const place of places) {
    const found = await place.get(Key, key.id);
    const pending = found?.materials.find((each) => each.pending === true);
    if (found === undefined) continue;
    if (pending?.secret === undefined) throw invalidState(found.arn, "has no key material pending rotation");
    keys.push({ place, found });
  }
  const rotated = (state: KeyState): KeyState => ({
    ...state,
    materials: state.materials.map(({ pending, ...material }) =>
      pending === true ? { ...material, createdAt: tx.now, rotation: "ON_DEMAND" } : material,
    ),
  });
  for (const { place, found } of keys) place.put(Key, rotated(found));
  return rotated(key);
}

/** Replicas of a multi-Region key get the same material at once. */
export async function withNewMaterial(
  tx: Transaction,
  key: KeyState,
  rotation: NonNullable<Material["rotation"]>,
): Promise<KeyState> {
  const material: Material = { ...randomMaterial(tx.ids, key.spec, tx.now), rotation };
  for (const region of key.multiRegion?.replicas ?? []) {
    const there = tx.at({ region });
    const replica = await there.get(Key, key.id);
    if (replica !== undefined) there.put(Key, { ...replica, materials: [...replica.materials, material] });
  }
  return { ...key, materials: [...key.materials, material] };
}
