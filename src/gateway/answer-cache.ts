// What was found out and stays true for a while: authorizers' answers, keys of
// token issuers.

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

export class AnswerCache<T> {
  readonly #kept = new Map<string, Kept<T>>();
  readonly #limit: number;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  get(key: string, now: number): T | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (kept.until > now) return kept.value;
    this.#kept.delete(key);
    return undefined;
  }

  put(key: string, value: T, until: number): void {
    this.#kept.delete(key);
    if (this.#kept.size >= this.#limit) {
      // The one kept longest goes first.
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(key, { value, until });
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}
