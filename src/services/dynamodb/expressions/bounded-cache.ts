// A cache of at most twice `capacity` entries, for results of pure functions
// of text. Two generations stand in for the exact order of use: a hit costs
// one look-up, and what was not used for a whole generation is forgotten.

/** Longer texts are made anew each time, so that a full cache stays small. */
const longestKey = 1024;

export class BoundedCache<T extends object> {
  readonly #capacity: number;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string, make: () => T): T {
    if (key.length > longestKey) return make();
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make();
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
