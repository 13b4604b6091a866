// The limits of a shard, by the clock: each is the moment up to which what was
// let through so far uses the shard up. While that moment is near enough to now,
// more may come. One number a limit, set without reading it as far as conflicts
// go: two writers at once may each overlook the other, which AWS's limits allow.

import type { Key } from "../../../core/ports/store.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { StreamState } from "../stream.ts";

export interface Limit {
  readonly name: string;
  readonly perSecond: number;
  /** More than a second's worth may pass in one piece, and is paid for afterwards. */
  readonly inDebt: boolean;
}

const mebibyte = 1_048_576;

export const writeRecords: Limit = { name: "write-records", perSecond: 1000, inDebt: false };
export const writeBytes: Limit = { name: "write-bytes", perSecond: mebibyte, inDebt: false };
export const readCalls: Limit = { name: "read-calls", perSecond: 5, inDebt: false };
export const readBytes: Limit = { name: "read-bytes", perSecond: 2 * mebibyte, inDebt: true };

/** What one transaction uses of one limit of one shard. */
export class Meter {
  readonly #tx: Transaction;
  readonly #key: Key;
  readonly #limit: Limit;
  #usedUntil: number;

  private constructor(tx: Transaction, key: Key, limit: Limit, usedUntil: number) {
    this.#tx = tx;
    this.#key = key;
    this.#limit = limit;
    this.#usedUntil = usedUntil;
  }

  static async of(tx: Transaction, stream: StreamState, shard: number, limit: Limit): Promise<Meter> {
    const key = tx.key("kinesis", "rate", stream.id, shard, limit.name);
    return new Meter(tx, key, limit, Math.max(tx.now, await tx.raw.estimate(key)));
  }

  /** Whether so much may pass now. */
  allows(amount: number): boolean {
    const busy = this.#usedUntil - this.#tx.now;
    const cost = this.#cost(amount);
    if (this.#limit.inDebt) return busy <= 0;
    // What is larger than a second's worth passes alone.
    return busy + cost <= Math.max(1000, cost);
  }

  use(amount: number): void {
    this.#usedUntil += this.#cost(amount);
  }

  /** To be called once, with all that was used. */
  store(): void {
    this.#tx.raw.delete(this.#key);
    this.#tx.raw.add(this.#key, this.#usedUntil);
  }

  #cost(amount: number): number {
    return (amount / this.#limit.perSecond) * 1000;
  }
}
