// What the directory of a zip file says, without unpacking it.

import yauzl from "yauzl";
import { invalid } from "../model.ts";

/** The bytes that the archive's files take when unpacked; AWS's fault where the file is no zip archive. */
export function unzippedSize(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const broken = (): void =>
      reject(invalid("Could not unzip uploaded file. Please check your file, then try to upload again."));
    yauzl.open(path, { lazyEntries: true, validateEntrySizes: false }, (error, zip) => {
      if (error !== null || zip === undefined) return broken();
      let bytes = 0;
      zip.on("entry", (entry) => {
        bytes += entry.uncompressedSize;
        zip.readEntry();
      });
      zip.on("end", () => resolve(bytes));
      zip.on("error", broken);
      zip.readEntry();
    });
  });
}
