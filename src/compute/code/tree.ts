// Makes an unpacked tree appear in the directory that a waiting process
// already sees as its `/var/task`.

import { linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { copyFile, constants as fsConstants, mkdir, readdir, readlink, symlink } from "node:fs/promises";
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

/**
 * A copy of its own, for code that runs without a sandbox and could write to it.
 * Not `fs.cp`, which takes a millisecond for each file.
 */
export async function copyTree(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      await mkdir(target);
      await copyTree(source, target);
    } else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await copyFile(source, target, fsConstants.COPYFILE_FICLONE);
  }
}
