// The version of a data directory's format: a file that every version can read,
// whatever else has changed, so that an old Cumulet leaves new data alone.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreVersionError } from "./errors.ts";
import { makeDirectory } from "./make-directory.ts";

/** Raised when older versions would misread the data. */
export const formatVersion = 1;

const fileName = "format";

/** Makes the directory where there is none. Throws `StoreVersionError`, and changes nothing, where the data is not for us. */
export function checkFormat(directory: string): void {
  makeDirectory(directory);
  const path = join(directory, fileName);
  const text = read(path);
  if (text === undefined) {
    writeFileSync(`${path}.new`, `cumulet ${formatVersion}\n`);
    renameSync(`${path}.new`, path);
    return;
  }
  const version = Number(/^cumulet (\d+)\n$/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(version))
    throw new StoreVersionError(`${path} is not Cumulet's: choose another data directory.`);
  if (version > formatVersion) {
    throw new StoreVersionError(
      `The data in ${directory} is of format ${version}, and this Cumulet knows formats up to ${formatVersion}: use a newer version, or another data directory.`,
    );
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
