// Unpacks a deployment package: whoever made it may be hostile, so names,
// sizes, counts and links are checked before anything is written.

import { createWriteStream } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise, type ZipFile } from "yauzl";

/** AWS's limit for code and layers, unzipped. */
export const maxUnzippedBytes = 262_144_000;
const maxEntries = 200_000;
const maxLinkBytes = 4096;

/** The package is not one that AWS would take; the message is AWS's where it has one. */
export class PackageError extends Error {
  override readonly name = "PackageError";
}

export interface Unpacked {
  readonly entries: number;
  readonly bytes: number;
}

/** Unpacks packages one over the other: the later wins. */
export async function unzip(zips: readonly string[], directory: string): Promise<Unpacked> {
  const writer = new PackageWriter(directory);
  for (const zip of zips) await unzipOne(zip, writer);
  await writer.finish();
  return writer.unpacked;
}

async function unzipOne(zip: string, writer: PackageWriter): Promise<void> {
  const file = await openPackage(zip);
  try {
    for await (const entry of file.eachEntry()) await writer.write(file, entry);
  } catch (error) {
    throw error instanceof PackageError ? error : new PackageError(`Could not unzip uploaded file. ${error}`);
  } finally {
    file.close();
  }
}

async function openPackage(zip: string): Promise<ZipFile> {
  try {
    return await openPromise(zip, { autoClose: false });
  } catch (error) {
    throw new PackageError(
      `Could not unzip uploaded file. Please check your file, then try to upload again.`,
      {
        cause: error,
      },
    );
  }
}

class PackageWriter {
  readonly #directory: string;
  readonly #made = new Set<string>();
  readonly #links = new Map<string, string>();
  #entries = 0;
  #bytes = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get unpacked(): Unpacked {
    return { entries: this.#entries, bytes: this.#bytes };
  }

  async write(file: ZipFile, entry: Entry): Promise<void> {
    // yauzl refuses absolute names and `..`, and checks each size while it inflates.
    const path = join(this.#directory, entry.fileName.replace(/\/+$/, ""));
    this.#bytes += entry.uncompressedSize;
    this.#entries++;
    if (this.#bytes > maxUnzippedBytes) {
      throw new PackageError(`Unzipped size must be smaller than ${maxUnzippedBytes} bytes`);
    }
    if (this.#entries > maxEntries) throw new PackageError(`More than ${maxEntries} files in the package`);
    if (entry.fileName.endsWith("/")) return this.#makeDirectory(path);
    await this.#makeDirectory(dirname(path));
    const mode = unixMode(entry);
    if ((mode & 0o170000) === 0o120000) return this.#keepLink(file, entry, path);
    const content = await file.openReadStreamPromise(entry);
    this.#links.delete(path);
    // Readable for all: the code runs under another user.
    await pipeline(content, createWriteStream(path, { mode: (mode & 0o777) | 0o444 }));
  }

  /** Links come last: no file can be written through one. */
  async finish(): Promise<void> {
    for (const [path, target] of this.#links) {
      // Where another package has a directory of that name, the directory stays.
      if (this.#made.has(path)) continue;
      await rm(path, { force: true });
      await symlink(target, path);
    }
  }

  async #keepLink(file: ZipFile, entry: Entry, path: string): Promise<void> {
    if (entry.uncompressedSize > maxLinkBytes) throw new PackageError("A symbolic link is too long");
    const target = await buffer(await file.openReadStreamPromise(entry));
    this.#links.set(path, target.toString());
  }

  async #makeDirectory(path: string): Promise<void> {
    if (this.#made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o755 });
    for (let folder = path; folder !== this.#directory; folder = dirname(folder)) this.#made.add(folder);
  }
}

/** Zips made on Windows carry no Unix mode. */
function unixMode(entry: Entry): number {
  const mode = entry.externalFileAttributes >>> 16;
  return mode === 0 ? 0o100644 : mode;
}
