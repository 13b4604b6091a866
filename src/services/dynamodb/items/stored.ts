// One stored state of an item, decoded only if somebody looks inside.

import { RawJson } from "../../../model/raw-json.ts";
import { validation, type Wording } from "../faults.ts";
import type { Item } from "../values/attribute-value.ts";
import { decodeItem, encodeItem, storedJson, storedSize } from "../values/stored-item.ts";
import { newMeasure, normaliseItem } from "../values/validate.ts";

/** 400 KB, names and values together. */
const largestItem = 400 * 1024;

export class Stored {
  readonly bytes: Uint8Array;
  #item: Item | undefined;

  private constructor(bytes: Uint8Array, item?: Item) {
    this.bytes = bytes;
    this.#item = item;
  }

  static read(bytes: Uint8Array): Stored;
  static read(bytes: Uint8Array | undefined): Stored | undefined;
  static read(bytes: Uint8Array | undefined): Stored | undefined {
    return bytes === undefined ? undefined : new Stored(bytes);
  }

  /** Brings the item into canonical form; refuses what AWS would not store. */
  static make(
    given: Item,
    wording: Wording = "current",
    tooLarge = "Item size has exceeded the maximum allowed size",
  ): Stored {
    const measure = newMeasure(wording);
    const item = normaliseItem(given, measure);
    if (measure.size > largestItem) throw validation(tooLarge);
    return new Stored(encodeItem(item, measure.size, measure.binary), item);
  }

  get item(): Item {
    this.#item ??= decodeItem(this.bytes);
    return this.#item;
  }

  /** Bytes, by AWS's rules. */
  get size(): number {
    return storedSize(this.bytes);
  }

  /** The item as an output member; the JSON codec copies its text as it is. */
  get output(): Item {
    return new RawJson(storedJson(this.bytes)) as unknown as Item;
  }
}
