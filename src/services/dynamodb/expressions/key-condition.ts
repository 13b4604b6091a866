// Key condition expressions: the same grammar as conditions, of which only
// conjunctions of simple tests on key attributes are allowed.

import { validation } from "../faults.ts";
import { type CompiledCondition, compileCondition } from "./condition.ts";
import type { Comparator, Condition, Operand, ParsedCondition } from "./condition-syntax.ts";
import { invalidExpression } from "./errors.ts";
import type { Names } from "./path.ts";

export interface KeyTest {
  readonly attribute: string;
  readonly operator: Exclude<Comparator, "<>"> | "BETWEEN" | "begins_with";
  /** Names in `ExpressionAttributeValues`: two for BETWEEN, else one. */
  readonly values: readonly string[];
}

export interface CompiledKeyCondition {
  readonly parsed: ParsedCondition;
  readonly check: CompiledCondition["check"];
  readonly tests: readonly KeyTest[];
}

const kind = "KeyConditionExpression";

export function compileKeyCondition(text: string, names: Names | undefined): CompiledKeyCondition {
  const { parsed, check } = compileCondition(kind, text, names);
  const tests: KeyTest[] = [];
  collect(parsed.condition, tests);
  const repeats = new Set(tests.map((test) => test.attribute)).size !== tests.length;
  return {
    parsed,
    tests,
    // What is wrong with a value is told first.
    check: (values) => {
      check(values);
      if (repeats) {
        throw invalidExpression(kind, "KeyConditionExpressions must only contain one condition per key");
      }
    },
  };
}

function collect(condition: Condition, tests: KeyTest[]): void {
  switch (condition.kind) {
    case "and":
      collect(condition.left, tests);
      collect(condition.right, tests);
      return;
    case "comparison":
      tests.push(comparisonTest(condition.comparator, condition.left, condition.right));
      return;
    case "between":
      tests.push({
        attribute: keyName(condition.operand),
        operator: "BETWEEN",
        values: [valueName(condition.low), valueName(condition.high)],
      });
      return;
    case "function":
      if (condition.name !== "begins_with") throw unsupported(condition.name);
      tests.push({
        attribute: keyName(condition.operands[0]!),
        operator: "begins_with",
        values: [valueName(condition.operands[1]!)],
      });
      return;
    default:
      throw unsupported(condition.kind.toUpperCase());
  }
}

const mirrored = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function comparisonTest(comparator: Comparator, left: Operand, right: Operand): KeyTest {
  if (comparator === "<>") throw unsupported("<>");
  if (left.kind === "value" && right.kind === "path") {
    return { attribute: keyName(right), operator: mirrored[comparator], values: [left.name] };
  }
  return { attribute: keyName(left), operator: comparator, values: [valueName(right)] };
}

function unsupported(operator: string): Error {
  return validation(`Invalid operator used in ${kind}: ${operator}`);
}

function keyName(operand: Operand): string {
  if (operand.kind === "size") throw unsupported("size");
  if (operand.kind === "value") {
    throw invalidCondition("No key attribute specified");
  }
  if (operand.path.length > 1)
    throw invalidExpression(kind, "KeyConditionExpressions cannot have conditions on nested attributes");
  return operand.path[0] as string;
}

function valueName(operand: Operand): string {
  if (operand.kind === "size") throw unsupported("size");
  if (operand.kind === "path") throw invalidCondition("Multiple attribute names used in one condition");
  return operand.name;
}

function invalidCondition(detail: string): Error {
  return validation(`Invalid condition in ${kind}: ${detail}`);
}
