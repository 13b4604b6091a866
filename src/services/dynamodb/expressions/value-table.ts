// The values of a tree that was not parsed from an expression, under the names
// that the tree refers to them by.

import type { Wording } from "../faults.ts";
import type { AttributeValue } from "../values/attribute-value.ts";
import { newMeasure, normaliseValue } from "../values/validate.ts";

export class ValueTable {
  readonly #wording: Wording;
  readonly values: Record<string, AttributeValue> = {};
  #count = 0;

  constructor(wording: Wording = "current") {
    this.#wording = wording;
  }

  add(value: AttributeValue): { readonly kind: "value"; readonly name: string } {
    const name = `:${this.#count}`;
    this.#count += 1;
    this.values[name] = normaliseValue(value, newMeasure(this.#wording));
    return { kind: "value", name };
  }
}
