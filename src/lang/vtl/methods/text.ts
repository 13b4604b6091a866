// java.lang.String.

import { bounded } from "../limits.ts";
import { listOf, textOf, type Value } from "../value.ts";
import { pattern, replacement, splitBy } from "./java-pattern.ts";
import { int, type Method } from "./method.ts";

const asText = (value: Value | undefined): string => (value === undefined ? "" : textOf(value));

/** Undefined where Java would throw: out of the text's bounds. */
function substring(text: string, from: Value | undefined, to: Value | undefined): string | undefined {
  const start = int(from);
  const end = to === undefined ? text.length : int(to);
  return start < 0 || end > text.length || start > end ? undefined : text.slice(start, end);
}

function compare(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at++) {
    const difference = left.charCodeAt(at) - right.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export const textMethods: Readonly<Record<string, Method<string>>> = {
  charAt: (text, at) => substring(text, at, int(at) + 1),
  codePointAt: (text, at) => text.codePointAt(int(at)),
  compareTo: (text, other) => compare(text, asText(other)),
  compareToIgnoreCase: (text, other) => compare(text.toLowerCase(), asText(other).toLowerCase()),
  concat: (text, other) => bounded(text + asText(other)),
  contains: (text, other) => text.includes(asText(other)),
  endsWith: (text, other) => text.endsWith(asText(other)),
  equals: (text, other) => text === other,
  equalsIgnoreCase: (text, other) => typeof other === "string" && text.toLowerCase() === other.toLowerCase(),
  hashCode: (text) => {
    let hash = 0;
    for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
    return hash;
  },
  indexOf: (text, other, from) => text.indexOf(asText(other), int(from)),
  isBlank: (text) => text.trim() === "",
  isEmpty: (text) => text === "",
  lastIndexOf: (text, other, from) =>
    from === undefined ? text.lastIndexOf(asText(other)) : text.lastIndexOf(asText(other), int(from)),
  length: (text) => text.length,
  matches: (text, expression) => pattern(`^(?:${asText(expression)})$`, "")?.test(text),
  repeat: (text, times) => {
    if (int(times) < 0) return undefined;
    bounded(" ".repeat(Math.min(text.length * int(times), 20 * 1024 * 1024)));
    return text.repeat(int(times));
  },
  replace: (text, from, to) => bounded(text.replaceAll(asText(from), () => asText(to))),
  replaceAll: (text, expression, to) => {
    const found = pattern(asText(expression), "g");
    return found === undefined ? undefined : bounded(text.replace(found, replacement(asText(to))));
  },
  replaceFirst: (text, expression, to) => {
    const found = pattern(asText(expression), "");
    return found === undefined ? undefined : bounded(text.replace(found, replacement(asText(to))));
  },
  split: (text, expression, limit) => {
    const parts = splitBy(text, asText(expression), int(limit));
    return parts === undefined ? undefined : listOf(parts);
  },
  startsWith: (text, other, from) => text.startsWith(asText(other), int(from)),
  strip: (text) => text.trim(),
  subSequence: substring,
  substring,
  toCharArray: (text) => listOf([...text]),
  toLowerCase: (text) => text.toLowerCase(),
  toString: (text: string) => text,
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
};
