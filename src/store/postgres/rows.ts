// A row of the table as the store sees it.

import type { Key } from "../../core/ports/store.ts";
import { encodeCounter } from "../counter.ts";

/** As the driver hands it over. */
export interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
  readonly counter: number | null;
  /** A bigint, which the driver gives as text. */
  readonly version: string;
}

export interface Stored {
  readonly key: Key;
  readonly value: Uint8Array;
  readonly version: number;
  readonly counts: boolean;
}

/** The version of what is not there. */
export const absent = 0;

export function stored({ key, value, counter, version }: Row): Stored {
  return {
    key: Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1"),
    value: value ?? encodeCounter(counter ?? 0),
    version: Number(version),
    counts: counter !== null,
  };
}
