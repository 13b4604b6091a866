// Rows of CSV as items: objects of texts, by the names of the first row or by
// names that the map gives.

import type { Readable } from "node:stream";
import type { Json } from "../asl/data/scope.ts";
import type { ReaderAim } from "./aim.ts";
import { readerFailed } from "./object.ts";

const delimiters = { COMMA: ",", PIPE: "|", SEMICOLON: ";", SPACE: " ", TAB: "\t" } as const;

/** AWS's limit of a row is that of a child's input; the rest is room for quotes. */
const longestRow = 1024 * 1024;

export async function* csvItems(stream: Readable, config: ReaderAim["config"]): AsyncGenerator<Json> {
  let headers = config.CSVHeaderLocation === "GIVEN" ? (config.CSVHeaders ?? []) : undefined;
  for await (const row of rowsOf(stream, delimiters[config.CSVDelimiter ?? "COMMA"])) {
    if (headers === undefined) headers = row;
    else yield itemOf(headers, row);
  }
}

/** What a row has too few of is empty, and what it has too many of is left out. */
function itemOf(headers: readonly string[], row: readonly string[]): Json {
  return Object.fromEntries(headers.map((header, at) => [header, row[at] ?? ""]));
}

export async function* rowsOf(stream: Readable, delimiter: string): AsyncGenerator<readonly string[]> {
  const { parse } = await import("csv-parse");
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n"],
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: longestRow,
  });
  stream.once("error", (error) => parser.destroy(error));
  stream.pipe(parser);
  try {
    for await (const row of parser) yield row as readonly string[];
  } catch (error) {
    if (!(error as Error & { readonly code?: string }).code?.startsWith("CSV_")) throw error;
    throw readerFailed(`Unable to read the CSV file: ${(error as Error).message}`);
  } finally {
    stream.destroy();
    parser.destroy();
  }
}
