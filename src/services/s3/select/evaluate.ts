// Runs a parsed query over rows: filters, projects, aggregates.

import type { Expression, Query, Row, Step, Value } from "./expression.ts";
import { cast, functions, numeric, orderOf } from "./functions.ts";

type Compiled = (row: Value, totals: readonly Value[]) => Value;

export interface Run {
  /** What the row gives; undefined where it is filtered out or only counted. */
  add(row: Value): Row | undefined;
  /** Whether no further row can change anything. */
  readonly over: boolean;
  /** The row of aggregates, at the end. */
  end(): Row | undefined;
}

export function startRun(query: Query): Run {
  const { columns, limit = Number.POSITIVE_INFINITY, aggregates } = query;
  const where = query.where === undefined ? undefined : compile(query.where);
  const shown = columns?.map(({ name, expression }) => ({ name, value: compile(expression) }));
  const totals = aggregates.map((each) => new Total(each));
  let given = 0;
  const project = (row: Value, results: readonly Value[]): Row => {
    if (shown === undefined) return isRow(row) ? row : { _1: row };
    const made: Record<string, Value> = {};
    for (const { name, value } of shown) made[name] = value(row, results);
    return made;
  };
  return {
    add(row) {
      if (where !== undefined && where(row, []) !== true) return undefined;
      if (totals.length > 0) {
        for (const total of totals) total.add(row);
        return undefined;
      }
      given++;
      return project(row, []);
    },
    get over() {
      return totals.length === 0 && given >= limit;
    },
    end: () =>
      totals.length === 0 || limit === 0
        ? undefined
        : project(
            {},
            totals.map((total) => total.value),
          ),
  };
}

function compile(expression: Expression): Compiled {
  switch (expression.kind) {
    case "literal":
      return () => expression.value;
    case "path":
      return (row) => expression.steps.reduce<Value>(follow, row);
    case "cast": {
      const operand = compile(expression.operand);
      return (row, totals) => cast(operand(row, totals), expression.type);
    }
    case "aggregate":
      return (_row, totals) => totals[expression.slot];
    case "case": {
      const branches = expression.branches.map((each) => [compile(each.when), compile(each.result)] as const);
      const otherwise = compile(expression.otherwise);
      return (row, totals) =>
        (branches.find(([when]) => when(row, totals) === true)?.[1] ?? otherwise)(row, totals);
    }
    case "call": {
      const operands = expression.operands.map(compile);
      if (expression.name === "AND") return (row, totals) => and(operands, row, totals);
      if (expression.name === "OR") return (row, totals) => or(operands, row, totals);
      const apply = functions[expression.name]!;
      return (row, totals) => apply(operands.map((operand) => operand(row, totals)));
    }
  }
}

function and(operands: readonly Compiled[], row: Value, totals: readonly Value[]): Value {
  const values = operands.map((operand) => operand(row, totals));
  if (values.includes(false)) return false;
  return values.every((value) => value === true) ? true : null;
}

function or(operands: readonly Compiled[], row: Value, totals: readonly Value[]): Value {
  const values = operands.map((operand) => operand(row, totals));
  if (values.includes(true)) return true;
  return values.every((value) => value === false) ? false : null;
}

/** Names without quotes are found in any case; `_2` is the second column of a row that has no such name. */
export function follow(value: Value, step: Step): Value {
  if ("index" in step) return Array.isArray(value) ? value[step.index] : undefined;
  if (!isRow(value)) return undefined;
  const { name, exact } = step;
  if (Object.hasOwn(value, name)) return value[name];
  if (exact) return undefined;
  const lower = name.toLowerCase();
  const key = Object.keys(value).find((each) => each.toLowerCase() === lower);
  if (key !== undefined) return value[key];
  const place = /^_(\d+)$/.exec(name)?.[1];
  return place === undefined ? undefined : Object.values(value)[Number(place) - 1];
}

export function isRow(value: Value): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class Total {
  readonly #aggregate: Query["aggregates"][number];
  readonly #operand: Compiled | undefined;
  #count = 0;
  #sum = 0;
  #extreme: Value = null;

  constructor(aggregate: Query["aggregates"][number]) {
    this.#aggregate = aggregate;
    this.#operand = aggregate.operand === undefined ? undefined : compile(aggregate.operand);
  }

  add(row: Value): void {
    const { name } = this.#aggregate;
    const value = this.#operand === undefined ? true : this.#operand(row, []);
    if (value === null || value === undefined) return;
    this.#count++;
    if (name === "COUNT") return;
    const number = numeric(value);
    if (name === "SUM" || name === "AVG") {
      this.#sum += number ?? 0;
      return;
    }
    const candidate = number ?? value;
    const order = this.#extreme === null ? undefined : orderOf(candidate, this.#extreme);
    if (order === undefined || (name === "MIN" ? order < 0 : order > 0)) this.#extreme = candidate;
  }

  get value(): Value {
    switch (this.#aggregate.name) {
      case "COUNT":
        return this.#count;
      case "SUM":
        return this.#count === 0 ? null : this.#sum;
      case "AVG":
        return this.#count === 0 ? null : this.#sum / this.#count;
      default:
        return this.#extreme;
    }
  }
}
