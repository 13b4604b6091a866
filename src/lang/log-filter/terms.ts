// Unstructured patterns: all plain terms must occur, none with a minus, and at
// least one of those with a question mark.

import type { MessageFilter } from "./filter.ts";
import { FilterSyntaxError, regex } from "./syntax.ts";

export function compileTerms(pattern: string): MessageFilter {
  const all: MessageFilter[] = [];
  const none: MessageFilter[] = [];
  const some: MessageFilter[] = [];
  let at = 0;
  while (at < pattern.length) {
    if (/\s/.test(pattern[at]!)) {
      at++;
      continue;
    }
    const sign = pattern[at] === "-" || pattern[at] === "?" ? pattern[at++] : "";
    const { test, end } = term(pattern, at);
    at = end;
    (sign === "-" ? none : sign === "?" ? some : all).push(test);
  }
  // AWS ignores the question marks where there are plain terms beside them.
  const any = all.length > 0 ? [] : some;
  return (message) =>
    all.every((test) => test(message)) &&
    !none.some((test) => test(message)) &&
    (any.length === 0 || any.some((test) => test(message)));
}

function term(pattern: string, start: number): { readonly test: MessageFilter; readonly end: number } {
  const quote = pattern[start];
  if (quote === '"' || quote === "%") {
    const end = closing(pattern, start + 1, quote);
    const text = pattern.slice(start + 1, end);
    const test = quote === "%" ? regex(text) : contains(text.replace(/\\(["\\])/g, "$1"));
    return { test, end: end + 1 };
  }
  let end = start;
  while (end < pattern.length && !/\s/.test(pattern[end]!)) end++;
  const text = pattern.slice(start, end);
  if (text === "") throw new FilterSyntaxError("A sign without a term");
  return { test: contains(text), end };
}

function closing(pattern: string, start: number, quote: string): number {
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern[at] === quote) return at;
  }
  throw new FilterSyntaxError(`A ${quote} is not closed`);
}

function contains(text: string): MessageFilter {
  return (message) => message.includes(text);
}
