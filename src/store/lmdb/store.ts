// The store on this machine's disk, and the default: LMDB under the optimistic engine.

import { join } from "node:path";
import type { Store } from "../../core/ports/store.ts";
import type { Durability } from "../durability.ts";
import { checkFormat } from "../format.ts";
import { OptimisticStore } from "../optimistic.ts";
import { lmdbBackend } from "./backend.ts";
import { syncInBackground } from "./background-sync.ts";
import { openEnvironment } from "./environment.ts";
import { takeOwnership } from "./ownership.ts";
import { sharedFile } from "./shared/file.ts";
import { SharedLmdbStore } from "./shared/store.ts";
import type { TopicBus } from "./shared/topics.ts";

export interface LmdbOptions {
  /** Made where there is none. One process at a time has it. */
  readonly directory: string;
  readonly durability?: Durability;
}

/** Throws `StoreLockedError`, `StoreVersionError`, `StoreCorruptError`, `StoreWriteError`. */
export async function openLmdbStore({ directory, durability = "process" }: LmdbOptions): Promise<Store> {
  checkFormat(directory);
  const environment = await openEnvironment(join(directory, "store.mdb"), durability);
  try {
    const ownership = await takeOwnership(environment, directory);
    const sync = durability === "process" ? syncInBackground(environment) : undefined;
    return new OptimisticStore(lmdbBackend(environment, sync, ownership.release));
  } catch (error) {
    await environment.close();
    throw error;
  }
}

/**
 * The same file under several processes: this one holds the directory for all of
 * them, each of which opens it by `openSharedLmdbStore`. The function given lets go.
 */
export async function holdLmdbDirectory({
  directory,
  durability = "process",
}: LmdbOptions): Promise<() => Promise<void>> {
  checkFormat(directory);
  const environment = await openEnvironment(join(directory, "store.mdb"), durability);
  try {
    const ownership = await takeOwnership(environment, directory);
    return async () => {
      ownership.release();
      await environment.close();
    };
  } catch (error) {
    await environment.close();
    throw error;
  }
}

export async function openSharedLmdbStore(
  { directory, durability = "process" }: LmdbOptions,
  bus: TopicBus,
): Promise<Store> {
  const environment = await openEnvironment(join(directory, "store.mdb"), durability);
  return new SharedLmdbStore(sharedFile(environment, durability), bus);
}
