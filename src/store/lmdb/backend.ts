// Entries in LMDB. The commits of one turn of the event loop are written
// together, for a write transaction costs far more than what it writes; until
// then they lie over the stored entries, so that everyone sees them at once.

import type { Backend, Changes } from "../backend.ts";
import { WriteBuffer } from "../write-buffer.ts";
import type { BackgroundSync } from "./background-sync.ts";
import { type Environment, translated } from "./environment.ts";
import { checkKeys, storedEntries } from "./stored-entries.ts";

/** Beyond this a batch does not wait for the turn's end: it would only hold memory. */
const batchBytes = 8 * 1024 * 1024;

/** `sync` where the environment leaves flushing to it. */
export function lmdbBackend(
  environment: Environment,
  sync: BackgroundSync | undefined,
  release: () => void,
): Backend {
  const stored = storedEntries(environment);
  let batch = new Batch();

  const backend: Backend = {
    get(key) {
      const written = batch.writes.at(key);
      if (written instanceof Uint8Array) return written;
      return written === null ? undefined : stored.get(key);
    },

    keys: (range, limit, reverse) => batch.writes.keys(stored.keys, range, limit, reverse),

    commit(changes) {
      checkKeys(changes);
      if (batch.empty) setImmediate(flush, batch);
      const { durable } = batch;
      batch.add(changes);
      if (batch.bytes > batchBytes) flush(batch);
      return durable;
    },

    lost: () => {},

    async clear() {
      flush(batch);
      transaction(() => stored.clear());
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
      transaction(() => stored.write(due.changes()));
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
