// One LMDB file under several processes of one machine. Each reads it directly.
// The commits of one turn of the event loop are checked and written in one write
// transaction, which LMDB grants to one process at a time: there what was read is
// looked at again where another process has committed since.

import type { Awaitable, Store, StoreTransaction } from "../../../core/ports/store.ts";
import { ConflictError } from "../../../core/ports/store.ts";
import type { Changes, Footprint } from "../../backend.ts";
import { StoreClosedError } from "../../errors.ts";
import { Lane } from "../../lane.ts";
import { nextTurn, pause } from "../../real-time.ts";
import { type Claims, Overtaken, Transaction } from "../../transaction.ts";
import { Watchers } from "../../watchers.ts";
import { checkKeys } from "../stored-entries.ts";
import type { SharedFile } from "./file.ts";
import { Recording } from "./recording.ts";
import type { TopicBus } from "./topics.ts";

type Body<T> = (tx: StoreTransaction) => Awaitable<T>;

interface Attempt {
  readonly tx: Transaction;
  readonly seen: Recording;
  /** How many commits of other processes it began after. */
  readonly others: number;
}

interface Waiting extends Attempt {
  readonly resolve: (committed: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const defaultAttempts = 100;
const lanePatienceMilliseconds = 1000;

export class SharedLmdbStore implements Store {
  readonly #file: SharedFile;
  readonly #bus: TopicBus;
  readonly #claims: Claims = new Map();
  readonly #open = new Set<Transaction>();
  readonly #watchers = new Watchers();
  readonly #lane = new Lane(() => pause(lanePatienceMilliseconds));
  #waiting: Waiting[] = [];
  #told = new Set<string>();
  #closed = false;

  constructor(file: SharedFile, bus: TopicBus) {
    this.#file = file;
    this.#bus = bus;
    bus.listen((topics) => this.#watchers.notify(topics));
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
    this.#file.clear();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#overtakeAll();
    this.#commitWaiting();
    await this.#file.close();
  }

  async #run<T>(body: Body<T>, attempts: number, readOnly: boolean): Promise<T> {
    let leaveLane: (() => void) | undefined;
    try {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        if (attempt === 2) leaveLane = await this.#lane.enter();
        if (attempt > 2) await nextTurn();
        const done = await this.#once(body, readOnly);
        if (done !== undefined) return done.value;
      }
    } finally {
      leaveLane?.();
    }
    throw new ConflictError(`The transaction lost against others ${attempts} times`);
  }

  /** Undefined where it was overtaken. */
  async #once<T>(body: Body<T>, readOnly: boolean): Promise<{ readonly value: T } | undefined> {
    this.#assertOpen();
    const others = this.#file.look();
    const seen = new Recording(this.#file.entries);
    const tx = new Transaction(seen, this.#claims, readOnly);
    const attempt = { tx, seen, others };
    this.#open.add(tx);
    try {
      const value = await body(tx);
      if (tx.interrupted || !(await this.#conclude(attempt))) return undefined;
      this.#tell(tx.topics);
      return { value };
    } catch (error) {
      // What it saw may never have been so at any one moment: then its complaint is void.
      if (tx.interrupted || error instanceof Overtaken || !this.#stands(attempt)) return undefined;
      throw error;
    } finally {
      this.#open.delete(tx);
      tx.end();
    }
  }

  #conclude(attempt: Attempt): boolean | Promise<boolean> {
    if (!attempt.tx.writes) return this.#stands(attempt);
    this.#assertOpen();
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#commitWaiting());
      this.#waiting.push({ ...attempt, resolve, reject });
    });
  }

  #stands({ tx, seen, others }: Attempt): boolean {
    if (tx.overtaken || this.#closed) return false;
    return this.#file.look() === others || seen.stands(tx.keysRead);
  }

  #commitWaiting(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    const ends: (() => void)[] = [];
    try {
      this.#file.write((others) => {
        for (const waiting of batch) ends.push(this.#write(waiting, others));
      });
    } catch (error) {
      this.#overtakeAll();
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const end of ends) end();
  }

  /** How it ends for one, once all are committed. */
  #write({ tx, seen, others, resolve, reject }: Waiting, now: number): () => void {
    if (tx.overtaken || (others !== now && !seen.stands(tx.keysRead))) return () => resolve(false);
    let changes: Changes;
    try {
      changes = tx.changes()!;
      checkKeys(changes);
    } catch (error) {
      return () => reject(error);
    }
    this.#file.put(changes);
    this.#overtake(changes, tx);
    return () => resolve(true);
  }

  #overtake(changes: Footprint, by: Transaction): void {
    if (this.#open.size === 1) return;
    for (const tx of this.#open) if (tx !== by && !tx.overtaken && tx.hasRead(changes)) tx.overtake();
  }

  #overtakeAll(): void {
    for (const tx of this.#open) tx.overtake();
  }

  #tell(topics: ReadonlySet<string>): void {
    if (topics.size === 0) return;
    this.#watchers.notify(topics);
    if (this.#told.size === 0) setImmediate(() => this.#tellOthers());
    for (const topic of topics) this.#told.add(topic);
  }

  #tellOthers(): void {
    const topics = [...this.#told];
    this.#told = new Set();
    if (!this.#closed) this.#bus.tell(topics);
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreClosedError();
  }
}
