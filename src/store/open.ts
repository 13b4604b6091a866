// Opens a cloud's memory: the store and the blobs, in a data directory or gone with the process.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Blobs } from "../core/ports/blobs.ts";
import type { Store } from "../core/ports/store.ts";
import { openFileBlobs } from "./blobs/files.ts";
import { createMemoryBlobs } from "./blobs/memory.ts";
import type { Durability } from "./durability.ts";
import type { TopicBus } from "./lmdb/shared/topics.ts";
import { holdLmdbDirectory, openLmdbStore, openSharedLmdbStore } from "./lmdb/store.ts";
import { createMemoryStore } from "./memory/store.ts";

export type StoreOptions =
  | { readonly dataDirectory: string; readonly durability?: Durability }
  /** Of several processes over one data directory, which `holdDataDirectory` keeps for them. */
  | { readonly dataDirectory: string; readonly durability?: Durability; readonly bus: TopicBus }
  /** Shared with other nodes: the database holds the entries, and S3 or, on a volume that all see, the data directory the blobs. */
  | { readonly databaseUrl: string; readonly dataDirectory: string; readonly blobsUrl?: string | undefined }
  | { readonly ephemeral: true };

export interface OpenStore {
  readonly store: Store;
  readonly blobs: Blobs;
  /** For what need not last; empty at opening. An ephemeral one is removed when the store closes or the process exits. */
  readonly workDirectory: string;
}

/** Throws `StoreLockedError`, `StoreVersionError`, `StoreCorruptError` or `StoreWriteError`, and has then changed nothing. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  if ("ephemeral" in options) return openEphemeral();
  if ("databaseUrl" in options)
    return openShared(options.databaseUrl, options.dataDirectory, options.blobsUrl);
  if ("bus" in options)
    return openTogether(options.dataDirectory, options.durability ?? "process", options.bus);
  return openDurable(options.dataDirectory, options.durability ?? "process");
}

/** For several processes, each of which opens its store with a `bus`. The function given lets go. */
export async function holdDataDirectory({
  dataDirectory,
  durability = "process",
}: {
  readonly dataDirectory: string;
  readonly durability?: Durability;
}): Promise<() => Promise<void>> {
  const release = await holdLmdbDirectory({ directory: dataDirectory, durability });
  rmSync(join(dataDirectory, "work"), { recursive: true, force: true });
  return release;
}

async function openTogether(
  dataDirectory: string,
  durability: Durability,
  bus: TopicBus,
): Promise<OpenStore> {
  const store = await openSharedLmdbStore({ directory: dataDirectory, durability }, bus);
  const workDirectory = join(dataDirectory, "work", String(process.pid));
  rmSync(workDirectory, { recursive: true, force: true });
  mkdirSync(workDirectory, { recursive: true });
  return { store, blobs: openFileBlobs(join(dataDirectory, "blobs"), durability, true), workDirectory };
}

async function openShared(
  databaseUrl: string,
  dataDirectory: string,
  blobsUrl: string | undefined,
): Promise<OpenStore> {
  // Not needed, and its driver not loaded, where one machine is enough.
  const { openPostgresStore } = await import("./postgres/store.ts");
  const store = await openPostgresStore(databaseUrl);
  const workDirectory = mkdtempSync(join(tmpdir(), "cumulet-"));
  const remove = () => rmSync(workDirectory, { recursive: true, force: true });
  process.once("exit", remove);
  return {
    store: closing(store, remove),
    blobs:
      blobsUrl === undefined
        ? openFileBlobs(join(dataDirectory, "blobs"), "process", true)
        : await openBlobsInS3(blobsUrl, join(workDirectory, "blobs")),
    workDirectory,
  };
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

async function openBlobsInS3(url: string, directory: string): Promise<Blobs> {
  const { openS3Blobs, s3Place } = await import("./blobs/s3.ts");
  return openS3Blobs(s3Place(url), directory);
}

function openEphemeral(): OpenStore {
  const workDirectory = mkdtempSync(join(tmpdir(), "cumulet-"));
  const remove = () => rmSync(workDirectory, { recursive: true, force: true });
  process.once("exit", remove);
  const store = closing(createMemoryStore(), remove);
  return { store, blobs: createMemoryBlobs(join(workDirectory, "blobs")), workDirectory };
}

/** The same store, whose end is also that of its work directory. */
function closing(store: Store, remove: () => void): Store {
  return {
    transact: (body, attempts) => store.transact(body, attempts),
    ...(store.preview === undefined ? {} : { preview: (body) => store.preview!(body) }),
    read: (body) => store.read(body),
    watch: (topic, listener) => store.watch(topic, listener),
    clear: () => store.clear(),
    async close() {
      await store.close();
      process.off("exit", remove);
      remove();
    },
  };
}
