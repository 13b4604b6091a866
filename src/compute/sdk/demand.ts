// Which packages of an SDK a function's code asks for without carrying them:
// only these are installed, and only when the machine has none.

import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";

const maxFiles = 500;
const maxFileBytes = 2 * 1024 * 1024;

/** The first group of `pattern` wherever it occurs in the tree's own sources. */
export async function mentioned(
  directories: readonly string[],
  extensions: readonly string[],
  pattern: RegExp,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let files = 0;
  const visit = async (directory: string): Promise<void> => {
    for (const entry of await entriesOf(directory)) {
      const path = join(directory, entry.name);
      // A package's own dependencies are in the package, or are its own business.
      if (entry.isDirectory() && entry.name !== "node_modules") await visit(path);
      else if (entry.isFile() && extensions.includes(extname(entry.name)) && ++files <= maxFiles) {
        if ((await stat(path)).size > maxFileBytes) continue;
        for (const match of (await readFile(path, "utf8")).matchAll(pattern)) found.add(match[1]!);
      }
    }
  };
  for (const directory of directories) await visit(directory);
  return found;
}

async function entriesOf(directory: string): Promise<import("node:fs").Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
