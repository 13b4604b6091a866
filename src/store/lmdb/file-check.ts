// Looks at a database file before LMDB does: LMDB maps what it is given, and a
// file that is none, or is cut short, would end the process with a signal.

import { closeSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { StoreCorruptError } from "../errors.ts";

// The meta page of LMDB's data format 2, little-endian, after a page header of 24 bytes.
const metaFlag = 0x08;
const at = {
  flags: 18,
  magic: 24,
  version: 28,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  lastPage: 144,
  transaction: 152,
};
const metaLength = 160;
const magic = 0xbeefc0de;
const formatVersion = 2;
const noPage = 0xffff_ffff_ffff_ffffn;

/** Throws `StoreCorruptError` unless the file is absent, empty, or begins as a database. */
export function checkHeader(path: string): void {
  withFile(path, "r", (file, size) => {
    if (size > 0) newestMeta(file, path);
  });
}

/**
 * Throws `StoreCorruptError` where the file's end is missing. A whole file may lack
 * unused pages at its end, and one that lacks used pages cannot be told apart
 * cheaply: filled up with zeros, they are an error when read, and no signal.
 * To be called where nobody else writes.
 */
export function completeFile(path: string): void {
  withFile(path, "r+", (file, size) => {
    const { pageSize, roots, lastPage } = newestMeta(file, path);
    const pages = BigInt(Math.floor(size / pageSize));
    if (roots.some((root) => root !== noPage && root >= pages)) throw damaged(path, "its end is missing");
    if (pages <= lastPage) ftruncateSync(file, Number(lastPage + 1n) * pageSize);
  });
}

function withFile(path: string, mode: "r" | "r+", look: (file: number, size: number) => void): void {
  let file: number;
  try {
    file = openSync(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    look(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function damaged(path: string, why: string): StoreCorruptError {
  return new StoreCorruptError(`${path} is not a whole database: ${why}`);
}

function newestMeta(file: number, path: string): Meta {
  const first = readMeta(file, 0);
  if (first === undefined) throw damaged(path, "it does not begin as one");
  const second = readMeta(file, first.pageSize);
  if (second === undefined) throw damaged(path, "its second page is not what it should be");
  return second.transaction > first.transaction ? second : first;
}

interface Meta {
  readonly pageSize: number;
  readonly roots: readonly bigint[];
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

function readMeta(file: number, position: number): Meta | undefined {
  const bytes = Buffer.alloc(metaLength);
  if (readSync(file, bytes, 0, metaLength, position) < metaLength) return undefined;
  const known =
    (bytes.readUInt16LE(at.flags) & metaFlag) !== 0 &&
    bytes.readUInt32LE(at.magic) === magic &&
    (bytes.readUInt32LE(at.version) & 0xffff) === formatVersion;
  const pageSize = bytes.readUInt32LE(at.pageSize);
  if (!known || pageSize < 512 || pageSize > 65_536) return undefined;
  return {
    pageSize,
    roots: [bytes.readBigUInt64LE(at.freeRoot), bytes.readBigUInt64LE(at.mainRoot)],
    lastPage: bytes.readBigUInt64LE(at.lastPage),
    transaction: bytes.readBigUInt64LE(at.transaction),
  };
}
