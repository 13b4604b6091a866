// Checks of key attributes, in items, in `Key` parameters and in index keys,
// with AWS's faults.

import { EmptyKeyFault, invalidParameter, validation, type Wording } from "../faults.ts";
import type { IndexLayout, KeyAttribute, Order, TableLayout } from "../tables/layout.ts";
import { type AttributeValue, attribute, type Item, typeOf } from "../values/attribute-value.ts";
import { newMeasure, normaliseItem, textSize } from "../values/validate.ts";

const longestPartitionKey = 2048;
const longestSortKey = 1024;

/** An item to be stored must have the whole key, of the right types. */
export function checkItemKeys(table: TableLayout, item: Item): void {
  for (const { name, type } of table.keyAttributes) {
    const value = attribute(item, name);
    if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
    if (value[type] === undefined) {
      throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    }
    refuseEmpty(name, value);
  }
  checkLengths(table, item);
}

/** A `Key` parameter in canonical form, whatever the table is. */
export function canonicalKey(key: Item, wording: Wording = "current"): Item {
  return normaliseItem(key, newMeasure(wording));
}

/** Exactly the key attributes. */
export function checkKey(order: Pick<Order, "partition" | "sort">, key: Item): void {
  let count = 0;
  for (const _ in key) count += 1;
  if (count !== order.partition.length + order.sort.length) throw keyMismatch();
  checkKeyAttributes(order.partition, key);
  checkKeyAttributes(order.sort, key);
  checkLengths(order, key);
}

/** An item of a batch, whose wrong key is told as a `Key` parameter's. */
export function checkBatchKeys(table: TableLayout, item: Item): void {
  checkKeyAttributes(table.keyAttributes, item);
}

export function keyMismatch(): Error {
  return validation("The provided key element does not match the schema");
}

function checkKeyAttributes(attributes: readonly KeyAttribute[], key: Item): void {
  for (const { name, type } of attributes) {
    const value = attribute(key, name);
    if (value?.[type] === undefined) throw keyMismatch();
    refuseEmpty(name, value);
  }
}

/** Key attributes are never empty. */
export function refuseEmpty(name: string, value: AttributeValue): void {
  if (value.S === "") {
    throw new EmptyKeyFault(
      `The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  if (value.B !== undefined && value.B.byteLength === 0) {
    throw new EmptyKeyFault(
      `The AttributeValue for a key attribute cannot contain an empty binary value. Key: ${name}`,
    );
  }
}

function checkLengths(order: Pick<Order, "partition" | "sort">, item: Item): void {
  if (keyLength(order.partition, item) > longestPartitionKey) {
    throw invalidParameter(
      `Size of hashkey has exceeded the maximum size limit of${longestPartitionKey} bytes`,
    );
  }
  if (keyLength(order.sort, item) > longestSortKey) {
    throw invalidParameter(
      `Aggregated size of all range keys has exceeded the size limit of ${longestSortKey} bytes`,
    );
  }
}

function keyLength(attributes: readonly KeyAttribute[], item: Item): number {
  let length = 0;
  for (const { name } of attributes) {
    const value = attribute(item, name)!;
    if (value.S !== undefined)
      length += value.S.length * 3 <= longestSortKey ? value.S.length : textSize(value.S);
    else if (value.B !== undefined) length += value.B.byteLength;
  }
  return length;
}

/** What an item has of an index's key must be of the right types and sizes; it may lack some of it. */
export function checkIndexKeys(indexes: readonly IndexLayout[], item: Item, updating = false): void {
  for (const index of indexes) {
    let complete = true;
    for (const attributes of [index.partition, index.sort]) {
      for (const { name, type } of attributes) {
        const value = attribute(item, name);
        if (value === undefined) complete = false;
        else if (value[type] === undefined) {
          throw updating
            ? validation(
                "The update expression attempted to update the secondary index key to unsupported type",
              )
            : invalidParameter(
                `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${firstWith(indexes, name)}`,
              );
        } else refuseEmptyIndexKey(indexes, name, value, updating);
      }
    }
    if (complete) checkLengths(index, item);
  }
}

/** Of several indexes that an attribute is a key of, AWS names the first of the alphabet. */
function firstWith(indexes: readonly IndexLayout[], attributeName: string): string {
  const names = indexes
    .filter(({ partition, sort }) => [...partition, ...sort].some(({ name }) => name === attributeName))
    .map(({ state }) => state.name);
  return names.sort()[0]!;
}

function refuseEmptyIndexKey(
  indexes: readonly IndexLayout[],
  name: string,
  value: AttributeValue,
  updating: boolean,
): void {
  const empty = value.S === "" ? "string" : value.B?.byteLength === 0 ? "binary" : undefined;
  if (empty === undefined) return;
  const why = `The AttributeValue for a key attribute cannot contain an empty ${empty} value.`;
  throw new EmptyKeyFault(
    updating
      ? `The update expression attempted to update a secondary index key to a value that is not supported. ${why}`
      : `A value specified for a secondary index key is not supported. ${why} IndexName: ${firstWith(indexes, name)}, IndexKey: ${name}`,
  );
}
