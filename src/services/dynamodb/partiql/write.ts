// INSERT, UPDATE, DELETE and EXISTS as steps that write or check one item.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  Delete,
  Exists,
  Expression,
  Insert,
  Returning,
  Update,
  Change as WrittenChange,
} from "../../../lang/partiql/index.ts";
import type { ItemCondition, Update as ItemUpdate } from "../expressions/expressions.ts";
import { project } from "../expressions/projection.ts";
import { compileActions } from "../expressions/update.ts";
import type { UpdateAction, UpdateOperand } from "../expressions/update-syntax.ts";
import { ValueTable } from "../expressions/value-table.ts";
import { validation } from "../faults.ts";
import { checkChange, deleteChange, putChange, updateChange } from "../items/change.ts";
import { Stored } from "../items/stored.ts";
import type { Step } from "../operations/steps.ts";
import { targetTable } from "../operations/target.ts";
import type { TableLayout } from "../tables/layout.ts";
import { type AttributeValue, attribute, type Item, setAttribute } from "../values/attribute-value.ts";
import { type Bound, constant, malformed, required, structItem } from "./binding.ts";
import { conjuncts, keyTest, unrecognized, whereCondition } from "./condition.ts";

export interface WritingStep extends Step {
  readonly returning?: Returning | undefined;
  readonly update?: ItemUpdate | undefined;
}

