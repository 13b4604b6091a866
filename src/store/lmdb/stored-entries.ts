// The entries of one LMDB file, read and written one by one.

import type { Key, Range } from "../../core/ports/store.ts";
import type { Changes, Entries } from "../backend.ts";
import { KeyTooLongError } from "../errors.ts";
import { type Environment, maxKeyLength, translated } from "./environment.ts";
import { firstKey, ownKey } from "./own-entries.ts";

const deletionChunk = 1_000;

export interface StoredEntries extends Entries {
  /** Within a transaction of the environment, as `clear`. */
  write(changes: Changes): void;
  /** Everything but the store's own entries. */
  clear(): void;
}

export function storedEntries(environment: Environment): StoredEntries {
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

  return {
    get(key) {
      if (key.length > maxKeyLength || key < firstKey) return undefined;
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

    keys(range, limit, reverse) {
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
    },

    write({ deletedRanges, entries }) {
      for (const range of deletedRanges) removeRange(range);
      for (const [key, value] of entries) {
        if (value === null) environment.remove(key);
        else environment.put(key, value);
      }
    },

    clear() {
      const own = [...environment.getRange({ start: ownKey, end: firstKey })];
      environment.clearSync();
      for (const { key, value } of own) environment.put(key, value);
    },
  };
}

/** Throws where a key cannot be written. */
export function checkKeys({ entries }: Changes): void {
  for (const key of entries.keys()) {
    if (key.length > maxKeyLength) throw new KeyTooLongError(key.length, maxKeyLength);
    if (key < firstKey) throw new Error("A key is a packed tuple, and not empty");
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
