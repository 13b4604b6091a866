// Makes a directory with its parents. Node's own recursive way never ends where
// a file system refuses with "no such file" although the parent is there (/proc).

import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Nothing happens where it is there already. Throws the system's error where it cannot be made. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(path).isDirectory()) return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    makeDirectory(dirname(path));
    mkdirSync(path);
  }
}
