// Optimistic concurrency over any backend: bodies run without locks, side by
// side, and the first to commit wins. A commit is checked against every open
// transaction there and then (validation looks forward), so that no log of
// commits is kept, a transaction that nobody overtook commits at no cost, and
// one that was overtaken hears of it at its next read.

import type { Awaitable, Store, StoreTransaction } from "../core/ports/store.ts";
import { ConflictError } from "../core/ports/store.ts";
import type { Backend } from "./backend.ts";
import { StoreClosedError } from "./errors.ts";
import { Lane } from "./lane.ts";
import { nextTurn } from "./real-time.ts";
import { type Claims, Overtaken, Transaction } from "./transaction.ts";
import { Unsettled } from "./unsettled.ts";
import { Watchers } from "./watchers.ts";

type Body<T> = (tx: StoreTransaction) => Awaitable<T>;

const defaultAttempts = 50;

export class OptimisticStore implements Store {
  readonly #backend: Backend;
  readonly #claims: Claims = new Map();
  readonly #open = new Set<Transaction>();
  readonly #unsettled = new Unsettled();
  readonly #watchers = new Watchers();
  readonly #lane = new Lane(nextTurn);
  #closed = false;

  constructor(backend: Backend) {
    this.#backend = backend;
    backend.lost = () => this.#overtakeAll();
  }

  transact<T>(body: Body<T>, attempts = defaultAttempts): Promise<T> {
    return this.#run(body, attempts, false);
  }

  read<T>(body: Body<T>): Promise<T> {
    return this.#run(body, defaultAttempts, true);
  }

  watch(topic: string, listener: () => void): () => void {
    return this.#watchers.add(topic, listener);
  }

  async clear(): Promise<void> {
    this.#assertOpen();
    this.#overtakeAll();
    await this.#backend.clear();
  }

  /** Commits under way are finished; transactions still open cannot commit any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#overtakeAll();
    await this.#backend.close();
  }

  async #run<T>(body: Body<T>, attempts: number, readOnly: boolean): Promise<T> {
    let leaveLane: (() => void) | undefined;
    try {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        if (attempt === 2) leaveLane = await this.#lane.enter();
        if (attempt > 2) await nextTurn();
        this.#assertOpen();
        const tx = new Transaction(this.#backend, this.#claims, readOnly);
        this.#open.add(tx);
        let value: T;
        let durable: Promise<void> | undefined;
        try {
          value = await body(tx);
          durable = this.#commit(tx);
        } catch (error) {
          if (tx.interrupted || error instanceof Overtaken) continue;
          throw error;
        } finally {
          this.#open.delete(tx);
          tx.end();
        }
        leaveLane?.();
        if (durable !== undefined) await durable;
        this.#watchers.notify(tx.topics);
        return value;
      }
    } finally {
      leaveLane?.();
    }
    throw new ConflictError(`The transaction lost against others ${attempts} times`);
  }

  /** All of it happens at once: from here on others see the changes. */
  #commit(tx: Transaction): Promise<void> | undefined {
    if (tx.interrupted) throw new Overtaken();
    const changes = tx.changes();
    if (changes === undefined) return this.#unsettled.seenBy(tx);
    this.#assertOpen();
    if (tx.overtaken) throw new Overtaken();
    const durable = this.#backend.commit(changes);
    if (durable !== undefined) this.#unsettled.add(changes, durable);
    if (this.#open.size > 1) {
      for (const other of this.#open)
        if (other !== tx && !other.overtaken && other.hasRead(changes)) other.overtake();
    }
    return durable;
  }

  #overtakeAll(): void {
    for (const tx of this.#open) tx.overtake();
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreClosedError();
  }
}
