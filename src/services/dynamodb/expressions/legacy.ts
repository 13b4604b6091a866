// The parameters of the time before expressions (Expected, QueryFilter,
// AttributeUpdates and their kin), turned into the trees that expressions are
// parsed to, so that both forms mean exactly the same.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html

import type {
  AttributeValueUpdate,
  ComparisonOperator,
  ConditionalOperator,
  ExpectedAttributeValue,
  Condition as LegacyCondition,
} from "../../../model/generated/dynamodb.d.ts";
import { invalidParameter, validation, type Wording } from "../faults.ts";
import { type AttributeValue, typeOf, type ValueType } from "../values/attribute-value.ts";
import { compareValues } from "../values/compare.ts";
import { newMeasure, normaliseValue } from "../values/validate.ts";
import { compileTree } from "./condition.ts";
import type { Condition, Operand } from "./condition-syntax.ts";
import type { ItemCondition, KeyCondition, Projection, Update } from "./expressions.ts";
import { pathTree, project } from "./projection.ts";
import { compileActions } from "./update.ts";
import type { UpdateAction } from "./update-syntax.ts";
import { ValueTable } from "./value-table.ts";

type Given<T> = Readonly<Record<string, T>>;

/** How many values an operator takes; IN and BETWEEN apart, one or none. */
const argumentCounts: Readonly<Partial<Record<ComparisonOperator, number>>> = {
  NULL: 0,
  NOT_NULL: 0,
  BETWEEN: 2,
};
const scalars: ReadonlySet<ValueType> = new Set(["S", "N", "B"]);
const operatorTypes: Readonly<Partial<Record<ComparisonOperator, ReadonlySet<ValueType>>>> = {
  LT: scalars,
  LE: scalars,
  GT: scalars,
  GE: scalars,
  BETWEEN: scalars,
  IN: scalars,
  CONTAINS: scalars,
  NOT_CONTAINS: scalars,
  BEGINS_WITH: new Set(["S", "B"]),
};
const comparators = { EQ: "=", NE: "<>", LT: "<", LE: "<=", GT: ">", GE: ">=" } as const;

