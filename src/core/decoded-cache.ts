// Decoded values of resources that are read at every request. An entry is used
// only when the bytes just read from the store equal those it was decoded
// from, so it can never be stale, however many processes share the store.

import type { Key } from "./ports/store.ts";
import { decodeValue } from "./value.ts";

interface Decoded {
  readonly bytes: Uint8Array;
  readonly value: object;
}

export class DecodedCache {
  readonly #entries = new Map<Key, Decoded>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  decode<T extends object>(key: Key, bytes: Uint8Array, binary: boolean): T {
    const known = this.#entries.get(key);
    if (known !== undefined && Buffer.compare(known.bytes, bytes) === 0) return known.value as T;
    const value = decodeValue<T>(bytes, binary);
    if (this.#entries.size >= this.#limit) this.#entries.clear();
    this.#entries.set(key, { bytes: Uint8Array.from(bytes), value });
    return value;
  }
}
