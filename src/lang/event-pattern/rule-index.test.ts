// The index finds exactly what testing every pattern by itself finds, and the
// compiled test agrees with a naive reading of the language.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileEventPattern } from "./compile.ts";
import { compileRuleIndex } from "./rule-index.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Pattern = Readonly<Record<string, unknown>>;

/** Field by field and value by value, as the documentation tells it. */
function naive(pattern: Pattern, event: Json | undefined): boolean {
  if (Array.isArray(event)) return event.some((each) => naive(pattern, each));
  return Object.entries(pattern).every(([name, rule]) => {
    if (name === "$or") return (rule as Pattern[]).some((each) => naive(each, event));
    const value =
      typeof event === "object" && event !== null ? (event as { [name: string]: Json })[name] : undefined;
    if (!Array.isArray(rule)) return naive(rule as Pattern, value);
    const values = scalars(value);
    return rule.some((each) => {
      if (isRule(each) && "exists" in each) return each.exists === values.length > 0;
      return values.some((leaf) => holds(each, leaf));
    });
  });
}

const isRule = (each: unknown): each is Record<string, unknown> => typeof each === "object" && each !== null;

function scalars(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value.flatMap(scalars);
  return value === undefined || (typeof value === "object" && value !== null) ? [] : [value];
}

function holds(rule: unknown, leaf: Json): boolean {
  if (!isRule(rule)) return rule === leaf;
  const [[operator, operand]] = Object.entries(rule) as [[string, unknown]];
  if (operator === "anything-but") {
    if (!Array.isArray(operand) && isRule(operand)) {
      const [[inner, given]] = Object.entries(operand) as [[string, unknown]];
      return [given].flat().every((each) => !holds({ [inner]: each }, leaf));
    }
    return ![operand].flat().includes(leaf);
  }
  if (operator === "numeric") {
    const [sign, bound, sign2, bound2] = operand as [string, number, string, number];
    const check = (by: string, limit: number): boolean =>
      typeof leaf === "number" &&
      (by === "="
        ? leaf === limit
        : by === ">"
          ? leaf > limit
          : by === ">="
            ? leaf >= limit
            : by === "<"
              ? leaf < limit
              : leaf <= limit);
    return check(sign, bound) && (sign2 === undefined || check(sign2, bound2));
  }
  if (typeof leaf !== "string") return false;
  const text = isRule(operand) ? String(operand["equals-ignore-case"]).toLowerCase() : String(operand);
  const whole = isRule(operand) ? leaf.toLowerCase() : leaf;
  if (operator === "prefix") return whole.startsWith(text);
  if (operator === "suffix") return whole.endsWith(text);
  if (operator === "equals-ignore-case") return leaf.toLowerCase() === text.toLowerCase();
  if (operator === "wildcard") return new RegExp(`^${text.split("*").join(".*")}$`).test(leaf);
  throw new Error(operator);
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "A"), minLength: 1, maxLength: 3 });
const digit = fc.integer({ min: 0, max: 3 });
const scalar = fc.oneof(word, digit, fc.boolean(), fc.constant(null));
const name = fc.constantFrom("p", "q", "r");
const wildcard = fc.tuple(word, word).map(([a, b]) => `${a}*${b}`);
const few = { minLength: 1, maxLength: 2 };
const rule = fc.oneof(
  scalar,
  scalar,
  word.map((prefix) => ({ prefix })),
  word.map((suffix) => ({ suffix })),
  word.map((text) => ({ prefix: { "equals-ignore-case": text } })),
  word.map((text) => ({ "equals-ignore-case": text })),
  wildcard.map((text) => ({ wildcard: text })),
  fc.boolean().map((exists) => ({ exists })),
  fc.oneof(word, digit, fc.array(word, few), fc.array(digit, few)).map((each) => ({ "anything-but": each })),
  fc
    .constantFrom("prefix", "suffix", "equals-ignore-case")
    .chain((operator) =>
      fc
        .oneof(word, fc.array(word, { minLength: 1, maxLength: 2 }))
        .map((each) => ({ "anything-but": { [operator]: each } })),
    ),
  wildcard.map((text) => ({ "anything-but": { wildcard: text } })),
  fc.tuple(fc.constantFrom("=", "<", ">="), fc.integer({ min: 0, max: 3 })).map((numeric) => ({ numeric })),
  fc.constant({ numeric: [">", 0, "<=", 2] }),
);

const { pattern } = fc.letrec<{ pattern: Pattern; fields: Pattern }>((tie) => ({
  fields: fc.dictionary(
    name,
    fc.oneof({ maxDepth: 2 }, fc.array(rule, { minLength: 1, maxLength: 3 }), tie("fields")),
    { minKeys: 1, maxKeys: 2 },
  ),
  pattern: fc.oneof(
    tie("fields"),
    fc
      .tuple(tie("fields"), fc.array(tie("fields"), { minLength: 2, maxLength: 3 }), fc.boolean())
      .map(([fields, alternatives, alone]) => ({ ...(alone ? {} : fields), $or: alternatives })),
  ),
}));

const { event } = fc.letrec<{ value: Json; event: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    tie("event"),
  ),
  event: fc.dictionary(name, tie("value"), { maxKeys: 3 }),
}));

describe("event patterns", () => {
  it("property: a compiled pattern matches what a naive reading matches", () => {
    fc.assert(
      fc.property(pattern, event, (given, value) => {
        expect(compileEventPattern(given)(value)).toBe(naive(given, value));
      }),
      { numRuns: 2000 },
    );
  });

  it("property: the index finds exactly the patterns that match, in their order", () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 12 }),
        fc.array(event, { maxLength: 6 }),
        (patterns, events) => {
          const index = compileRuleIndex(patterns.map((each, at) => ({ pattern: each, value: at })));
          for (const value of events) {
            const expected = patterns.flatMap((each, at) => (naive(each, value) ? [at] : []));
            expect(index.match(value)).toEqual(expected);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
