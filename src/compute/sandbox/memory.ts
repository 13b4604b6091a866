// How much memory a process and its descendants hold, read from /proc: for
// machines without writable control groups, and for REPORT lines.

import { readFileSync } from "node:fs";

const pageBytes = 4096;

/** Nothing where the machine has no /proc. */
export function residentBytes(pid: number): number | undefined {
  const own = read(`/proc/${pid}/statm`);
  if (own === undefined) return undefined;
  const pages = Number(own.split(" ")[1]);
  let sum = pages * pageBytes;
  for (const child of children(pid)) sum += residentBytes(child) ?? 0;
  return sum;
}

function children(pid: number): readonly number[] {
  const list = read(`/proc/${pid}/task/${pid}/children`) ?? "";
  return list.split(" ").filter(Boolean).map(Number);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}
