// `stats`: rows are gathered in groups, and each group becomes a row.

import { compare, evaluate, numberOf, type QueryTime } from "./evaluate.ts";
import type { Row, Value } from "./row.ts";
import type { Command, Expression, Named } from "./syntax.ts";

type Aggregate = (
  values: readonly (Value | undefined)[],
  more: readonly Value[],
  rows: readonly Row[],
) => Value | undefined;

const present = (values: readonly (Value | undefined)[]): readonly Value[] =>
  values.filter((value) => value !== undefined);

const numbers = (values: readonly (Value | undefined)[]): readonly number[] =>
  values.map(numberOf).filter((value) => value !== undefined);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : sum(values) / values.length;

function percentile(values: readonly (Value | undefined)[], percent: number): number | undefined {
  const sorted = numbers(values).toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1))];
}

function deviation(values: readonly (Value | undefined)[]): number | undefined {
  const all = numbers(values);
  const middle = mean(all);
  if (middle === undefined) return undefined;
  return Math.sqrt(sum(all.map((value) => (value - middle) ** 2)) / all.length);
}

function extreme(values: readonly (Value | undefined)[], sign: 1 | -1): Value | undefined {
  const all = present(values);
  if (all.length === 0) return undefined;
  return all.reduce((best, value) => (compare(value, best) * sign > 0 ? value : best));
}

/** The value in the row whose time is first, or last. */
function inTime(
  values: readonly (Value | undefined)[],
  rows: readonly Row[],
  sign: 1 | -1,
): Value | undefined {
  let best: { readonly at: number; readonly value: Value } | undefined;
  for (const [index, value] of values.entries()) {
    const at = rows[index]?.event?.timestamp;
    if (value === undefined || at === undefined) continue;
    if (best === undefined || (at - best.at) * sign > 0) best = { at, value };
  }
  return best?.value;
}

export const aggregates: Readonly<Record<string, Aggregate>> = {
  count: (values) => present(values).length,
  count_distinct: (values) => new Set(present(values).map(String)).size,
  sum: (values) => sum(numbers(values)),
  avg: (values) => mean(numbers(values)),
  min: (values) => extreme(values, -1),
  max: (values) => extreme(values, 1),
  median: (values) => percentile(values, 50),
  pct: (values, [percent]) => percentile(values, Number(percent)),
  percentile: (values, [percent]) => percentile(values, Number(percent)),
  stddev: deviation,
  earliest: (values, _more, rows) => inTime(values, rows, -1),
  latest: (values, _more, rows) => inTime(values, rows, 1),
  sortsfirst: (values) => present(values).map(String).toSorted()[0],
  sortslast: (values) => present(values).map(String).toSorted().at(-1),
};

export function gather(
  rows: readonly Row[],
  { aggregates: wanted, by }: Command & { readonly type: "stats" },
  time: QueryTime,
): readonly Row[] {
  const groups = new Map<string, { readonly keys: readonly (Value | undefined)[]; readonly rows: Row[] }>();
  for (const row of rows) {
    const keys = by.map(({ expression }) => evaluate(expression, row, time));
    const name = JSON.stringify(keys);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { keys, rows: [row] });
    else group.rows.push(row);
  }
  if (by.length === 0 && groups.size === 0) groups.set("", { keys: [], rows: [] });
  return [...groups.values()].map(({ keys, rows: own }) => {
    const values = new Map<string, Value>();
    const set = (named: Named, value: Value | undefined): void => {
      if (value !== undefined) values.set(named.name, value);
    };
    for (const [index, named] of by.entries()) set(named, keys[index]);
    for (const named of wanted) set(named, aggregate(named.expression, own, time));
    return { values };
  });
}

/** Aggregates may stand within arithmetic: `sum(a) / count(*)`. */
function aggregate(expression: Expression, rows: readonly Row[], time: QueryTime): Value | undefined {
  if (expression.type === "call") {
    const [of, ...more] = expression.parameters;
    const made = aggregates[expression.name];
    if (made !== undefined) {
      const values = rows.map((row) =>
        of === undefined || of.type === "star" ? true : evaluate(of, row, time),
      );
      const given = more.map((each) => evaluate(each, nothing, time) ?? 0);
      return made(values, given, rows);
    }
    const parameters = expression.parameters.map((each) => literal(aggregate(each, rows, time)));
    return evaluate({ ...expression, parameters }, nothing, time);
  }
  if (expression.type === "binary") {
    const left = literal(aggregate(expression.left, rows, time));
    const right = literal(aggregate(expression.right, rows, time));
    return evaluate({ ...expression, left, right }, nothing, time);
  }
  return evaluate(expression, rows[0] ?? nothing, time);
}

const nothing: Row = { values: new Map() };

function literal(value: Value | undefined): Expression {
  return value === undefined ? { type: "star" } : { type: "literal", value };
}
