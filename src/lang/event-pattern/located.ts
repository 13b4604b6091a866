// A pattern's fault with its place in the text, as AWS shows it: with what its
// JSON parser has read when it finds out.

import type { EventPatternError, Step } from "./pattern-error.ts";

/** AWS quotes no more of the text than this. */
const mostQuoted = 500;

export function locatedMessage(text: string, { message, path, atEnd }: EventPatternError): string {
  const { start, end } = spanOf(text, path);
  // Of texts, lists and objects only the first character has been read then.
  const read = atEnd || !/["[{]/.test(text[start] ?? "") ? end : start + 1;
  const lines = text.slice(0, read).split("\n");
  const rest = text.length - mostQuoted;
  const quoted = `"${text.slice(0, mostQuoted)}"${rest > 0 ? `[truncated ${rest} chars]` : ""}`;
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return `${message}\n at [Source: (String)${quoted}; line: ${lines.length}, column: ${column}]`;
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

function afterSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return at;
}

const token = /"(?:[^"\\]|\\.)*"|[[\]{}]|[^\s,:[\]{}"]+/gy;

/** Where the value ends that begins at `from`. */
function valueEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    token.lastIndex = at;
    const [found] = token.exec(text) ?? [];
    at += found?.length ?? 1;
    if (found === "{" || found === "[") depth++;
    else if (found === "}" || found === "]") depth--;
    if (found !== undefined && depth === 0) return at;
  }
  return text.length;
}
