// Unpacked deployment packages: each is unpacked once, kept while environments
// use it, and dropped when the cache is full and nobody does.

import { createHash } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { unzip } from "./unzip.ts";

export interface CodeTree {
  readonly directory: string;
  readonly entries: number;
  /** Says that one user of the tree has gone. */
  release(): void;
}

interface Cached {
  readonly tree: Promise<{ directory: string; entries: number; bytes: number }>;
  bytes: number;
  users: number;
}

const defaultCapacity = 2 * 1024 * 1024 * 1024;

export class CodeCache {
  readonly #directory: string;
  readonly #capacity: number;
  /** In the order of last use. */
  readonly #trees = new Map<string, Cached>();
  #count = 0;

  constructor(directory: string, capacity = defaultCapacity) {
    this.#directory = directory;
    this.#capacity = capacity;
  }

  /** The tree of these zip files, unpacked one over the other: the later wins. */
  async get(zips: readonly string[]): Promise<CodeTree> {
    const key = await keyOf(zips);
    const cached = this.#trees.get(key) ?? this.#unpack(key, zips);
    this.#trees.delete(key);
    this.#trees.set(key, cached);
    cached.users++;
    try {
      const { directory, entries } = await cached.tree;
      return { directory, entries, release: once(() => cached.users--) };
    } catch (error) {
      // The next call tries again: the disk may have been full.
      this.#trees.delete(key);
      throw error;
    }
  }

  #unpack(key: string, zips: readonly string[]): Cached {
    const directory = join(this.#directory, `${key}-${++this.#count}`);
    const cached: Cached = { tree: unpackAll(zips, directory), bytes: 0, users: 0 };
    cached.tree.then(
      ({ bytes }) => {
        cached.bytes = bytes;
        this.#shrink();
      },
      () => undefined,
    );
    return cached;
  }

  #shrink(): void {
    let total = 0;
    for (const { bytes } of this.#trees.values()) total += bytes;
    for (const [key, cached] of this.#trees) {
      if (total <= this.#capacity) return;
      if (cached.users > 0) continue;
      this.#trees.delete(key);
      total -= cached.bytes;
      cached.tree
        .then(({ directory }) => rm(directory, { recursive: true, force: true }))
        .catch(() => undefined);
    }
  }
}

async function unpackAll(
  zips: readonly string[],
  directory: string,
): Promise<{ directory: string; entries: number; bytes: number }> {
  const unfinished = `${directory}.part`;
  await mkdir(unfinished, { recursive: true, mode: 0o755 });
  try {
    const unpacked = await unzip(zips, unfinished);
    await rename(unfinished, directory);
    return { directory, ...unpacked };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** The files themselves, not their content: the blob store never writes to a file again. */
async function keyOf(zips: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const zip of zips) {
    const { dev, ino, size, mtimeMs } = await stat(zip);
    hash.update(`${zip}\0${dev}\0${ino}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 32);
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
