// How objects are compressed, and what their names end in then.

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { CompressionFormat } from "../../../model/generated/firehose.d.ts";
import { framedSnappy, hadoopSnappy } from "./snappy.ts";

const gzipped = promisify(gzip);

export const extensions: Readonly<Record<CompressionFormat, string>> = {
  UNCOMPRESSED: "",
  GZIP: ".gz",
  ZIP: ".zip",
  Snappy: ".snappy",
  HADOOP_SNAPPY: ".hsnappy",
};

/** `name` and `at` are the file's within an archive. */
export async function compress(
  data: Uint8Array,
  format: CompressionFormat,
  name: string,
  at: number,
): Promise<Uint8Array> {
  switch (format) {
    case "UNCOMPRESSED":
      return data;
    case "GZIP":
      return gzipped(data);
    case "ZIP":
      return zipped(data, name, at);
    case "Snappy":
      return framedSnappy(data);
    case "HADOOP_SNAPPY":
      return hadoopSnappy(data);
  }
}

async function zipped(data: Uint8Array, name: string, at: number): Promise<Uint8Array> {
  const { default: yazl } = await import("yazl");
  const archive = new yazl.ZipFile();
  const file = name.slice(name.lastIndexOf("/") + 1);
  archive.addBuffer(Buffer.from(data), file, { mtime: new Date(at) });
  archive.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
