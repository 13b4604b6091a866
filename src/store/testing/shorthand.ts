// Short words for the store's tests: values as text, keys as their parts.

import { type Part, pack, prefixRange } from "../../base/tuple.ts";
import type { Entry, Key, ScanOptions, Store } from "../../core/ports/store.ts";

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);
export const key = (...parts: Part[]): Key => pack(parts);
export const names = (entries: readonly Entry[]): (string | undefined)[] =>
  entries.map(({ value }) => text(value));
export const all = prefixRange([]);

/** One-line transactions on the store of the moment. */
export function shorthand(store: () => Store): {
  put(...entries: [string, string][]): Promise<void>;
  get(at: string): Promise<string | undefined>;
  scan(options?: ScanOptions): Promise<(string | undefined)[]>;
} {
  return {
    put: (...entries) =>
      store().transact((tx) => {
        for (const [at, value] of entries) tx.put(key(at), bytes(value));
      }),
    get: (at) => store().read(async (tx) => text(await tx.get(key(at)))),
    scan: (options) => store().read(async (tx) => names(await tx.scan(all, options))),
  };
}
