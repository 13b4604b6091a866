// The LMDB file as one of several processes has it: what it holds now, how much
// others have written, and writes that nobody comes between.

import type { Changes, Entries } from "../../backend.ts";
import { decodeCounter, encodeCounter } from "../../counter.ts";
import type { Durability } from "../../durability.ts";
import { StoreClosedError } from "../../errors.ts";
import { syncInBackground } from "../background-sync.ts";
import { type Environment, translated } from "../environment.ts";
import { ownerKey, writesKey } from "../own-entries.ts";
import { storedEntries } from "../stored-entries.ts";

export interface SharedFile {
  readonly entries: Entries;
  /** From here on reads see all that is committed. Answers how many writes of other processes that includes. */
  look(): number;
  /** No other process writes meanwhile; all that `put` was given in `body` is committed when this returns. */
  write(body: (others: number) => void): void;
  put(changes: Changes): void;
  clear(): void;
  close(): Promise<void>;
}

export function sharedFile(environment: Environment, durability: Durability): SharedFile {
  const entries = storedEntries(environment);
  const sync = durability === "process" ? syncInBackground(environment) : undefined;
  /** Who holds the directory on behalf of all processes. */
  const owner = own(ownerKey).toString("latin1");
  let writes = 0;
  let wrote = false;

  function own(key: string): Buffer {
    const bytes = environment.getBinaryFast(key);
    return bytes === undefined ? Buffer.alloc(0) : Buffer.from(bytes.subarray(0, environment.lastSize));
  }

  const count = (): number => {
    const bytes = own(writesKey);
    return bytes.length === 0 ? 0 : decodeCounter(bytes);
  };

  const file: SharedFile = {
    entries,

    look() {
      environment.resetReadTxn();
      return count() - writes;
    },

    write(body) {
      wrote = false;
      try {
        sync?.wrote();
        environment.transactionSync(() => {
          if (own(ownerKey).toString("latin1") !== owner) throw new StoreClosedError();
          const before = count();
          body(before - writes);
          if (wrote) environment.put(writesKey, encodeCounter(before + 1));
        });
      } catch (error) {
        throw translated(error);
      }
      if (wrote) writes++;
    },

    put(changes) {
      wrote = true;
      entries.write(changes);
    },

    clear() {
      file.write(() => {
        wrote = true;
        entries.clear();
      });
    },

    async close() {
      await sync?.stop();
      await environment.close();
    },
  };
  return file;
}
