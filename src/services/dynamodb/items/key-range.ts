// Which stretch of a table or an index a key condition means, a scan segment
// covers, or an exclusive start key leaves.

import type { Key, Range } from "../../../core/ports/store.ts";
import type { KeyCondition } from "../expressions/expressions.ts";
import { invalidParameter, validation } from "../faults.ts";
import type { Order } from "../tables/layout.ts";
import type { AttributeValue } from "../values/attribute-value.ts";
import { encodePrefix, encodeTerminated, hashPartition } from "../values/key-encoding.ts";
import { refuseEmpty } from "./keys.ts";

type KeyTest = KeyCondition["tests"][number];

/** The partition's values must be equal to something, and the sort key's first so many; of the next one a range. */
export function queryRange(order: Order, condition: KeyCondition): Range {
  const tests = new Map(condition.tests.map((test) => [test.attribute, test]));
  const keys = order.partition.length + order.sort.length;
  if (tests.size > keys) {
    throw validation(
      `The number of query conditions (${tests.size}) exceeds the number of key attributes defined in the schema (${keys})`,
    );
  }
  const partition = order.partition.map(({ name, type }) => {
    const test = takeTest(tests, name, type);
    if (test === undefined) throw validation(`Query condition missed key schema element: ${name}`);
    if (test.operator !== "=") throw validation("Query key condition not supported");
    return test.values[0]!;
  });
  refuseGaps(order, tests);
  let base = order.prefix + hashPartition(partition);
  for (const { name, type } of order.sort) {
    const test = takeTest(tests, name, type);
    if (test === undefined) break;
    if (test.operator !== "=") {
      refuseRest(order, tests);
      return sortRange(base, test);
    }
    base += encodeTerminated(test.values[0]!);
  }
  refuseRest(order, tests);
  return { start: base, end: successor(base) };
}

/** Of several sort attributes, those before the last that is asked about must each be equal to something. */
function refuseGaps({ sort }: Order, tests: ReadonlyMap<string, KeyTest>): void {
  const last = sort.findLastIndex(({ name }) => tests.has(name));
  const lacking = sort.slice(0, Math.max(last, 0)).filter(({ name }) => tests.get(name)?.operator !== "=");
  if (lacking.length === 0) return;
  throw validation(
    `RANGE key attributes ${lacking.map(({ name }) => name).join(", ")} must have equality conditions specified in the query ` +
      `because a condition is present on key attribute ${sort[last]!.name}`,
  );
}

function takeTest(tests: Map<string, KeyTest>, name: string, type: "S" | "N" | "B"): KeyTest | undefined {
  const test = tests.get(name);
  if (test === undefined) return undefined;
  tests.delete(name);
  for (const value of test.values) {
    if (value[type] === undefined)
      throw invalidParameter("Condition parameter type does not match schema type");
    if (test.operator !== "begins_with") refuseEmpty(name, value);
  }
  return test;
}

function refuseRest(order: Order, rest: ReadonlyMap<string, KeyTest>): void {
  if (rest.size === 0) return;
  const [sort] = order.sort;
  throw validation(
    sort !== undefined && !rest.has(sort.name)
      ? `Query condition missed key schema element: ${sort.name}`
      : "Query key condition not supported",
  );
}

function sortRange(base: Key, { operator, values }: KeyTest): Range {
  const [first, second] = values as readonly [AttributeValue, AttributeValue | undefined];
  const whole = { start: base, end: successor(base) };
  const at = base + encodeTerminated(first);
  switch (operator) {
    case "<":
      return { ...whole, end: at };
    case "<=":
      return { ...whole, end: successor(at) };
    case ">":
      return { ...whole, start: successor(at) };
    case ">=":
      return { ...whole, start: at };
    case "BETWEEN":
      return { start: at, end: successor(base + encodeTerminated(second!)) };
    default: {
      const beginning = base + encodePrefix(first);
      return { start: beginning, end: successor(beginning) };
    }
  }
}

/** The least key above all that begin with `key`. */
export function successor(key: Key): Key {
  let length = key.length;
  while (key.charCodeAt(length - 1) === 0xff) length -= 1;
  return key.slice(0, length - 1) + String.fromCharCode(key.charCodeAt(length - 1) + 1);
}

/** Hashes are spread evenly, so that equal parts of their space hold about equally many items. */
export function segmentRange(order: Order, segment: number, total: number): Range {
  return {
    start: order.prefix + boundary(segment, total),
    end: segment + 1 === total ? successor(order.prefix) : order.prefix + boundary(segment + 1, total),
  };
}

function boundary(segment: number, total: number): string {
  const point = Math.floor((segment * 2 ** 32) / total);
  return String.fromCharCode(
    (point >>> 24) & 0xff,
    (point >>> 16) & 0xff,
    (point >>> 8) & 0xff,
    point & 0xff,
  );
}
