// Update expressions as functions from an item to its next state. All right
// sides see the item as it was; then the actions are applied together.

import { validation } from "../faults.ts";
import {
  type AttributeValue,
  attribute,
  type Item,
  setAttribute,
  typeOf,
  type ValueType,
} from "../values/attribute-value.ts";
import { addNumbers, subtractNumbers } from "../values/number.ts";
import { addToSet, removeFromSet } from "../values/sets.ts";
import type { Values } from "./condition.ts";
import { invalidExpression } from "./errors.ts";
import { type Names, type Path, valueAt } from "./path.ts";
import { type PathTree, pathTree } from "./projection.ts";
import { type ParsedUpdate, parseUpdate, type UpdateAction, type UpdateOperand } from "./update-syntax.ts";

type Read = (item: Item, values: Values) => AttributeValue;

/** The value an action gives to its place, undefined to take the place away. */
type Change = (old: AttributeValue | undefined, item: Item, values: Values) => AttributeValue | undefined;

/** Actions merged by their common beginnings. */
interface ChangeTree {
  change?: Change;
  readonly children: Map<string | number, ChangeTree>;
}

export interface CompiledUpdate {
  readonly parsed: ParsedUpdate;
  /** The first elements of all target paths, distinct. */
  readonly attributes: readonly string[];
  /** The target paths, for UPDATED_OLD and UPDATED_NEW. */
  readonly targets: PathTree;
  readonly check: (values: Values) => void;
  /** The item given is left as it is; what did not change is shared. */
  readonly apply: (item: Item, values: Values) => Item;
}

export function compileUpdate(text: string, names: Names | undefined): CompiledUpdate {
  const parsed = parseUpdate(text, names);
  return { parsed, ...compileActions(parsed.actions) };
}

/** `mismatch` is thrown where ADD and DELETE meet an attribute of another type. */
export function compileActions(
  actions: readonly UpdateAction[],
  mismatch: () => Error = wrongData,
): Omit<CompiledUpdate, "parsed"> {
  const checks: ((values: Values) => void)[] = [];
  const root: ChangeTree = { children: new Map() };
  for (const action of actions) plant(root, action.path, compileAction(action, checks, mismatch));
  const paths = actions.map((action) => action.path);
  return {
    attributes: [...new Set(paths.map((path) => path[0] as string))],
    targets: pathTree(paths),
    check: (values) => {
      for (const check of checks) check(values);
    },
    apply: (item, values) => applyToMap(item, root, item, values),
  };
}

function plant(root: ChangeTree, path: Path, change: Change): void {
  let node = root;
  for (const element of path) {
    let child = node.children.get(element);
    if (child === undefined) {
      child = { children: new Map() };
      node.children.set(element, child);
    }
    node = child;
  }
  node.change = change;
}

const addable: ReadonlySet<ValueType> = new Set(["N", "SS", "NS", "BS"]);
const deletable: ReadonlySet<ValueType> = new Set(["SS", "NS", "BS"]);
const typeWords: Readonly<Record<ValueType, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  M: "MAP",
  L: "LIST",
  NULL: "NULL",
  BOOL: "BOOLEAN",
};

function compileAction(
  action: UpdateAction,
  checks: ((values: Values) => void)[],
  mismatch: () => Error,
): Change {
  switch (action.kind) {
    case "SET": {
      const read = compileOperand(action.operand, checks);
      return (_old, item, values) => read(item, values);
    }
    case "REMOVE":
      return () => undefined;
    case "ADD": {
      const { value } = action;
      checks.push((values) => requireActionType("ADD", values[value]!, addable, "ALLOWED_FOR_ADD_OPERAND"));
      return (old, _item, values) => add(old, values[value]!, mismatch);
    }
    case "DELETE": {
      const { value } = action;
      checks.push((values) =>
        requireActionType("DELETE", values[value]!, deletable, "ALLOWED_FOR_DELETE_OPERAND"),
      );
      return (old, _item, values) => (old === undefined ? undefined : removed(old, values[value]!, mismatch));
    }
  }
}

function requireActionType(
  operator: string,
  value: AttributeValue,
  allowed: ReadonlySet<ValueType>,
  set: string,
): void {
  const type = typeOf(value);
  if (allowed.has(type)) return;
  throw invalidExpression(
    "UpdateExpression",
    `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${typeWords[type]}, typeSet: ${set}`,
  );
}