export const duplicateItem = { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" };

export async function writingStep(
  { statement, parameters }: Bound,
  caller: Transaction,
  showsOld: boolean,
): Promise<WritingStep> {
  switch (statement.kind) {
    case "insert":
      return insertStep(statement, parameters, caller, showsOld);
    case "update":
      return updateStep(statement, parameters, caller, showsOld);
    case "delete":
      return deleteStep(statement, parameters, caller, showsOld);
    case "exists":
      return existsStep(statement, parameters, caller, showsOld);
    case "select":
      throw validation("Unexpected SELECT among statements that write");
  }
}

type Parameters = readonly AttributeValue[];

async function insertStep(
  { into, value }: Insert,
  parameters: Parameters,
  caller: Transaction,
  showsOld: boolean,
): Promise<WritingStep> {
  if (into.index !== undefined) throw malformed("Unexpected path component");
  const stored = Stored.make(structItem(value, parameters));
  const { table, tx } = await targetTable(caller, into.table, "PartiQLInsert");
  const condition = { attributes: [], test: (item: Item) => !exists(table, item) };
  const changeOf = (layout: TableLayout) => putChange(layout, stored);
  return { table, tx, changeOf, condition, failure: duplicateItem, writes: true, showsOld };
}

async function updateStep(
  statement: Update,
  parameters: Parameters,
  caller: Transaction,
  showsOld: boolean,
): Promise<WritingStep> {
  if (statement.table.index !== undefined) throw malformed("Unexpected path component");
  const { table, tx } = await targetTable(caller, statement.table.table, "PartiQLUpdate");
  const { key, condition } = itemOf(table, statement.where, parameters);
  const update = updateOf(statement.changes, parameters);
  return {
    table,
    tx,
    changeOf: (layout) => updateChange(layout, key, update),
    condition: {
      attributes: [],
      test: (item) => exists(table, item) && (condition === undefined || condition.test(item)),
    },
    writes: true,
    showsOld,
    returning: statement.returning,
    update,
  };
}

async function deleteStep(
  statement: Delete,
  parameters: Parameters,
  caller: Transaction,
  showsOld: boolean,
): Promise<WritingStep> {
  const { returning, from, where } = statement;
  if (from.index !== undefined) throw malformed("Unexpected path component");
  if (returning !== undefined && (returning.which !== "ALL" || returning.state !== "OLD")) {
    throw validation("DELETE statement only supports RETURNING ALL OLD *");
  }
  const { table, tx } = await targetTable(caller, from.table, "PartiQLDelete");
  const { key, condition } = itemOf(table, where, parameters);
  return {
    table,
    tx,
    changeOf: (layout) => deleteChange(layout, key),
    // To delete what is not there succeeds and does nothing.
    condition: condition && {
      attributes: [],
      test: (item) => !exists(table, item) || condition.test(item),
    },
    writes: true,
    showsOld,
    returning,
  };
}

async function existsStep(
  { select }: Exists,
  parameters: Parameters,
  caller: Transaction,
  showsOld: boolean,
): Promise<WritingStep> {
  const { table, tx } = await targetTable(caller, select.from.table, "PartiQLSelect");
  const { key, condition } = itemOf(table, select.where, parameters);
  if (condition === undefined) {
    throw validation("EXISTS() must contain a single item read with additional condition");
  }
  return {
    table,
    tx,
    changeOf: (layout) => checkChange(layout, key),
    condition: {
      attributes: [],
      test: (item) => exists(table, item) && condition.test(item),
    },
    writes: false,
    showsOld,
  };
}

function exists(table: TableLayout, item: Item): boolean {
  return attribute(item, table.keyNames[0]!) !== undefined;
}

export interface OneItem {
  readonly key: Item;
  /** What the clause says beside the key. */
  readonly condition: ItemCondition | undefined;
}

/** The one item that a WHERE clause means; undefined where it does not fix the whole key. */
export function oneItem(
  table: TableLayout,
  where: Expression | undefined,
  parameters: Parameters,
): OneItem | undefined {
  const key: Record<string, AttributeValue> = {};
  const rest: Expression[] = [];
  for (const conjunct of conjuncts(where)) {
    const test = keyTest(conjunct, parameters);
    if (
      test?.operator === "=" &&
      table.keyNames.includes(test.attribute) &&
      attribute(key, test.attribute) === undefined
    ) {
      setAttribute(key, test.attribute, test.values[0]!);
    } else rest.push(conjunct);
  }
  if (table.keyNames.some((name) => attribute(key, name) === undefined)) return undefined;
  const joined = rest.reduce<Expression | undefined>(
    (left, right) => (left === undefined ? right : { kind: "and", left, right }),
    undefined,
  );
  return { key, condition: joined === undefined ? undefined : whereCondition(joined, parameters) };
}

function itemOf(table: TableLayout, where: Expression | undefined, parameters: Parameters): OneItem {
  const found = oneItem(table, where, parameters);
  if (found === undefined) {
    throw validation("Where clause does not contain a mandatory equality on all key attributes");
  }
  return found;
}

function updateOf(changes: readonly WrittenChange[], parameters: Parameters): ItemUpdate {
  const table = new ValueTable();
  const actions = changes.map((change) => actionOf(change, parameters, table));
  const compiled = compileActions(actions);
  compiled.check(table.values);
  return {
    attributes: compiled.attributes,
    creates: true,
    apply: (item) => compiled.apply(item, table.values),
    touched: (item) => project(item, compiled.targets),
  };
}

function actionOf(change: WrittenChange, parameters: Parameters, table: ValueTable): UpdateAction {
  const { path } = change;
  if (change.kind === "remove") return { kind: "REMOVE", path };
  const { value } = change;
  if (value.kind === "call" && (value.name === "set_add" || value.name === "set_delete")) {
    const [target, members] = value.operands;
    const name = value.name.toUpperCase();
    if (target === undefined || members === undefined || value.operands.length !== 2) {
      throw validation(`${name} must have exactly two arguments at ${value.place}`);
    }
    if (target.kind !== "path" || JSON.stringify(target.path) !== JSON.stringify(path)) {
      throw validation(`The first argument to ${name} must equal the assignment value at ${value.place}`);
    }
    const set = required(members, parameters);
    if (set.SS === undefined && set.NS === undefined && set.BS === undefined) {
      // Where AWS points is the first argument.
      throw validation(`The second argument to ${name} must be a value with type SET at ${target.place}`);
    }
    return { kind: value.name === "set_add" ? "ADD" : "DELETE", path, value: table.add(set).name };
  }
  return { kind: "SET", path, operand: updateOperand(value, parameters, table) };
}

function updateOperand(expression: Expression, parameters: Parameters, table: ValueTable): UpdateOperand {
  const value = constant(expression, parameters);
  if (value !== undefined) return table.add(value);
  if (expression.kind === "path") return { kind: "path", path: expression.path };
  if (expression.kind === "arithmetic") {
    const left = updateOperand(expression.left, parameters, table);
    const right = updateOperand(expression.right, parameters, table);
    return { kind: "arithmetic", operator: expression.operator, left, right };
  }
  if (expression.kind === "call") {
    const [first, second] = expression.operands;
    if (expression.name !== "list_append" && expression.name !== "if_not_exists") {
      throw unrecognized(expression);
    }
    if (first === undefined || second === undefined || expression.operands.length !== 2) {
      throw malformed("Unexpected number of arguments");
    }
    const right = updateOperand(second, parameters, table);
    if (expression.name === "list_append") {
      return { kind: "list_append", left: updateOperand(first, parameters, table), right };
    }
    if (expression.name === "if_not_exists" && first.kind === "path") {
      return { kind: "if_not_exists", path: first.path, otherwise: right };
    }
  }
  throw malformed("Unsupported function");
}
