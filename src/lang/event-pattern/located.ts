// A pattern's fault with its place in the text, as AWS shows it: with what its
// JSON parser has read when it finds out.

import { afterSpace, lineAndColumn, valueEnd } from "../../base/json-span.ts";
import type { EventPatternError, Step } from "./pattern-error.ts";

/** AWS quotes no more of the text than this. */
const mostQuoted = 500;

export function locatedMessage(text: string, { message, path, atEnd }: EventPatternError): string {
  const { start, end } = spanOf(text, path);
  // Of texts, lists and objects only the first character has been read then.
  const read = atEnd || !/["[{]/.test(text[start] ?? "") ? end : start + 1;
  const rest = text.length - mostQuoted;
  const quoted = `"${text.slice(0, mostQuoted)}"${rest > 0 ? `[truncated ${rest} chars]` : ""}`;
  return `${message}\n at [Source: (String)${quoted}; ${lineAndColumn(text, read)}]`;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where in valid JSON the value lies that a path leads to. */
function spanOf(text: string, path: readonly Step[]): Span {
  let start = afterSpace(text, 0);
  for (const step of path) {
    let at = afterSpace(text, start + 1);
    for (let position = 0; ; position++) {
      let found = position === step;
      if (typeof step === "string") {
        const nameEnd = valueEnd(text, at);
        found = JSON.parse(text.slice(at, nameEnd)) === step;
        at = afterSpace(text, afterSpace(text, nameEnd) + 1);
      }
      if (found) break;
      at = afterSpace(text, afterSpace(text, valueEnd(text, at)) + 1);
    }
    start = at;
  }
  return { start, end: valueEnd(text, start) };
}
