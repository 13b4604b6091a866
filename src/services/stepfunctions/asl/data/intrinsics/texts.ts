// Intrinsic functions on texts.

import type { Json } from "../scope.ts";
import type { Intrinsic } from "./functions.ts";
import { textOf } from "./values.ts";

/** `\{`, `\}` and `\\` stand for themselves. */
const pieces = /\\([\\{}])|\{\}|[{}]|[^\\{}]+|\\/g;

export const format: Intrinsic = ([pattern, ...values]) => {
  let used = 0;
  const text = textOf(pattern, 1).replace(pieces, (piece, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (piece === "{}") return inserted(values, used++);
    if (piece === "{" || piece === "}") throw new Error("A brace must be escaped, or be part of {}");
    return piece;
  });
  if (used !== values.length) {
    throw new Error(
      `Number of arguments does not match the number of occurrences of {}: ${values.length}, ${used}`,
    );
  }
  return text;
};

function inserted(values: readonly Json[], at: number): string {
  const value = values[at];
  if (value === undefined) {
    throw new Error(
      `Number of arguments does not match the number of occurrences of {}: ${values.length}, more than ${at}`,
    );
  }
  if (typeof value === "object" && value !== null) {
    throw new Error(`Argument ${at + 2} must be a string, boolean, number or null`);
  }
  return String(value);
}

/** Every character of the second text is a separator; empty parts are left out. */
export const stringSplit: Intrinsic = ([text, separators]) => {
  const ends = new Set(textOf(separators, 2));
  const parts: string[] = [];
  let part = "";
  for (const character of textOf(text, 1)) {
    if (!ends.has(character)) part += character;
    else if (part !== "") {
      parts.push(part);
      part = "";
    }
  }
  if (part !== "") parts.push(part);
  return parts;
};
