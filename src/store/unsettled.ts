// Commits that others can see already and that are not durable yet. Who has
// only read waits for what it saw, or it could tell of a state that a crash
// takes back.

import type { Key, Range } from "../core/ports/store.ts";
import type { Changes, Footprint } from "./backend.ts";

interface Batch extends Footprint {
  readonly deletedRanges: Range[];
  readonly entries: Set<Key>;
}

export class Unsettled {
  readonly #batches = new Map<Promise<void>, Batch>();

  add(changes: Changes, durable: Promise<void>): void {
    let batch = this.#batches.get(durable);
    if (batch === undefined) {
      batch = { deletedRanges: [], entries: new Set() };
      this.#batches.set(durable, batch);
      const settle = () => this.#batches.delete(durable);
      durable.then(settle, settle);
    }
    for (const key of changes.entries.keys()) batch.entries.add(key);
    batch.deletedRanges.push(...changes.deletedRanges);
  }

  /** What to wait for after reading; the latest, for batches become durable in their order. */
  seenBy(reader: { hasRead(footprint: Footprint): boolean }): Promise<void> | undefined {
    let latest: Promise<void> | undefined;
    for (const [durable, batch] of this.#batches) if (reader.hasRead(batch)) latest = durable;
    return latest;
  }
}
