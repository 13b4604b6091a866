// How objects are compressed, and what their names end in then.

import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { CompressionFormat } from "../../../model/generated/firehose.d.ts";
import { framedSnappy, hadoopSnappy } from "./snappy.ts";

export const extensions: Readonly<Record<CompressionFormat, string>> = {
  UNCOMPRESSED: "",
  GZIP: ".gz",
  ZIP: ".zip",
  Snappy: ".snappy",
  HADOOP_SNAPPY: ".hsnappy",
};

/** `name` and `at` are the file's within an archive. */
export async function* compress(
  data: Iterable<Uint8Array>,
  format: CompressionFormat,
  name: string,
  at: number,
): AsyncGenerator<Uint8Array> {
  switch (format) {
    case "UNCOMPRESSED":
      yield* data;
      return;
    case "GZIP":
      // An error on the way ends the reading with it.
      yield* pipeline(Readable.from(data), createGzip(), () => undefined);
      return;
    case "ZIP":
      yield await zipped(Buffer.concat([...data]), name, at);
      return;
    case "Snappy":
      yield await framedSnappy(Buffer.concat([...data]));
      return;
    case "HADOOP_SNAPPY":
      yield await hadoopSnappy(Buffer.concat([...data]));
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
