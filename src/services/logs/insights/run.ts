// Runs the commands of a query over rows, one after another, and shows what
// comes out as texts.

import { compare, evaluate, isTrue, type QueryTime } from "./evaluate.ts";
import { functions, timeFunctions } from "./functions.ts";
import { fieldOf, type Row, type Value, withValues } from "./row.ts";
import { aggregates, gather } from "./stats.ts";
import { type Command, type Expression, type Named, QuerySyntaxError } from "./syntax.ts";

export interface ResultField {
  readonly field: string;
  readonly value: string;
}

export const mostResults = 10_000;

/** Functions that are not there are told of before the query runs. */
export function checkFunctions(commands: readonly Command[]): void {
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const node = value as { readonly type?: unknown; readonly name?: unknown };
    if (node.type === "call" && typeof node.name === "string") {
      if (functions[node.name] === undefined && aggregates[node.name] === undefined) {
        throw new QuerySyntaxError(`the function ${node.name} is not known`, 0, 0);
      }
    }
    if (!(value instanceof RegExp)) for (const each of Object.values(value)) visit(each);
  };
  visit(commands);
}

/** The commands that look at each event alone, and need not wait for the others. */
export function splitCommands(commands: readonly Command[]): {
  readonly each: readonly Command[];
  readonly rest: readonly Command[];
} {
  const end = commands.findIndex(({ type }) => !["fields", "display", "filter", "parse"].includes(type));
  return end < 0 ? { each: commands, rest: [] } : { each: commands.slice(0, end), rest: commands.slice(end) };
}

/** The row after those commands; undefined where a filter has kept it out. */
export function passOne(row: Row, commands: readonly Command[], time: QueryTime): Row | undefined {
  let current = row;
  for (const command of commands) {
    if (command.type === "filter") {
      if (!isTrue(evaluate(command.condition, current, time))) return undefined;
    } else if (command.type === "parse") {
      current = parsed(current, command, time);
    } else if (command.type === "fields" || command.type === "display") {
      current = withValues(
        current,
        command.columns.map(({ expression, name }) => [name, evaluate(expression, current, time)] as const),
      );
    }
  }
  return current;
}

function parsed(
  row: Row,
  { of, pattern, names }: Command & { readonly type: "parse" },
  time: QueryTime,
): Row {
  const value = evaluate(of, row, time);
  const match = value === undefined ? null : pattern.exec(String(value));
  if (match === null) return row;
  return withValues(
    row,
    names.map((name, index) => [name, match.groups?.[name] ?? match[index + 1]] as const),
  );
}

export function passAll(rows: readonly Row[], commands: readonly Command[], time: QueryTime): readonly Row[] {
  let current = rows;
  for (const command of commands) current = pass(current, command, time);
  return current;
}

function pass(rows: readonly Row[], command: Command, time: QueryTime): readonly Row[] {
  switch (command.type) {
    case "stats":
      return gather(rows, command, time);
    case "sort":
      return sorted(rows, command.by, time);
    case "limit":
      return rows.slice(0, Math.min(command.count, mostResults));
    case "dedup": {
      const seen = new Set<string>();
      return rows.filter((row) => {
        const keys = command.by.map((expression) => evaluate(expression, row, time));
        // Rows without a value are not alike.
        if (keys.includes(undefined)) return true;
        const name = JSON.stringify(keys);
        return !seen.has(name) && seen.add(name);
      });
    }
    default:
      return rows.flatMap((row) => passOne(row, [command], time) ?? []);
  }
}

function sorted(
  rows: readonly Row[],
  by: (Command & { readonly type: "sort" })["by"],
  time: QueryTime,
): readonly Row[] {
  const keyed = rows.map((row) => ({
    row,
    keys: by.map(({ expression }) => evaluate(expression, row, time)),
  }));
  keyed.sort((one, other) => {
    for (const [index, { descending }] of by.entries()) {
      const [left, right] = [one.keys[index], other.keys[index]];
      // What is missing comes last either way.
      const order =
        left === undefined || right === undefined
          ? Number(left === undefined) - Number(right === undefined)
          : compare(left, right) * (descending ? -1 : 1);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

/** The columns to show, of the last command that says so. */
export function columnsOf(commands: readonly Command[]): readonly Named[] {
  let columns: readonly Named[] | undefined;
  for (const command of commands) {
    if (command.type === "stats") columns = [...command.by, ...command.aggregates];
    else if (command.type === "display") columns = command.columns;
    else if (command.type === "fields") {
      const names = new Set(command.columns.map(({ name }) => name));
      columns = [...(columns ?? []).filter(({ name }) => !names.has(name)), ...command.columns];
    }
  }
  return columns ?? ["@timestamp", "@message"].map((name) => ({ name, expression: { type: "field", name } }));
}

export function shownRow(
  row: Row,
  columns: readonly Named[],
  times: ReadonlySet<string>,
): readonly ResultField[] {
  const fields = columns.flatMap(({ name }) => {
    const value = fieldOf(row, name);
    return value === undefined ? [] : [{ field: name, value: shown(value, times.has(name)) }];
  });
  return row.event === undefined ? fields : [...fields, { field: "@ptr", value: row.event.pointer }];
}

/** The columns that hold moments, however they are named. */
export function timeColumns(commands: readonly Command[]): ReadonlySet<string> {
  const times = new Set(["@timestamp", "@ingestionTime"]);
  const holdsTime = (expression: Expression): boolean =>
    (expression.type === "field" && times.has(expression.name)) ||
    (expression.type === "call" &&
      (timeFunctions.has(expression.name) ||
        (["min", "max", "earliest", "latest", "coalesce"].includes(expression.name) &&
          expression.parameters.some(holdsTime))));
  for (const command of commands) {
    const columns =
      command.type === "stats"
        ? [...command.by, ...command.aggregates]
        : command.type === "fields" || command.type === "display"
          ? command.columns
          : [];
    for (const { expression, name } of columns) if (holdsTime(expression)) times.add(name);
  }
  return times;
}

function shown(value: Value, isTime: boolean): string {
  if (isTime && typeof value === "number") {
    return new Date(value).toISOString().replace("T", " ").replace("Z", "");
  }
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" ? String(Number(value.toFixed(4))) : value;
}