function add(old: AttributeValue | undefined, value: AttributeValue, mismatch: () => Error): AttributeValue {
  if (old === undefined) return value;
  if (old.N !== undefined && value.N !== undefined) return { N: addNumbers(old.N, value.N) };
  const union = addToSet(old, value);
  if (union === undefined) throw mismatch();
  return union;
}

function removed(
  old: AttributeValue,
  value: AttributeValue,
  mismatch: () => Error,
): AttributeValue | undefined {
  const rest = removeFromSet(old, value);
  if (rest === undefined) throw mismatch();
  return rest === "empty" ? undefined : rest;
}

function wrongData(): Error {
  return validation("An operand in the update expression has an incorrect data type");
}

function invalidPath(): Error {
  return validation("The document path provided in the update expression is invalid for update");
}

function compileOperand(operand: UpdateOperand, checks: ((values: Values) => void)[]): Read {
  switch (operand.kind) {
    case "value": {
      const { name } = operand;
      return (_item, values) => values[name]!;
    }
    case "path": {
      const { path } = operand;
      return (item) => {
        const value = valueAt(item, path);
        if (value === undefined) {
          throw validation("The provided expression refers to an attribute that does not exist in the item");
        }
        return value;
      };
    }
    case "if_not_exists": {
      const { path } = operand;
      const otherwise = compileOperand(operand.otherwise, checks);
      return (item, values) => valueAt(item, path) ?? otherwise(item, values);
    }
    case "arithmetic": {
      const { operator } = operand;
      requireLiteral(operator, "N", [operand.left, operand.right], checks);
      const left = compileOperand(operand.left, checks);
      const right = compileOperand(operand.right, checks);
      const calculate = operator === "+" ? addNumbers : subtractNumbers;
      return (item, values) => {
        const a = left(item, values).N;
        const b = right(item, values).N;
        if (a === undefined || b === undefined) throw wrongData();
        return { N: calculate(a, b) };
      };
    }
    case "list_append": {
      requireLiteral("list_append", "L", [operand.left, operand.right], checks);
      const left = compileOperand(operand.left, checks);
      const right = compileOperand(operand.right, checks);
      return (item, values) => {
        const a = left(item, values).L;
        const b = right(item, values).L;
        if (a === undefined || b === undefined) throw wrongData();
        return { L: [...a, ...b] };
      };
    }
  }
}

/** A literal of the wrong type is found before the item is read. */
function requireLiteral(
  operator: string,
  wanted: ValueType,
  operands: readonly UpdateOperand[],
  checks: ((values: Values) => void)[],
): void {
  for (const operand of operands) {
    if (operand.kind !== "value") continue;
    const { name } = operand;
    checks.push((values) => {
      const type = typeOf(values[name]!);
      if (type === wanted) return;
      throw invalidExpression(
        "UpdateExpression",
        `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
      );
    });
  }
}

function applyToMap(map: Item, tree: ChangeTree, item: Item, values: Values): Item {
  const next: Record<string, AttributeValue> = { ...map };
  for (const [name, child] of tree.children) {
    const value = applyToPlace(attribute(map, name as string), child, item, values);
    if (value === undefined) delete next[name];
    else setAttribute(next, name as string, value);
  }
  return next;
}

function applyToList(
  list: readonly AttributeValue[],
  tree: ChangeTree,
  item: Item,
  values: Values,
): AttributeValue[] {
  const next: (AttributeValue | undefined)[] = list.slice();
  // Positions beyond the end mean "at the end", in the order of their numbers; removals leave a gap closed below.
  const positions = [...tree.children.keys()] as number[];
  for (const position of positions.sort((a, b) => a - b)) {
    const value = applyToPlace(list[position], tree.children.get(position)!, item, values);
    if (position < list.length) next[position] = value;
    else if (value !== undefined) next.push(value);
  }
  return next.filter((element) => element !== undefined);
}

function applyToPlace(
  old: AttributeValue | undefined,
  tree: ChangeTree,
  item: Item,
  values: Values,
): AttributeValue | undefined {
  if (tree.change !== undefined) return tree.change(old, item, values);
  const [first] = tree.children.keys();
  if (typeof first === "number") {
    if (old?.L === undefined) throw invalidPath();
    return { L: applyToList(old.L, tree, item, values) };
  }
  if (old?.M === undefined) throw invalidPath();
  return { M: applyToMap(old.M, tree, item, values) };
}
