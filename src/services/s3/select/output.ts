// Writes rows as CSV or JSON.

import type { OutputSerialization } from "../../../model/generated/s3.d.ts";
import type { Row, Value } from "./expression.ts";
import { refused } from "./lexer.ts";

export function writerOf({ CSV, JSON: json }: OutputSerialization): (row: Row) => string {
  if ((CSV === undefined) === (json === undefined)) {
    throw refused(
      "InvalidDataSource",
      "Invalid data source type. Only CSV and JSON are supported for output.",
    );
  }
  if (CSV === undefined) {
    const end = json?.RecordDelimiter ?? "\n";
    return (row) => JSON.stringify(row) + end;
  }
  const delimiter = CSV.FieldDelimiter ?? ",";
  const end = CSV.RecordDelimiter ?? "\n";
  const quote = CSV.QuoteCharacter ?? '"';
  const escaping = CSV.QuoteEscapeCharacter ?? quote;
  const always = CSV.QuoteFields === "ALWAYS";
  const field = (value: Value): string => {
    const text = textOf(value);
    const needed =
      always || [delimiter, quote, end, "\n", "\r"].some((each) => each !== "" && text.includes(each));
    return needed ? quote + text.replaceAll(quote, () => escaping + quote) + quote : text;
  };
  return (row) => Object.values(row).map(field).join(delimiter) + end;
}

function textOf(value: Value): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
