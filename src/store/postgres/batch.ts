// Transactions that commit together, and what they change taken together.

import { pack } from "../../base/tuple.ts";
import type { Key } from "../../core/ports/store.ts";
import type { Footprint } from "../backend.ts";
import { decodeCounter } from "../counter.ts";
import { type Append, WriteBuffer } from "../write-buffer.ts";
import { laneOfKey, lanesOfRange } from "./lanes.ts";
import type { Observations } from "./observations.ts";
import { absent } from "./rows.ts";
import type { DatabaseTransaction } from "./transaction.ts";

export class Batch {
  readonly #members: DatabaseTransaction[] = [];
  readonly #writes = new WriteBuffer();
  readonly #appends = new Map<Key, Append[]>();
  readonly #appended = new Set<Key>();

  /** Whether it can commit beside those already here: it has read nothing that they change. */
  admits(tx: DatabaseTransaction): boolean {
    if (tx.hasRead(this.footprint)) return false;
    const { deletedRanges, writes, appends } = tx.writes.pending;
    const here = this.#writes.pending;
    // Appends have their place only when all deletions before them are known.
    if (this.#appends.size > 0 && deletedRanges.length > 0) return false;
    for (const log of this.#appends.keys()) if (writes.has(log)) return false;
    for (const log of appends.keys()) if (here.writes.has(log)) return false;
    return true;
  }

  add(tx: DatabaseTransaction): void {
    this.#members.push(tx);
    const { deletedRanges, writes, appends, counters } = tx.writes.pending;
    for (const range of deletedRanges) this.#writes.deleteRange(range);
    for (const [key, write] of writes) {
      if (typeof write === "number") this.#writes.add(key, write);
      else if (counters.has(key)) {
        this.#writes.put(key, null);
        this.#writes.add(key, decodeCounter(write));
      } else this.#writes.put(key, write);
    }
    for (const [log, entries] of appends) {
      this.#appends.set(log, [...(this.#appends.get(log) ?? []), ...entries]);
    }
  }

  get footprint(): Footprint {
    const { deletedRanges, writes } = this.#writes.pending;
    return {
      deletedRanges,
      entries: new Set([...writes.keys(), ...this.#appends.keys(), ...this.#appended]),
    };
  }

  get observations(): readonly Observations[] {
    return this.#members.map((tx) => tx.observations());
  }

  get topics(): ReadonlySet<string> {
    return new Set(this.#members.flatMap(({ topics }) => [...topics]));
  }

  get claimed(): readonly Key[] {
    return this.#members.flatMap(({ claimed }) => [...claimed]);
  }

  get deletedRanges() {
    return this.#writes.pending.deletedRanges;
  }

  /** Apart by what the server does with them. Who has counted a counter adds to it as a whole. */
  writes(hasPart: (key: Key) => boolean): Writes {
    const deleted: Key[] = [];
    const put = new Map<Key, Uint8Array>();
    const [set, added, addedInPart] = [
      new Map<Key, number>(),
      new Map<Key, number>(),
      new Map<Key, number>(),
    ];
    const { writes, counters } = this.#writes.pending;
    const counted = this.#counted;
    for (const [key, write] of writes) {
      if (write === null) deleted.push(key);
      else if (typeof write !== "number") {
        if (counters.has(key)) set.set(key, decodeCounter(write));
        else put.set(key, write);
      } else if (hasPart(key) && !counted.has(key)) addedInPart.set(key, write);
      else added.set(key, write);
    }
    return { deleted, put, set, added, addedInPart };
  }

  get #counted(): ReadonlySet<Key> {
    return new Set(this.observations.flatMap(({ counters }) => [...counters]));
  }

  /** By log, how many entries go to its end. */
  get appends(): ReadonlyMap<Key, number> {
    return new Map([...this.#appends].map(([log, entries]) => [log, entries.length]));
  }

  /** The appended entries at their keys, `ends` being the logs' counters after them. */
  placed(ends: ReadonlyMap<Key, number>): ReadonlyMap<Key, Uint8Array> {
    const placed = new Map<Key, Uint8Array>();
    for (const [log, entries] of this.#appends) {
      let position = (ends.get(log) ?? 0) - entries.length;
      for (const append of entries) {
        append.position = ++position;
        placed.set(log + pack([position]), append.value);
      }
    }
    for (const key of placed.keys()) this.#appended.add(key);
    return placed;
  }

  /** The keys of new entries: who puts them has found that there are none. */
  get fresh(): ReadonlySet<Key> {
    const fresh = new Set<Key>();
    for (const tx of this.#members) {
      const { writes, counters } = tx.writes.pending;
      for (const [key, version] of tx.observations().keys) {
        if (version !== absent || counters.has(key)) continue;
        if (writes.get(key) instanceof Uint8Array) fresh.add(key);
      }
    }
    return fresh;
  }

  /** What the commit must hold for all that was read to stand until it is over. */
  locks({ addedInPart }: Writes): Locks {
    const { deletedRanges, writes } = this.#writes.pending;
    const changed = [...writes.keys(), ...this.#appends.keys()];
    const written = new Set(changed.filter((key) => !addedInPart.has(key)));
    // Who adds in a part shares the counter, in its turn.
    const kept = new Set<Key>(addedInPart.keys());
    const closed = new Set<number>();
    const fresh = this.fresh;
    for (const { keys, ranges, counters } of this.observations) {
      for (const [key, version] of keys) {
        if (version === absent) {
          if (!fresh.has(key)) closed.add(laneOfKey(key));
        } else if (counters.has(key)) written.add(key);
        else if (!written.has(key)) kept.add(key);
      }
      for (const { range } of ranges) for (const lane of lanesOfRange(range)) closed.add(lane);
    }
    for (const range of deletedRanges) for (const lane of lanesOfRange(range)) closed.add(lane);
    const open = new Set<number>();
    for (const key of changed) {
      const lane = laneOfKey(key);
      if (!closed.has(lane)) open.add(lane);
    }
    const lanes = [...open, ...closed].sort((one, other) => one - other);
    return {
      lanes: lanes.map((lane) => ({ lane, closed: closed.has(lane) })),
      kept: [...kept].sort(),
      written: [...written].sort(),
    };
  }
}

export interface Locks {
  /**
   * In order. Who changes anything in a lane holds it open, beside others; who
   * rests on there being nothing more in a range, or nothing at a key, closes it.
   */
  readonly lanes: readonly { readonly lane: number; readonly closed: boolean }[];
  /** Entries that must stay as they are. */
  readonly kept: readonly Key[];
  /** Entries that change, and counters that must not: others share the lock of an entry to add to it in parts. */
  readonly written: readonly Key[];
}

export interface Writes {
  readonly deleted: readonly Key[];
  readonly put: ReadonlyMap<Key, Uint8Array>;
  /** Counters begun anew. */
  readonly set: ReadonlyMap<Key, number>;
  readonly added: ReadonlyMap<Key, number>;
  readonly addedInPart: ReadonlyMap<Key, number>;
}
