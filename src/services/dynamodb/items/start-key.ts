// Paging by keys: LastEvaluatedKey as it is shown, and ExclusiveStartKey as
// the place in the store where it leads.

import { Fault } from "../../../core/fault.ts";
import type { Range } from "../../../core/ports/store.ts";
import {
  entryKey,
  type IndexLayout,
  itemSuffix,
  type KeyAttribute,
  type TableLayout,
} from "../tables/layout.ts";
import { type AttributeValue, attribute, type Item, setAttribute } from "../values/attribute-value.ts";
import { checkKey } from "./keys.ts";

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

/** What is thrown where the start key has not the right attributes, and where it is not in the range. */
export interface StartFaults {
  readonly mismatch: (detail: string) => Error;
  readonly outside: (start: Item) => Error;
}

/** The rest of the range behind the start key, which is in canonical form. */
export function afterStart(
  table: TableLayout,
  index: IndexLayout | undefined,
  range: Range,
  key: Item | undefined,
  reverse: boolean,
  { mismatch, outside }: StartFaults,
): Range {
  if (key === undefined) return range;
  checkStart(table, index, key, mismatch);
  const suffix = itemSuffix(table, key);
  const at = index === undefined ? table.prefix + suffix : entryKey(index, key, suffix)!;
  if (at < range.start || at >= range.end) throw outside(key);
  return reverse ? { start: range.start, end: at } : { start: `${at}\0`, end: range.end };
}

function checkStart(
  table: TableLayout,
  index: IndexLayout | undefined,
  key: Item,
  mismatch: StartFaults["mismatch"],
): void {
  try {
    checkKey({ partition: keyAttributes(table, index), sort: [] }, key);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw mismatch(error.message);
  }
}
