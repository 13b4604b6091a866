// Several records sent as one are taken apart: consecutive JSON texts, or pieces
// between delimiters, at most 500 of them.
// https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-multirecord-deaggergation.html

import type { Processor } from "../../../model/generated/firehose.d.ts";
import type { BufferedRecord } from "../buffer/entry.ts";
import { parameterOf } from "../destination/processing-settings.ts";

const mostPieces = 500;

export function deaggregate(record: BufferedRecord, processor: Processor): readonly BufferedRecord[] {
  const text = Buffer.from(record.data).toString();
  const pieces =
    parameterOf(processor, "SubRecordType") === "JSON"
      ? jsonTexts(text)
      : text
          .split(Buffer.from(parameterOf(processor, "Delimiter") ?? "", "base64").toString())
          .filter((piece) => piece !== "");
  if (pieces === undefined || pieces.length <= 1) return [record];
  const taken = pieces.slice(0, mostPieces - 1);
  // What is beyond the limit stays together.
  if (pieces.length >= mostPieces) taken.push(pieces.slice(mostPieces - 1).join(""));
  return taken.map((piece, index) => ({
    ...record,
    data: Buffer.from(piece),
    ...(record.origin !== undefined && { origin: { ...record.origin, subsequenceNumber: index } }),
  }));
}

/** The objects that stand side by side in a text; undefined where it is anything else. */
export function jsonTexts(text: string): readonly string[] | undefined {
  const texts: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    if (inString) {
      if (letter === "\\") at++;
      else if (letter === '"') inString = false;
    } else if (letter === '"') {
      if (depth === 0) return undefined;
      inString = true;
    } else if (letter === "{" || letter === "[") {
      if (depth === 0) {
        if (letter === "[") return undefined;
        start = at;
      }
      depth++;
    } else if (letter === "}" || letter === "]") {
      depth--;
      if (depth < 0) return undefined;
      if (depth === 0) texts.push(text.slice(start, at + 1));
    } else if (depth === 0 && !/\s/.test(letter)) {
      return undefined;
    }
  }
  return depth === 0 && !inString ? texts : undefined;
}
