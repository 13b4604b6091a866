// Opens a cloud's memory: the store and the blobs, in a data directory or gone with the process.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Blobs } from "../core/ports/blobs.ts";
import type { Store } from "../core/ports/store.ts";
import { openFileBlobs } from "./blobs/files.ts";
import { createMemoryBlobs } from "./blobs/memory.ts";
import type { Durability } from "./durability.ts";
import { openLmdbStore } from "./lmdb/store.ts";
import { createMemoryStore } from "./memory/store.ts";

export type StoreOptions =
  | { readonly dataDirectory: string; readonly durability?: Durability }
  | { readonly ephemeral: true };

export interface OpenStore {
  readonly store: Store;
  readonly blobs: Blobs;
  /** For what need not last; empty at opening. An ephemeral one is removed when the store closes or the process exits. */
  readonly workDirectory: string;
}

/** Throws `StoreLockedError`, `StoreVersionError`, `StoreCorruptError` or `StoreWriteError`, and has then changed nothing. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  return "ephemeral" in options
    ? openEphemeral()
    : openDurable(options.dataDirectory, options.durability ?? "process");
}

async function openDurable(dataDirectory: string, durability: Durability): Promise<OpenStore> {
  // First the store: from then on the directory is ours alone.
  const store = await openLmdbStore({ directory: dataDirectory, durability });
  try {
    const blobs = openFileBlobs(join(dataDirectory, "blobs"), durability);
    const workDirectory = join(dataDirectory, "work");
    rmSync(workDirectory, { recursive: true, force: true });
    mkdirSync(workDirectory, { recursive: true });
    return { store, blobs, workDirectory };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openEphemeral(): OpenStore {
  const workDirectory = mkdtempSync(join(tmpdir(), "cumulet-"));
  const remove = () => rmSync(workDirectory, { recursive: true, force: true });
  process.once("exit", remove);
  const store = createMemoryStore();
  const closing: Store = {
    transact: (body, attempts) => store.transact(body, attempts),
    read: (body) => store.read(body),
    watch: (topic, listener) => store.watch(topic, listener),
    clear: () => store.clear(),
    async close() {
      await store.close();
      process.off("exit", remove);
      remove();
    },
  };
  return { store: closing, blobs: createMemoryBlobs(join(workDirectory, "blobs")), workDirectory };
}
