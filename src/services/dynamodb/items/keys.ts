// Checks of key attributes, in items, in `Key` parameters and in index keys,
// with AWS's faults.

import { invalidParameter, validation } from "../faults.ts";
import type { IndexLayout, KeyAttribute, Order, TableLayout } from "../tables/layout.ts";
import { type AttributeValue, attribute, type Item, typeOf } from "../values/attribute-value.ts";
import { newMeasure, normaliseValue, textSize } from "../values/validate.ts";

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

/** A `Key` parameter: exactly the key attributes; the result is in canonical form. */
export function normaliseKey(order: Pick<Order, "partition" | "sort">, key: Item): Item {
  let canonical: Record<string, AttributeValue> | undefined;
  let count = 0;
  for (const name in key) {
    count += 1;
    const value = key[name]!;
    const normal = normaliseValue(value, newMeasure());
    if (normal !== value) {
      canonical ??= { ...key };
      canonical[name] = normal;
    }
  }
  const result = canonical ?? key;
  if (count !== order.partition.length + order.sort.length) throw keyMismatch();
  checkKeyAttributes(order.partition, result);
  checkKeyAttributes(order.sort, result);
  checkLengths(order, result);
  return result;
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
    throw validation(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  if (value.B !== undefined && value.B.byteLength === 0) {
    throw validation(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: ${name}`,
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
        if (value === undefined) {
          complete = false;
          continue;
        }
        if (value[type] === undefined) {
          if (updating) {
            throw validation(
              "The update expression attempted to update the secondary index key to unsupported type",
            );
          }
          throw invalidParameter(
            `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.state.name}`,
          );
        }
        refuseEmptyIndexKey(index.state.name, name, value);
      }
    }
    if (complete) checkLengths(index, item);
  }
}

function refuseEmptyIndexKey(index: string, name: string, value: AttributeValue): void {
  const empty = value.S === "" ? "string" : value.B?.byteLength === 0 ? "binary" : undefined;
  if (empty === undefined) return;
  throw validation(
    "One or more parameter values are not valid. A value specified for a secondary index key is not supported. " +
      `The AttributeValue for a key attribute cannot contain an empty ${empty} value. IndexName: ${index}, IndexKey: ${name}`,
  );
}
