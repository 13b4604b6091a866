// The store in memory: for tests and `--ephemeral`. The engine gives it its
// transactions; it only keeps entries in order.

import type { Key, Range, Store } from "../../core/ports/store.ts";
import type { Backend, Changes } from "../backend.ts";
import { OptimisticStore } from "../optimistic.ts";
import { SortedMap } from "./sorted-map.ts";

export function createMemoryStore(): Store {
  return new OptimisticStore(memoryBackend());
}

function memoryBackend(): Backend {
  const map = new SortedMap<Uint8Array>();

  return {
    get: (key) => map.get(key),

    keys(range: Range, limit: number, reverse: boolean): Key[] {
      const keys: Key[] = [];
      if (limit <= 0) return keys;
      map.scan(range, reverse, (key) => keys.push(key) < limit);
      return keys;
    },

    commit({ deletedRanges, entries }: Changes): undefined {
      for (const range of deletedRanges) map.deleteRange(range);
      for (const [key, value] of entries) {
        if (value === null) map.delete(key);
        else map.set(key, value);
      }
    },

    lost: () => {},

    clear(): undefined {
      map.clear();
    },

    close(): undefined {
      map.clear();
    },
  };
}
