// JSON patterns: `{ $.latency > 100 && ($.user.id = "ann" || $.tags[0] NOT EXISTS) }`.

import type { MessageFilter } from "./filter.ts";
import { type Comparison, compareText, FilterSyntaxError, regex } from "./syntax.ts";
import { TokenReader, tokenize } from "./tokens.ts";

type Test = (value: unknown) => boolean;
const comparisons: readonly string[] = ["=", "!=", "<", "<=", ">", ">="];
const maximumDepth = 20;

export function compileJson(pattern: string): MessageFilter {
  const reader = new TokenReader(tokenize(bracketsInside(pattern), /[\s=!<>(){},&|]/));
  reader.expect("{");
  const test = either(reader, 0);
  reader.expect("}");
  if (reader.peek().kind !== "end") throw new FilterSyntaxError("Something follows the closing brace");
  return (message) => {
    const value = parsed(message);
    return value !== undefined && test(value);
  };
}

/** `[` and `]` belong to selectors here; spelled so that the tokenizer takes them as parts of words. */
function bracketsInside(pattern: string): string {
  return pattern.replace(/\[(\d+|\*)\]/g, ".\u0001$1").replace(/\["([^"]*)"\]/g, ".$1");
}

function parsed(message: string): unknown {
  const start = message.indexOf("{");
  if (start < 0 && !message.trimStart().startsWith("[")) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function either(reader: TokenReader, depth: number): Test {
  const tests = [both(reader, depth)];
  while (reader.accept("||")) tests.push(both(reader, depth));
  return tests.length === 1 ? tests[0]! : (value) => tests.some((test) => test(value));
}

function both(reader: TokenReader, depth: number): Test {
  const tests = [single(reader, depth)];
  while (reader.accept("&&")) tests.push(single(reader, depth));
  return tests.length === 1 ? tests[0]! : (value) => tests.every((test) => test(value));
}

function single(reader: TokenReader, depth: number): Test {
  if (depth > maximumDepth) throw new FilterSyntaxError("Too many parentheses");
  if (reader.accept("(")) {
    const test = either(reader, depth + 1);
    reader.expect(")");
    return test;
  }
  const select = selector(reader.next().text);
  if (reader.accept("NOT")) {
    reader.expect("EXISTS");
    return (value) => select(value).length === 0;
  }
  if (reader.accept("IS")) {
    const word = reader.next().text.toUpperCase();
    const wanted = { NULL: null, TRUE: true, FALSE: false }[word];
    if (wanted === undefined) throw new FilterSyntaxError(`IS ${word}`);
    return (value) => select(value).some((each) => each === wanted);
  }
  const sign = reader.next().text;
  if (!comparisons.includes(sign)) throw new FilterSyntaxError(`Unexpected ${sign || "end"}`);
  const test = comparison(sign as Comparison, reader);
  return (value) => select(value).some((each) => isScalar(each) && test(String(each)));
}

function comparison(sign: Comparison, reader: TokenReader): (text: string) => boolean {
  const { kind, text } = reader.next();
  if (kind === "regex") {
    const test = regex(text);
    return sign === "!=" ? (value) => !test(value) : test;
  }
  if (kind !== "word" && kind !== "string") throw new FilterSyntaxError("A value is missing");
  return compareText(sign, text, kind === "string");
}

const isScalar = (value: unknown): boolean =>
  value !== undefined && value !== null && typeof value !== "object";

/** What a selector such as `$.users[0].name` or `$.users[*].name` finds. */
function selector(text: string): (value: unknown) => readonly unknown[] {
  if (!text.startsWith("$"))
    throw new FilterSyntaxError(`A selector begins with $, not ${text || "nothing"}`);
  const steps = text
    .slice(1)
    .split(".")
    .filter((step) => step !== "");
  return (value) => {
    let found: readonly unknown[] = [value];
    for (const step of steps) found = found.flatMap((each) => follow(each, step));
    return found;
  };
}

function follow(value: unknown, step: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step.startsWith("\u0001")) {
    if (!Array.isArray(value)) return [];
    if (step === "\u0001*") return value;
    const at = Number(step.slice(1));
    return at < value.length ? [value[at]] : [];
  }
  return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
}
