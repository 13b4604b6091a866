// Counters in parts: what many nodes add to at once none of them should hold
// until its commit is over. A counter is an entry; a node that adds to it again
// and again does so in a row of its own, beside others, and everybody reads the
// sum. The row belongs to the counter by the version with which that began: one
// that is deleted or put anew leaves its parts behind.

import type { Key } from "../../core/ports/store.ts";
import type { Database } from "./database.ts";
import { statements } from "./statements.ts";

/** No counter has more parts. */
const slots = 64;
const mostKnown = 10_000;

export class Parts {
  /** As long as so many others have not been opened since, no other node has it. */
  readonly slot: number;
  /** Counters that were there when this node added to them. */
  readonly #known = new Set<Key>();

  private constructor(slot: number) {
    this.slot = slot;
  }

  static async open(database: Database): Promise<Parts> {
    const { rows } = await database.commits.query<{ count: string }>(statements.opened);
    return new Parts(Number(rows[0]?.count ?? 0) % slots);
  }

  knows(key: Key): boolean {
    return this.#known.has(key);
  }

  learn(keys: Iterable<Key>): void {
    if (this.#known.size > mostKnown) this.#known.clear();
    for (const key of keys) this.#known.add(key);
  }

  /** At least one of them was not there. */
  forget(keys: Iterable<Key>): void {
    for (const key of keys) this.#known.delete(key);
  }
}
