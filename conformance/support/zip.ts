// A zip archive in memory, for function code.

import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

/** File name to content. */
export function zip(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, content] of Object.entries(files)) archive.addBuffer(Buffer.from(content), name);
  archive.end();
  return buffer(archive.outputStream);
}
