// What /proc tells of a process and its descendants: which they are, how much
// memory they hold, which connections are theirs.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The process and all its descendants that are alive. */
export function family(pid: number): readonly number[] {
  const all = [pid];
  for (let at = 0; at < all.length; at++) all.push(...children(all[at]!));
  return all;
}

/** A process may start children from any of its threads. */
function children(pid: number): readonly number[] {
  return names(`/proc/${pid}/task`).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number),
  );
}

/** The process at the end of the line of only children: the function's own, inside the sandbox's. */
export function innermost(pid: number): number {
  const [child, ...others] = children(pid);
  return child === undefined || others.length > 0 ? pid : innermost(child);
}

/**
 * The memory of a family: what each holds for itself, and the largest share of
 * files (programs, libraries), which the others will mostly have in common with it.
 */
export function residentBytes(pids: readonly number[]): number | undefined {
  let anonymous = 0;
  let files = 0;
  let known = false;
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`);
    if (status === undefined) continue;
    known = true;
    anonymous += kilobytes(status, "RssAnon");
    files = Math.max(files, kilobytes(status, "RssFile"));
  }
  return known ? (anonymous + files) * 1024 : undefined;
}

/** The same with each shared page counted once; exact, and far slower to find out. */
export function proportionalBytes(pids: readonly number[]): number | undefined {
  let sum = 0;
  for (const pid of pids) {
    const rollup = read(`/proc/${pid}/smaps_rollup`);
    if (rollup === undefined) return undefined;
    sum += kilobytes(rollup, "Pss");
  }
  return sum * 1024;
}

/**
 * True when the client's end of a loopback connection belongs to one of these
 * processes; nothing where the machine does not tell.
 */
export function ownsLocalPort(pids: readonly number[], port: number): boolean | undefined {
  const table = read("/proc/net/tcp");
  if (table === undefined) return undefined;
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const line = table.split("\n").find((each) => each.includes(`: ${address} `));
  const inode = line?.trim().split(/\s+/)[9];
  if (inode === undefined) return false;
  const target = `socket:[${inode}]`;
  let readable = false;
  for (const pid of pids) {
    for (const descriptor of names(`/proc/${pid}/fd`)) {
      readable = true;
      if (linkOf(`/proc/${pid}/fd/${descriptor}`) === target) return true;
    }
  }
  return readable ? false : undefined;
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}
