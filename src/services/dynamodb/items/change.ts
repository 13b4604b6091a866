// The three ways an item changes, as one form: where the item is, and what
// comes of its state before.

import type { Update } from "../expressions/expressions.ts";
import { invalidParameter } from "../faults.ts";
import { itemSuffix, type TableLayout } from "../tables/layout.ts";
import type { Item } from "../values/attribute-value.ts";
import { checkIndexKeys, checkItemKeys, checkKey } from "./keys.ts";
import { Stored } from "./stored.ts";

export interface Change {
  /** Has at least the key attributes. */
  readonly key: Item;
  /** The item's key in the store, behind the table's prefix. */
  readonly suffix: string;
  /** Undefined where the item is gone afterwards. */
  readonly next: (before: Stored | undefined) => Stored | undefined;
}

export function putChange(table: TableLayout, stored: Stored): Change {
  const { item } = stored;
  checkItemKeys(table, item);
  if (table.indexes.length > 0) checkIndexKeys(table.indexes, item);
  return { key: item, suffix: itemSuffix(table, item), next: () => stored };
}

/** This and the following take keys in canonical form. */
export function deleteChange(table: TableLayout, key: Item): Change {
  checkKey(table, key);
  return { key, suffix: itemSuffix(table, key), next: () => undefined };
}

/** Leaves the item as it is: the condition check of a transaction. */
export function checkChange(table: TableLayout, key: Item): Change {
  checkKey(table, key);
  return { key, suffix: itemSuffix(table, key), next: (before) => before };
}

export function updateChange(table: TableLayout, key: Item, update: Update | undefined): Change {
  checkKey(table, key);
  if (update !== undefined) {
    for (const name of table.keyNames) {
      if (update.attributes.includes(name)) {
        throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
      }
    }
  }
  return {
    key,
    suffix: itemSuffix(table, key),
    next: (before) => {
      if (before === undefined && update?.creates === false) return undefined;
      const item = before?.item ?? key;
      const next = Stored.make(
        update === undefined ? item : update.apply(item),
        "older",
        "Item size to update has exceeded the maximum allowed size",
      );
      if (table.indexes.length > 0) checkIndexKeys(table.indexes, next.item, true);
      return next;
    },
  };
}