function checkArguments(operator: ComparisonOperator, values: readonly AttributeValue[]): void {
  const wanted = argumentCounts[operator] ?? 1;
  if (operator === "IN" ? values.length === 0 : values.length !== wanted) {
    throw invalidParameter(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  }
  const allowed = operatorTypes[operator];
  for (const value of values) {
    if (allowed !== undefined && !allowed.has(typeOf(value))) {
      throw invalidParameter(
        `ComparisonOperator ${operator} is not valid for ${typeOf(value)} AttributeValue type`,
      );
    }
  }
  if (values.some((value) => typeOf(value) !== typeOf(values[0]!))) {
    throw invalidParameter("AttributeValues inside AttributeValueList must be of same type");
  }
  const [low, high] = values;
  if (operator === "BETWEEN" && (compareValues(low!, high!) ?? 0) > 0) {
    throw validation(
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    );
  }
}

function testTree(
  name: string,
  operator: ComparisonOperator,
  given: readonly AttributeValue[],
  table: ValueTable,
): Condition {
  checkArguments(operator, given);
  const path: Operand = { kind: "path", path: [name] };
  const values: readonly Operand[] = given.map((value) => table.add(value));
  // As many as the operator takes, `checkArguments` has seen to that.
  const [first, second] = values as readonly [Operand, Operand];
  switch (operator) {
    case "NULL":
      return { kind: "function", name: "attribute_not_exists", operands: [path] };
    case "NOT_NULL":
      return { kind: "function", name: "attribute_exists", operands: [path] };
    case "CONTAINS":
      return { kind: "function", name: "contains", operands: [path, first] };
    case "NOT_CONTAINS":
      return { kind: "not", condition: { kind: "function", name: "contains", operands: [path, first] } };
    case "BEGINS_WITH":
      return { kind: "function", name: "begins_with", operands: [path, first] };
    case "IN":
      return { kind: "in", operand: path, list: values };
    case "BETWEEN":
      return { kind: "between", operand: path, low: first, high: second };
    default:
      return { kind: "comparison", comparator: comparators[operator], left: path, right: first };
  }
}

function joined(
  trees: readonly Condition[],
  operator: ConditionalOperator | undefined,
  table: ValueTable,
): ItemCondition["test"] {
  const kind = operator === "OR" ? "or" : "and";
  const whole = trees.reduce((left, right): Condition => ({ kind, left, right }));
  const { check, test } = compileTree(undefined, whole);
  check(table.values);
  return (item) => test(item, table.values);
}

/** QueryFilter and ScanFilter. */
export function legacyFilter(
  given: Given<LegacyCondition>,
  operator: ConditionalOperator | undefined,
  wording: Wording,
): ItemCondition | undefined {
  const names = Object.keys(given);
  if (names.length === 0) return undefined;
  const table = new ValueTable(wording);
  const trees = names.map((name) => {
    const { ComparisonOperator, AttributeValueList = [] } = given[name]!;
    return testTree(name, ComparisonOperator, AttributeValueList, table);
  });
  return { attributes: names, test: joined(trees, operator, table) };
}

/** Expected. */
export function legacyExpected(
  given: Given<ExpectedAttributeValue>,
  operator: ConditionalOperator | undefined,
): ItemCondition | undefined {
  const names = Object.keys(given);
  if (names.length === 0) return undefined;
  const table = new ValueTable();
  const trees = names.map((name) => expectedTree(name, given[name]!, table));
  return { attributes: names, test: joined(trees, operator, table) };
}

function expectedTree(name: string, expected: ExpectedAttributeValue, table: ValueTable): Condition {
  const { ComparisonOperator: operator, AttributeValueList: list, Value: value, Exists: exists } = expected;
  if (operator !== undefined) {
    if (exists !== undefined) {
      throw invalidParameter(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`);
    }
    if (value !== undefined && list !== undefined) {
      throw invalidParameter(`Value and AttributeValueList cannot be used together for Attribute: ${name}`);
    }
    if (value === undefined && list === undefined && argumentCounts[operator] !== 0) {
      throw invalidParameter(
        `Value or AttributeValueList must be used with ComparisonOperator: ${operator} for Attribute: ${name}`,
      );
    }
    return testTree(name, operator, list ?? (value === undefined ? [] : [value]), table);
  }
  if (list !== undefined) {
    throw invalidParameter(
      `AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`,
    );
  }
  if (exists === false) {
    if (value !== undefined) {
      throw invalidParameter(`Value cannot be used when Exists is false for Attribute: ${name}`);
    }
    return testTree(name, "NULL", [], table);
  }
  if (value === undefined) {
    throw invalidParameter(
      exists === true
        ? `Value must be provided when Exists is true for Attribute: ${name}`
        : `Value must be provided when Exists is null for Attribute: ${name}`,
    );
  }
  return testTree(name, "EQ", [value], table);
}

const keyOperators: Readonly<Partial<Record<ComparisonOperator, KeyCondition["tests"][number]["operator"]>>> =
  {
    EQ: "=",
    LT: "<",
    LE: "<=",
    GT: ">",
    GE: ">=",
    BETWEEN: "BETWEEN",
    BEGINS_WITH: "begins_with",
  };

/** KeyConditions. */
export function legacyKeyCondition(given: Given<LegacyCondition>): KeyCondition {
  return {
    tests: Object.entries(given).map(([attribute, { ComparisonOperator, AttributeValueList = [] }]) => {
      const operator = keyOperators[ComparisonOperator];
      if (operator === undefined)
        throw validation("Attempted conditional constraint is not an indexable operation");
      checkArguments(ComparisonOperator, AttributeValueList);
      return {
        attribute,
        operator,
        values: AttributeValueList.map((value) => normaliseValue(value, newMeasure())),
      };
    }),
  };
}

/** AttributesToGet. */
export function legacyProjection(names: readonly string[]): Projection {
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) throw invalidParameter(`Duplicate value in attribute name: ${repeated}`);
  const tree = pathTree(names.map((name) => [name]));
  return { attributes: names, project: (item) => project(item, tree) };
}

/** AttributeUpdates. */
export function legacyUpdate(given: Given<AttributeValueUpdate>): Update {
  const table = new ValueTable();
  const actions = Object.entries(given).map(([name, update]) => updateAction(name, update, table));
  const compiled = compileActions(actions, () => validation("Type mismatch for attribute to update"));
  return {
    attributes: compiled.attributes,
    // Taking something away from nothing makes no item.
    creates: actions.length === 0 || actions.some((action) => action.kind === "SET" || action.kind === "ADD"),
    apply: (item) => compiled.apply(item, table.values),
    touched: (item) => project(item, compiled.targets),
  };
}

function updateAction(
  name: string,
  { Action: action = "PUT", Value: value }: AttributeValueUpdate,
  table: ValueTable,
): UpdateAction {
  const path = [name];
  if (value === undefined) {
    if (action === "DELETE") return { kind: "REMOVE", path };
    throw invalidParameter(`Only DELETE action is allowed when no attribute value is specified`);
  }
  const operand = table.add(value);
  if (action === "PUT") return { kind: "SET", path, operand };
  const type = typeOf(value);
  if (!type.endsWith("S") || type === "S") {
    if (action === "DELETE") {
      throw invalidParameter(`DELETE action with value is not supported for the type ${type}`);
    }
    if (type !== "N") throw invalidParameter(`ADD action is not supported for the type ${type}`);
  }
  return { kind: action, path, value: operand.name };
}
