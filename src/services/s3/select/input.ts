// Reads the object's bytes as rows: CSV, or JSON in lines or as documents,
// plain or compressed.

import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { CSVInput, InputSerialization } from "../../../model/generated/s3.d.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { unsupported } from "../faults.ts";
import { follow, isRow } from "./evaluate.ts";
import type { Query, Value } from "./expression.ts";
import { refused } from "./lexer.ts";

const largestRecord = 1024 * 1024;
/** One document is read whole. */
const largestDocument = 64 * 1024 * 1024;

export function checkInput({ CSV, JSON: json, Parquet, CompressionType }: InputSerialization): void {
  if (Parquet !== undefined) throw unsupported("S3 Select over Parquet");
  if (CompressionType === "BZIP2") throw unsupported("S3 Select over BZIP2");
  if ((CSV === undefined) === (json === undefined)) {
    throw refused(
      "InvalidDataSource",
      "Invalid data source type. Only CSV, JSON, and Parquet are supported.",
    );
  }
}

export async function* rowsOf(
  input: InputSerialization,
  query: Query,
  body: ByteStream,
): AsyncGenerator<Value> {
  const { CSV, JSON: json } = input;
  const bytes = input.CompressionType === "GZIP" ? unzipped(body) : body;
  if (CSV !== undefined) {
    yield* csvRows(CSV, bytes);
    return;
  }
  const documents = json?.Type === "LINES" ? linesOf(bytes) : documentsOf(bytes);
  for await (const document of documents) yield* expanded(document, query.source);
}

async function* unzipped(body: ByteStream): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const source = Readable.from(body, { objectMode: false });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith("Z_") !== true) throw error;
    throw refused("InvalidCompressionFormat", "The file is not in a supported compression format.");
  } finally {
    source.destroy();
  }
}

async function* csvRows(format: CSVInput, bytes: ByteStream): AsyncGenerator<Value> {
  const { parse, CsvError } = await import("csv-parse");
  const header = format.FileHeaderInfo ?? "NONE";
  const parser = parse({
    delimiter: format.FieldDelimiter ?? ",",
    record_delimiter: format.RecordDelimiter === undefined ? ["\r\n", "\n"] : [format.RecordDelimiter],
    quote: format.QuoteCharacter === "" ? false : (format.QuoteCharacter ?? '"'),
    escape: format.QuoteEscapeCharacter ?? '"',
    comment: format.Comments ?? "",
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: largestRecord,
  });
  const source = Readable.from(bytes, { objectMode: false });
  source.on("error", (error) => parser.destroy(error));
  let names: readonly string[] | undefined;
  let first = true;
  try {
    for await (const fields of source.pipe(parser) as AsyncIterable<readonly string[]>) {
      if (first && header !== "NONE") {
        if (header === "USE") names = fields;
      } else {
        yield Object.fromEntries(fields.map((field, at) => [names?.[at] ?? `_${at + 1}`, field]));
      }
      first = false;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refused(
      "CSVParsingError",
      "Encountered an error parsing the CSV file. Check the file and try again.",
    );
  } finally {
    source.destroy();
  }
}

async function* linesOf(bytes: ByteStream): AsyncGenerator<Value> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > largestRecord) throw tooLong();
    for (const line of lines) if (line.trim() !== "") yield parsed(line);
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield parsed(rest);
}

/** A document, or several one after another. */
async function* documentsOf(bytes: ByteStream): AsyncGenerator<Value> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > largestDocument) throw tooLong();
  }
  text += decoder.decode();
  for (let at = 0; at < text.length; ) {
    const end = endOfDocument(text, at);
    const document = text.slice(at, end);
    if (document.trim() !== "") yield parsed(document);
    at = end;
  }
}

/** Past the object or array that begins here; the end of the text for anything else. */
function endOfDocument(text: string, start: number): number {
  const opening = text.slice(start).search(/\S/) + start;
  if (opening < start || !"{[".includes(text.charAt(opening))) return text.length;
  let depth = 0;
  let quoted = false;
  for (let at = opening; at < text.length; at++) {
    const letter = text.charAt(at);
    if (quoted) {
      if (letter === "\\") at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "{" || letter === "[") depth++;
    else if ((letter === "}" || letter === "]") && --depth === 0) return at + 1;
  }
  return text.length;
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw refused(
      "JSONParsingError",
      "Encountered an error parsing the JSON file. Check the file and try again.",
    );
  }
}

function tooLong(): Error {
  return refused(
    "OverMaxRecordSize",
    "The length of a record in the input or result is greater than the maxCharsPerRecord limit of 1 MB.",
  );
}

/** The rows that the query's source finds in a document: `[*]` walks lists, and values of objects. */
function* expanded(document: Value, source: Query["source"]): Generator<Value> {
  // The first `[*]` is over the documents themselves.
  const steps = source[0] === "each" ? source.slice(1) : source;
  let values: readonly Value[] = [document];
  for (const step of steps) {
    values = values.flatMap((value) => {
      if (step !== "each") return [follow(value, step)];
      if (Array.isArray(value)) return value as readonly Value[];
      return isRow(value) ? Object.values(value) : [];
    });
  }
  for (const value of values) if (value !== undefined) yield value;
}
