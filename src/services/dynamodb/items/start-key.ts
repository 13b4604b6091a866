// Paging by keys: LastEvaluatedKey as it is shown, and ExclusiveStartKey as
// the place in the store where it leads.

import { Fault } from "../../../core/fault.ts";
import type { Range } from "../../../core/ports/store.ts";
import { validation } from "../faults.ts";
import {
  entryKey,
  type IndexLayout,
  itemSuffix,
  type KeyAttribute,
  type TableLayout,
} from "../tables/layout.ts";
import { type AttributeValue, attribute, type Item, setAttribute } from "../values/attribute-value.ts";
import { normaliseKey } from "./keys.ts";

/** The key attributes of the index, then of the table. */
export function keyOf(table: TableLayout, index: IndexLayout | undefined, item: Item): Item {
  const key: Record<string, AttributeValue> = {};
  for (const { name } of keyAttributes(table, index)) setAttribute(key, name, attribute(item, name)!);
  return key;
}

function keyAttributes(table: TableLayout, index: IndexLayout | undefined): readonly KeyAttribute[] {
  const own = table.keyAttributes;
  if (index === undefined) return own;
  const first = [...index.partition, ...index.sort];
  return [...first, ...own.filter(({ name }) => !first.some((other) => other.name === name))];
}

/** The rest of the range behind the start key; `outside` is thrown where that key is not in the range. */
export function afterStart(
  table: TableLayout,
  index: IndexLayout | undefined,
  range: Range,
  given: Item | undefined,
  reverse: boolean,
  outside: () => Error,
): Range {
  if (given === undefined) return range;
  const key = checkStart(table, index, given);
  const suffix = itemSuffix(table, key);
  const at = index === undefined ? table.prefix + suffix : entryKey(index, key, suffix)!;
  if (at < range.start || at >= range.end) throw outside();
  return reverse ? { start: range.start, end: at } : { start: `${at}\0`, end: range.end };
}

function checkStart(table: TableLayout, index: IndexLayout | undefined, given: Item): Item {
  try {
    return normaliseKey({ partition: keyAttributes(table, index), sort: [] }, given);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validation(`The provided starting key is invalid: ${error.message}`);
  }
}
