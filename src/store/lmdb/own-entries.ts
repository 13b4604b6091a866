// The store keeps a few entries of its own below all keys: no packed tuple begins with NUL.

import type { Key } from "../../core/ports/store.ts";

/** The least key that is not the store's own. */
export const firstKey: Key = "\x01";

/** The least key of the store's own. LMDB has no empty key. */
export const ownKey: Key = "\0";

export const ownerKey: Key = "\0owner";

/** How many writes several processes over one file have made. */
export const writesKey: Key = "\0writes";
