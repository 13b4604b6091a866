// Entries in LMDB. The commits of one turn of the event loop are written
// together, for a write transaction costs far more than what it writes; until
// then they lie over the stored entries, so that everyone sees them at once.

import type { Key, Range } from "../../core/ports/store.ts";
import type { Backend, Changes } from "../backend.ts";
import { KeyTooLongError } from "../errors.ts";
import { WriteBuffer } from "../write-buffer.ts";
import type { BackgroundSync } from "./background-sync.ts";
import { type Environment, maxKeyLength, translated } from "./environment.ts";
import { firstKey, ownKey } from "./own-entries.ts";

/** Beyond this a batch does not wait for the turn's end: it would only hold memory. */
const batchBytes = 8 * 1024 * 1024;
const deletionChunk = 1_000;

/** `sync` where the environment leaves flushing to it. */
export function lmdbBackend(
  environment: Environment,
  sync: BackgroundSync | undefined,
  release: () => void,
): Backend {
  let batch = new Batch();

  function stored(range: Range, limit: number, reverse: boolean): Key[] {
    const start = lowerBound(range);
    if (start >= range.end) return [];
    const low = bound(start);
    const high = bound(range.end);
    const options = reverse
      ? {
          start: high.key,
          exclusiveStart: !high.clipped,
          end: low.key,
          inclusiveEnd: !low.clipped,
          reverse,
          limit,
        }
      : { start: low.key, exclusiveStart: low.clipped, end: high.key, inclusiveEnd: high.clipped, limit };
    try {
      return [...environment.getKeys(options)];
    } catch (error) {
      throw translated(error);
    }
  }

  function write({ deletedRanges, entries }: Changes): void {
    for (const range of deletedRanges) removeRange(range);
    for (const [key, value] of entries) {
      if (value === null) environment.remove(key);
      else environment.put(key, value);
    }
  }

  function removeRange(range: Range): void {
    const low = bound(lowerBound(range));
    const high = bound(range.end);
    if (low.key >= range.end) return;
    const options = {
      start: low.key,
      exclusiveStart: low.clipped,
      end: high.key,
      inclusiveEnd: high.clipped,
    };
    let keys: readonly Key[];
    do {
      keys = [...environment.getKeys({ ...options, limit: deletionChunk })];
      for (const key of keys) environment.remove(key);
    } while (keys.length === deletionChunk);
  }

  const backend: Backend = {
    get(key) {
      const written = batch.writes.at(key);
      if (written instanceof Uint8Array) return written;
      if (written === null || key.length > maxKeyLength || key < firstKey) return undefined;
      try {
        const shared = environment.getBinaryFast(key);
        if (shared === undefined) return undefined;
        const value = Buffer.allocUnsafe(environment.lastSize);
        value.set(new Uint8Array(shared.buffer, shared.byteOffset, value.length));
        return value;
      } catch (error) {
        throw translated(error);
      }
    },

    keys: (range, limit, reverse) => batch.writes.keys(stored, range, limit, reverse),

    commit(changes) {
      for (const key of changes.entries.keys()) {
        if (key.length > maxKeyLength) throw new KeyTooLongError(key.length, maxKeyLength);
        if (key < firstKey) throw new Error("A key is a packed tuple, and not empty");
      }
      if (batch.empty) setImmediate(flush, batch);
      const { durable } = batch;
      batch.add(changes);
      if (batch.bytes > batchBytes) flush(batch);
      return durable;
    },

    lost: () => {},

    async clear() {
      flush(batch);
      transaction(() => {
        const own = [...environment.getRange({ start: ownKey, end: firstKey })];
        environment.clearSync();
        for (const { key, value } of own) environment.put(key, value);
      });
      backend.lost();
    },

    async close() {
      flush(batch);
      release();
      await sync?.stop();
      await environment.close();
    },
  };

  /** Once for each batch, whichever of turn's end, size and closing comes first. */
  function flush(due: Batch): void {
    if (due !== batch || due.empty) return;
    batch = new Batch();
    try {
      transaction(() => write(due.changes()));
      due.resolve();
    } catch (error) {
      backend.lost();
      due.reject(error);
    }
  }

  function transaction(body: () => void): void {
    try {
      sync?.wrote();
      environment.transactionSync(body);
    } catch (error) {
      throw translated(error);
    }
  }

  return backend;
}

/** Commits that are written together. */
class Batch {
  readonly writes = new WriteBuffer();
  readonly durable: Promise<void>;
  resolve: () => void = () => {};
  reject: (error: unknown) => void = () => {};
  bytes = 0;
  empty = true;

  constructor() {
    this.durable = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  add({ deletedRanges, entries }: Changes): void {
    this.empty = false;
    for (const range of deletedRanges) this.writes.deleteRange(range);
    for (const [key, value] of entries) {
      this.writes.put(key, value);
      this.bytes += key.length + (value?.length ?? 0);
    }
  }

  changes(): Changes {
    return this.writes.changes(() => undefined);
  }
}

/** Below the first key are entries of our own, and the empty key, which is none to LMDB. */
function lowerBound({ start }: Range): Key {
  const ours = start < firstKey;
  return ours ? firstKey : start;
}

/** LMDB takes no longer bounds than keys. No key lies between a clipped bound and the bound itself, save the clipped one. */
function bound(key: Key): { readonly key: Key; readonly clipped: boolean } {
  const clipped = key.length > maxKeyLength;
  return { key: clipped ? key.slice(0, maxKeyLength) : key, clipped };
}
