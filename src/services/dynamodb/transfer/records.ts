// What an import reads: an object's bytes as records, and a record as an item.

import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ImportTableInput } from "../../../model/generated/dynamodb.d.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import type { KeyType } from "../tables/table.ts";
import { type AttributeValue, type Item, setAttribute } from "../values/attribute-value.ts";
import { itemFromJson } from "../values/json-item.ts";

/** Undefined for a record that is no item. */
export type Records = AsyncIterable<Item | undefined>;

type Options = Pick<ImportTableInput, "InputFormat" | "InputFormatOptions" | "InputCompressionType">;

/** `types` are those of key attributes; in CSV everything else is a string. */
export async function* records(
  body: Uint8Array | ByteStream,
  options: Options,
  types: Readonly<Record<string, KeyType>>,
): AsyncGenerator<Item | undefined> {
  const bytes = Readable.from(body instanceof Uint8Array ? [body] : body);
  const plain = options.InputCompressionType === "GZIP" ? unzipped(bytes) : bytes;
  if (options.InputFormat === "CSV") yield* csvItems(plain, options, types);
  else yield* jsonItems(plain);
}

function unzipped(bytes: Readable): Readable {
  const plain = createGunzip();
  bytes.on("error", (error) => plain.destroy(error));
  return bytes.pipe(plain);
}

async function* jsonItems(bytes: Readable): AsyncGenerator<Item | undefined> {
  for await (const line of createInterface({ input: bytes, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") yield jsonItem(line);
  }
}

function jsonItem(line: string): Item | undefined {
  try {
    return itemFromJson((JSON.parse(line) as { Item?: unknown } | null)?.Item);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function* csvItems(
  bytes: Readable,
  { InputFormatOptions: given }: Options,
  types: Readonly<Record<string, KeyType>>,
): AsyncGenerator<Item | undefined> {
  const { parse } = await import("csv-parse");
  const rows = bytes.pipe(
    parse({
      delimiter: given?.Csv?.Delimiter ?? ",",
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  );
  let header = given?.Csv?.HeaderList;
  for await (const row of rows as AsyncIterable<readonly string[]>) {
    if (header === undefined) header = row;
    else yield csvItem(header, row, types);
  }
}

function csvItem(
  header: readonly string[],
  row: readonly string[],
  types: Readonly<Record<string, KeyType>>,
): Item | undefined {
  if (row.length > header.length) return undefined;
  const item: Record<string, AttributeValue> = {};
  for (const [at, text] of row.entries()) {
    const name = header[at]!;
    const type = Object.hasOwn(types, name) ? types[name]! : "S";
    if (text === "" && Object.hasOwn(types, name)) continue;
    setAttribute(item, name, type === "B" ? { B: Buffer.from(text, "base64") } : { [type]: text });
  }
  return item;
}
