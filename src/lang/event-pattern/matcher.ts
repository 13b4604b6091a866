// The comparisons that stand in a pattern's lists: literals and operators.
// Each becomes a test of one leaf of the event.

import { isInNetwork, parseNetwork } from "./network.ts";
import { numericTest } from "./numeric.ts";
import { EventPatternError, within } from "./pattern-error.ts";
import { wildcardTest } from "./wildcard.ts";

export type Leaf = string | number | boolean | null;
export type LeafTest = (leaf: Leaf) => boolean;

/** A test of one leaf, or of whether there is any. */
export type Comparison = { readonly leaf: LeafTest } | { readonly exists: boolean };

export function comparison(rule: unknown): Comparison {
  if (!isObject(rule)) return { leaf: literal(rule) };
  const [operator, operand] = only(rule, "Match expression name not found");
  return within(operator, () => {
    switch (operator) {
      case "exists":
        if (typeof operand !== "boolean") {
          throw new EventPatternError("exists match pattern must be either true or false.");
        }
        return { exists: operand };
      case "anything-but":
        return { leaf: anythingBut(operand) };
      case "numeric":
        return { leaf: numericTest(operand) };
      case "cidr": {
        const network = parseNetwork(operand);
        return { leaf: (leaf) => typeof leaf === "string" && isInNetwork(leaf, network) };
      }
      default:
        return { leaf: textOperator(operator, operand) };
    }
  });
}

function literal(value: unknown): LeafTest {
  if (Array.isArray(value))
    throw new EventPatternError("Match value must be String, number, true, false, or null");
  return (leaf) => leaf === value;
}

/** The one entry of a match expression. */
function only(expression: Readonly<Record<string, unknown>>, missing: string): readonly [string, unknown] {
  const [entry, more] = Object.entries(expression);
  if (entry === undefined) throw new EventPatternError(missing, true);
  if (more === undefined) return entry;
  return within(more[0], () => {
    throw new EventPatternError("Only one key allowed in match expression");
  });
}

function textOperator(operator: string, operand: unknown): LeafTest {
  switch (operator) {
    case "prefix":
    case "suffix":
      if (isObject(operand)) return foldedAffix(operator, operand);
      return textTest(operator, text(operator, operand));
    case "exactly":
      return textTest(operator, text("exact", operand));
    case "equals-ignore-case":
    case "wildcard":
      return textTest(operator, text(operator, operand));
    default:
      throw new EventPatternError(`Unrecognized match type ${operator}`);
  }
}

/** `{"prefix": {"equals-ignore-case": "a"}}` */
function foldedAffix(operator: "prefix" | "suffix", operand: Readonly<Record<string, unknown>>): LeafTest {
  const name = operator === "prefix" ? "Prefix" : "Suffix";
  const [inner, value] = only(operand, `${name} expression name not found`);
  return within(inner, () => {
    if (inner !== "equals-ignore-case") {
      throw new EventPatternError(`Unsupported ${operator} pattern: ${inner}`);
    }
    const test = textTest(operator, text(inner, value).toLowerCase());
    return (leaf) => typeof leaf === "string" && test(leaf.toLowerCase());
  });
}

function text(operator: string, operand: unknown): string {
  if (typeof operand !== "string") throw new EventPatternError(`${operator} match pattern must be a string`);
  return operand;
}

function textTest(operator: string, operand: string): LeafTest {
  switch (operator) {
    case "prefix":
      return (leaf) => typeof leaf === "string" && leaf.startsWith(operand);
    case "suffix":
      return (leaf) => typeof leaf === "string" && leaf.endsWith(operand);
    case "equals-ignore-case": {
      const folded = operand.toLowerCase();
      return (leaf) => typeof leaf === "string" && leaf.toLowerCase() === folded;
    }
    case "wildcard": {
      const test = wildcardTest(operand);
      return (leaf) => typeof leaf === "string" && test(leaf);
    }
    default:
      return (leaf) => leaf === operand;
  }
}

/** One value or several, or one text operator with one operand or several; true of leaves that match none. */
function anythingBut(operand: unknown): LeafTest {
  const tests = isObject(operand) ? textTests(operand) : valueTests(operand);
  return (leaf) => tests.every((test) => !test(leaf));
}

/** Texts alone, or numbers alone. */
function valueTests(operand: unknown): readonly LeafTest[] {
  if (!Array.isArray(operand)) return [valueTest(oneOf(operand))];
  const tests = operand.map((each: unknown, at) =>
    within(at, () => {
      if (typeof each === "string" || typeof each === "number") return valueTest(each);
      throw new EventPatternError("Inside anything but list, start|null|boolean is not supported.");
    }),
  );
  if (new Set(operand.map((each) => typeof each)).size === 1) return tests;
  throw new EventPatternError(
    "Inside anything but list, either all values are number or string, mixed type is not supported",
    true,
  );
}

const valueTest =
  (value: Leaf): LeafTest =>
  (leaf) =>
    leaf === value;

function oneOf(operand: unknown): string | number {
  if (typeof operand === "string" || typeof operand === "number") return operand;
  throw new EventPatternError("Value of anything-but must be an array or single string/number value.");
}

const refusals: Readonly<Record<string, string>> = {
  prefix: "prefix/suffix match pattern must be a string",
  suffix: "prefix/suffix match pattern must be a string",
  wildcard: "wildcard match pattern must be a string",
  "equals-ignore-case":
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
};

function textTests(operand: Readonly<Record<string, unknown>>): readonly LeafTest[] {
  const [operator, given] = only(operand, "Anything-But expression name not found");
  return within(operator, () => {
    const refusal = refusals[operator];
    if (refusal === undefined) throw new EventPatternError(`Unsupported anything-but pattern: ${operator}`);
    const test = (each: unknown): LeafTest => {
      if (typeof each !== "string") throw new EventPatternError(refusal);
      if (each === "" && operator.endsWith("fix"))
        throw new EventPatternError("Null prefix/suffix not allowed");
      return textTest(operator, each);
    };
    if (!Array.isArray(given)) return [test(oneOf(given))];
    return given.map((each, at) => within(at, () => test(each)));
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
