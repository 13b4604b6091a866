// The values of a tree that was not parsed from an expression, under the names
// that the tree refers to them by.

import type { AttributeValue } from "../values/attribute-value.ts";
import { newMeasure, normaliseValue } from "../values/validate.ts";

export class ValueTable {
  readonly values: Record<string, AttributeValue> = {};
  #count = 0;

  add(value: AttributeValue): { readonly kind: "value"; readonly name: string } {
    const name = `:${this.#count}`;
    this.#count += 1;
    this.values[name] = normaliseValue(value, newMeasure());
    return { kind: "value", name };
  }
}
