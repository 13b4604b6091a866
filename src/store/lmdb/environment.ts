// The `lmdb` package as we use it: keys are binary strings, values are bytes,
// errors are ours. It is loaded at the first opening, for that costs 20 ms.

import type { Entry, Key } from "../../core/ports/store.ts";
import type { Durability } from "../durability.ts";
import { StoreCorruptError, StoreWriteError } from "../errors.ts";
import { nextTurn } from "../real-time.ts";
import { checkHeader, completeFile } from "./file-check.ts";

/** What we use of the package's database. */
export interface Environment {
  /** Valid until the next read, and longer than the value: `lastSize` tells the value's length. */
  getBinaryFast(key: Key): Uint8Array | undefined;
  readonly lastSize: number;
  getRange(options: RangeOptions): Iterable<Entry>;
  getKeys(options: RangeOptions): Iterable<Key>;
  /** The next read sees what other processes have committed until then. */
  resetReadTxn(): void;
  /** Commits when `body` returns; aborts when it throws. */
  transactionSync<T>(body: () => T): T;
  /** Within a transaction. Their promises are resolved ones, and of no use there. */
  put(key: Key, value: Uint8Array): unknown;
  remove(key: Key): unknown;
  clearSync(): void;
  /** Flushes what was committed without, on a thread of its own. */
  sync(done: (error: unknown) => void): void;
  close(): Promise<void>;
}

interface RangeOptions {
  readonly start: Key;
  readonly end: Key;
  readonly limit?: number;
  readonly reverse?: boolean;
  readonly exclusiveStart?: boolean;
  readonly inclusiveEnd?: boolean;
}

/** Two keys must fit into a page: one of 8 KiB allows for 4,026 bytes, one of 4 KiB for half as many. */
const pageSize = 8192;
/**
 * Address space, not memory. Up to this size the file needs no new mapping when
 * it grows: the old ones stay, and the system would count its pages once for each.
 */
const mapSize = 8 * 2 ** 30;
export const maxKeyLength = 4026;

const keyEncoder = {
  writeKey(key: Key, target: Buffer, start: number): number {
    return start + target.write(key, start, "latin1");
  },
  readKey(source: Buffer, start: number, end: number): Key {
    return source.toString("latin1", start, end);
  },
};

export async function openEnvironment(path: string, durability: Durability): Promise<Environment> {
  checkHeader(path);
  const lmdb = (await import("lmdb")) as unknown as { open(options: object): Environment };
  let environment: Environment | undefined;
  try {
    environment = lmdb.open({
      path,
      noSubdir: true,
      encoding: "binary",
      keyEncoder,
      pageSize,
      mapSize,
      noSync: durability === "process",
      // It would change the file's format: without it, one file serves either durability.
      overlappingSync: false,
    });
    environment.transactionSync(() => completeFile(path));
    const opened = environment;
    const close = opened.close.bind(opened);
    // The package waits for itself for ever when it is closed in the turn of its last transaction.
    opened.close = () => nextTurn().then(close);
    return opened;
  } catch (error) {
    await environment?.close();
    throw translated(error);
  }
}

// MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_VERSION_MISMATCH, MDB_INVALID, MDB_BAD_TXN (what follows a damaged page).
const damage = new Set([-30797, -30796, -30794, -30793, -30782]);

/** An error of the package as one of ours, naming what to do. */
export function translated(error: unknown): Error {
  const code = (error as { code?: unknown }).code;
  const message = error instanceof Error ? error.message : String(error);
  if (damage.has(Number(code)))
    return new StoreCorruptError(`The store's file is damaged (${message})`, { cause: error });
  if (typeof code !== "number") return error instanceof Error ? error : new Error(message);
  // A short write on a full disk is told as EIO, therefore both are named.
  return new StoreWriteError(`The store cannot write: is the disk full, or failing? (${message})`, {
    cause: error,
  });
}
