// WHERE clauses as the trees that condition expressions are compiled from, and
// what they say of keys.

import type { Expression } from "../../../lang/partiql/index.ts";
import { compileTree } from "../expressions/condition.ts";
import type { Condition, ConditionFunction, Operand } from "../expressions/condition-syntax.ts";
import type { ItemCondition, KeyCondition } from "../expressions/expressions.ts";
import { ValueTable } from "../expressions/value-table.ts";
import { validation } from "../faults.ts";
import type { AttributeValue } from "../values/attribute-value.ts";
import { constant, malformed, required } from "./binding.ts";

type KeyTest = KeyCondition["tests"][number];

const functions: Readonly<Record<string, ConditionFunction>> = {
  attribute_exists: "attribute_exists",
  attribute_not_exists: "attribute_not_exists",
  begins_with: "begins_with",
  contains: "contains",
  attribute_type: "attribute_type",
};

const typeLetters: Readonly<Record<string, string>> = {
  NULL: "NULL",
  BOOLEAN: "BOOL",
  BOOL: "BOOL",
  NUMBER: "N",
  STRING: "S",
  LIST: "L",
  STRUCT: "M",
  BINARY: "B",
};

export function whereCondition(where: Expression, parameters: readonly AttributeValue[]): ItemCondition {
  const table = new ValueTable();
  const attributes = new Set<string>();
  const tree = new Translation(table, parameters, attributes).condition(where);
  const { check, test } = compileTree(undefined, tree);
  check(table.values);
  return { attributes: [...attributes], test: (item) => test(item, table.values) };
}

class Translation {
  readonly #table: ValueTable;
  readonly #parameters: readonly AttributeValue[];
  readonly #attributes: Set<string>;

  constructor(table: ValueTable, parameters: readonly AttributeValue[], attributes: Set<string>) {
    this.#table = table;
    this.#parameters = parameters;
    this.#attributes = attributes;
  }

  condition(expression: Expression): Condition {
    switch (expression.kind) {
      case "and":
      case "or":
        return {
          kind: expression.kind,
          left: this.condition(expression.left),
          right: this.condition(expression.right),
        };
      case "not":
        return { kind: "not", condition: this.condition(expression.operand) };
      case "comparison":
        return this.#comparison(expression);
      case "between":
        return {
          kind: "between",
          operand: this.#operand(expression.operand),
          low: this.#operand(expression.low),
          high: this.#operand(expression.high),
        };
      case "in":
        return {
          kind: "in",
          operand: this.#operand(expression.operand),
          list: expression.list.map((member) => this.#operand(member)),
        };
      case "is":
        return this.#typeTest(this.#operand(expression.operand), expression.type);
      case "call":
        return this.#call(expression);
      default:
        throw malformed("Unexpected term");
    }
  }

  #comparison({ comparator, left, right }: Extract<Expression, { kind: "comparison" }>): Condition {
    const missing = left.kind === "missing" ? right : right.kind === "missing" ? left : undefined;
    if (missing !== undefined) throw malformed("Unexpected term");
    if (left.kind === "call" && Object.hasOwn(functions, left.name) && right.kind === "boolean") {
      const condition = this.#call(left);
      return (comparator === "=") === right.value ? condition : { kind: "not", condition };
    }
    return { kind: "comparison", comparator, left: this.#operand(left), right: this.#operand(right) };
  }

  #typeTest(operand: Operand, type: string): Condition {
    if (operand.kind !== "path") throw malformed("Unexpected term");
    if (type === "MISSING") return { kind: "function", name: "attribute_not_exists", operands: [operand] };
    const letters = this.#table.add({ S: typeLetters[type]! });
    return { kind: "function", name: "attribute_type", operands: [operand, letters] };
  }

  #call(call: Call): Condition {
    const { name, operands } = call;
    const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (known === undefined) throw unrecognized(call);
    const presence = known === "attribute_exists" || known === "attribute_not_exists";
    requireCount(call, presence ? 1 : 2);
    if (presence && operands[0]!.kind !== "path") {
      throw validation(`Operator or function requires a document path; operator or function: ${name}`);
    }
    return { kind: "function", name: known, operands: operands.map((operand) => this.#operand(operand)) };
  }

  #operand(expression: Expression): Operand {
    if (expression.kind === "path") {
      this.#attributes.add(expression.path[0] as string);
      return { kind: "path", path: expression.path };
    }
    if (expression.kind === "call") {
      if (expression.name !== "size") throw unrecognized(expression);
      requireCount(expression, 1);
      return { kind: "size", operand: this.#operand(expression.operands[0]!) };
    }
    return this.#table.add(required(expression, this.#parameters));
  }
}

type Call = Extract<Expression, { kind: "call" }>;

export function unrecognized({ name, place }: Call): Error {
  return validation(`Unrecognized function: ${name} at ${place}`);
}

function requireCount({ name, operands }: Call, count: number): void {
  if (operands.length === count) return;
  throw validation(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
  );
}

/** What is joined by AND at the top. */
export function conjuncts(where: Expression | undefined): readonly Expression[] {
  if (where === undefined) return [];
  return where.kind === "and" ? [...conjuncts(where.left), ...conjuncts(where.right)] : [where];
}

const mirrored = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

/** A conjunct as a test on one top-level attribute that a key range can follow; IN gives several values. */
export function keyTest(
  expression: Expression,
  parameters: readonly AttributeValue[],
): (Omit<KeyTest, "operator"> & { readonly operator: KeyTest["operator"] | "IN" }) | undefined {
  switch (expression.kind) {
    case "comparison": {
      const { comparator, left, right } = expression;
      if (comparator === "<>") return undefined;
      if (topLevel(left) !== undefined) {
        return testOf(left, comparator, [right], parameters);
      }
      return testOf(right, mirrored[comparator], [left], parameters);
    }
    case "between":
      return testOf(expression.operand, "BETWEEN", [expression.low, expression.high], parameters);
    case "in":
      return testOf(expression.operand, "IN", expression.list, parameters);
    case "call":
      if (expression.name !== "begins_with" || expression.operands.length !== 2) return undefined;
      return testOf(expression.operands[0]!, "begins_with", expression.operands.slice(1), parameters);
    default:
      return undefined;
  }
}

function topLevel(expression: Expression): string | undefined {
  return expression.kind === "path" && expression.path.length === 1
    ? (expression.path[0] as string)
    : undefined;
}

function testOf<O extends string>(
  operand: Expression,
  operator: O,
  given: readonly Expression[],
  parameters: readonly AttributeValue[],
): { attribute: string; operator: O; values: readonly AttributeValue[] } | undefined {
  const attribute = topLevel(operand);
  if (attribute === undefined) return undefined;
  const values: AttributeValue[] = [];
  for (const expression of given) {
    const value = constant(expression, parameters);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { attribute, operator, values };
}
