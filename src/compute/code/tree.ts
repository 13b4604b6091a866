// Makes an unpacked tree appear in the directory that a waiting process
// already sees as its `/var/task`.

import { linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { cp, constants as fsConstants } from "node:fs/promises";
import { join } from "node:path";

/** Hard links: no byte is copied. Only for trees that the code inside cannot write to. */
export function linkTree(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      mkdirSync(target);
      linkTree(source, target);
    } else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}

/** A copy of its own, for code that runs without a sandbox and could write to it. */
export async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    mode: fsConstants.COPYFILE_FICLONE,
  });
}
