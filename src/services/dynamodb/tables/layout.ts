// Where a table's items, index entries and counters lie in the store, and how
// its keys are encoded. Derived from the table's record once, and kept as long
// as that record is.
//
// An item's key is (..., "item", table) then 16 bytes of the partition key's
// hash, then the sort key, order-preserving. An index entry's key is (...,
// "entry", table, index), the same of the index's own key, then the item's.

import { hash } from "node:crypto";
import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { historyPrefix } from "../history/history.ts";
import type { AttributeValue, Item } from "../values/attribute-value.ts";
import { attribute } from "../values/attribute-value.ts";
import { encodeTerminated, hashPartition, partitionHashLength } from "../values/key-encoding.ts";
import type { DestinationState, IndexState, KeyType, TableState } from "./table.ts";

/** Set to `on`, it makes a table with provisioned capacity refuse what exceeds it. */
export const throttlingTag = "cumulet:throttling";

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

/** The order of a table or of one of its indexes. */
export interface Order {
  readonly prefix: Key;
  readonly partition: readonly KeyAttribute[];
  readonly sort: readonly KeyAttribute[];
  readonly countKey: Key;
  readonly sizeKey: Key;
}

export interface IndexLayout extends Order {
  readonly state: IndexState;
  /** What an entry holds; undefined for everything. */
  readonly projected: ReadonlySet<string> | undefined;
}

export interface TableLayout extends Order {
  readonly state: TableState;
  /** Names of the table's own key attributes, the partition key first. */
  readonly keyNames: readonly string[];
  readonly keyAttributes: readonly KeyAttribute[];
  readonly indexes: readonly IndexLayout[];
  readonly expiryPrefix: Key | undefined;
  /** Operations beyond the provisioned capacity are refused. */
  readonly throttled: boolean;
  /** Changes are told to someone, or kept. */
  readonly captured: boolean;
  /** The Kinesis stream that takes changes now. */
  readonly destination: DestinationState | undefined;
  /** Where the items' former states are kept. */
  readonly historyPrefix: Key | undefined;
}

// Memoised by the identity of the decoded record, which changes with its bytes.
const layouts = new WeakMap<TableState, TableLayout>();

/** `tx` looks at the table's own account and region. */
export function layoutOf(state: TableState, tx: Transaction): TableLayout {
  let layout = layouts.get(state);
  if (layout === undefined) {
    layout = makeLayout(state, tx);
    layouts.set(state, layout);
  }
  return layout;
}

function makeLayout(state: TableState, tx: Transaction): TableLayout {
  const { storageId, timeToLive, stream, history } = state;
  const destination = state.destinations?.find(({ status }) => status === "ACTIVE" || status === "ENABLING");
  const typed = (name: string): KeyAttribute => ({ name, type: state.attributes[name]! });
  const keyNames = [...state.key.partition, ...state.key.sort];
  return {
    state,
    keyNames,
    keyAttributes: keyNames.map(typed),
    prefix: tx.key("dynamodb", "item", storageId),
    partition: state.key.partition.map(typed),
    sort: state.key.sort.map(typed),
    countKey: tx.key("dynamodb", "count", storageId),
    sizeKey: tx.key("dynamodb", "size", storageId),
    expiryPrefix:
      timeToLive === undefined ? undefined : tx.key("dynamodb", "expiry", storageId, timeToLive.id),
    throttled: state.billing === "PROVISIONED" && state.tags[throttlingTag] === "on",
    captured: stream?.enabled === true || history !== undefined || destination !== undefined,
    destination,
    historyPrefix: history === undefined ? undefined : historyPrefix(tx, storageId, history.id),
    indexes: state.indexes.map((index) => ({
      state: index,
      prefix: tx.key("dynamodb", "entry", storageId, index.id),
      partition: index.key.partition.map(typed),
      sort: index.key.sort.map(typed),
      projected:
        index.projection.type === "ALL"
          ? undefined
          : new Set([...keyNames, ...index.key.partition, ...index.key.sort, ...index.projection.attributes]),
      countKey: tx.key("dynamodb", "count", storageId, index.id),
      sizeKey: tx.key("dynamodb", "size", storageId, index.id),
    })),
  };
}

/** The end of an item's key, behind the table's prefix; the key attributes are there and valid. */
export function itemSuffix(table: TableLayout, item: Item): string {
  return partitionHash(table, item) + sortText(table, item);
}

export function partitionHash(order: Order, item: Item): string {
  const [first, ...more] = order.partition;
  const value = attribute(item, first!.name)!;
  return hashPartition(
    more.length === 0 ? [value] : order.partition.map(({ name }) => attribute(item, name)!),
  );
}

export function sortText(order: Order, item: Item): string {
  let text = "";
  for (const { name } of order.sort) text += encodeTerminated(attribute(item, name) as AttributeValue);
  return text;
}

/** The key of the item's entry; undefined where it lacks a key attribute of the index, or has one of another type. */
export function entryKey(index: IndexLayout, item: Item, suffix: string): Key | undefined {
  for (const { name, type } of index.partition) {
    if (attribute(item, name)?.[type] === undefined) return undefined;
  }
  for (const { name, type } of index.sort) {
    if (attribute(item, name)?.[type] === undefined) return undefined;
  }
  return index.prefix + partitionHash(index, item) + sortText(index, item) + entryTail(suffix);
}

const longestTail = 1200;

/**
 * The item's key at the end of an entry's. Sort keys of zero bytes take two for
 * each, so that the longest of index and table together exceed the store's
 * limit for keys: such a tail is hashed. It only has to tell entries apart.
 */
function entryTail(suffix: string): string {
  if (suffix.length <= longestTail) return suffix;
  const beginning = suffix.slice(0, partitionHashLength);
  return beginning + hash("sha256", Buffer.from(suffix, "latin1"), "binary");
}
