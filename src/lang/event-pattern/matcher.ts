// The comparisons that stand in a pattern's lists: literals and operators.
// Each becomes a test of one leaf of the event.

import { isInNetwork, parseNetwork } from "./network.ts";
import { numericTest } from "./numeric.ts";
import { EventPatternError } from "./pattern-error.ts";
import { wildcardTest } from "./wildcard.ts";

export type Leaf = string | number | boolean | null;
export type LeafTest = (leaf: Leaf) => boolean;

/** A test of one leaf, or of whether there is any. */
export type Comparison = { readonly leaf: LeafTest } | { readonly exists: boolean };

export function comparison(rule: unknown): Comparison {
  if (!isObject(rule)) return { leaf: literal(rule) };
  const [entry, ...more] = Object.entries(rule);
  if (entry === undefined) throw new EventPatternError("Empty objects are not allowed as a match rule");
  if (more.length > 0) throw new EventPatternError("Only one key allowed in match expression");
  const [operator, operand] = entry;
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
      return { leaf: textTest(operator, operand, true) };
  }
}

function literal(value: unknown): LeafTest {
  if (Array.isArray(value))
    throw new EventPatternError("Match value must be String, number, true, false, or null");
  return (leaf) => leaf === value;
}

/** The operators on text, alone or inside `anything-but`. */
function textTest(operator: string, operand: unknown, nested: boolean): LeafTest {
  switch (operator) {
    case "prefix":
    case "suffix":
      return affixTest(operator, operand, nested);
    case "equals-ignore-case": {
      const folded = text(operator, operand).toLowerCase();
      return (leaf) => typeof leaf === "string" && leaf.toLowerCase() === folded;
    }
    case "wildcard": {
      const test = wildcardTest(text(operator, operand));
      return (leaf) => typeof leaf === "string" && test(leaf);
    }
    default:
      throw new EventPatternError(`Unrecognized match type ${operator}`);
  }
}

function affixTest(operator: "prefix" | "suffix", operand: unknown, nested: boolean): LeafTest {
  const ignoreCase = nested && isObject(operand);
  const given = ignoreCase ? operand["equals-ignore-case"] : operand;
  if (ignoreCase && (Object.keys(operand).length !== 1 || given === undefined)) {
    throw new EventPatternError(`Unsupported anything inside ${operator}`);
  }
  const part = ignoreCase ? text(operator, given).toLowerCase() : text(operator, given);
  return (leaf) => {
    if (typeof leaf !== "string") return false;
    const whole = ignoreCase ? leaf.toLowerCase() : leaf;
    return operator === "prefix" ? whole.startsWith(part) : whole.endsWith(part);
  };
}

/** One value or several, or one text operator with one operand or several; true of leaves that match none. */
function anythingBut(operand: unknown): LeafTest {
  const tests: LeafTest[] = [];
  if (isObject(operand)) {
    const [entry, ...more] = Object.entries(operand);
    if (entry === undefined || more.length > 0) {
      throw new EventPatternError("Only one key allowed in match expression");
    }
    for (const each of several(entry[1])) tests.push(textTest(entry[0], each, false));
  } else {
    for (const each of several(operand)) {
      if (
        typeof each !== "string" &&
        typeof each !== "number" &&
        typeof each !== "boolean" &&
        each !== null
      ) {
        throw new EventPatternError(
          "Inside anything-but list, only strings, numbers, true, false and null are supported.",
        );
      }
      tests.push((leaf) => leaf === each);
    }
  }
  return (leaf) => tests.every((test) => !test(leaf));
}

function several(operand: unknown): readonly unknown[] {
  const list = Array.isArray(operand) ? operand : [operand];
  if (list.length === 0) throw new EventPatternError("Empty arrays are not allowed in anything-but");
  return list;
}

function text(operator: string, operand: unknown): string {
  if (typeof operand !== "string") throw new EventPatternError(`${operator} match pattern must be a string`);
  if (operand === "" && (operator === "prefix" || operator === "suffix")) {
    throw new EventPatternError(`Null prefix/suffix not allowed`);
  }
  return operand;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
