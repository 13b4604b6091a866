// The store over PostgreSQL's wire protocol: any number of nodes over one
// database. Transactions are optimistic as everywhere: they read without
// locks, and a commit makes sure that what they read still stands.

import { randomUUID } from "node:crypto";
import { type Awaitable, ConflictError, type Store, type StoreTransaction } from "../../core/ports/store.ts";
import type { Footprint } from "../backend.ts";
import { StoreClosedError } from "../errors.ts";
import { Lane } from "../lane.ts";
import { backOff, pause } from "../real-time.ts";
import { Commits } from "./commits.ts";
import { type Database, openDatabase } from "./database.ts";
import { Memory } from "./memory.ts";
import { Notices } from "./notices.ts";
import { Parts } from "./parts.ts";
import { Reader } from "./reader.ts";
import { type Claims, DatabaseTransaction, Overtaken } from "./transaction.ts";

interface Kind {
  readonly readOnly: boolean;
  /** What it read is made sure of, though it writes nothing. */
  readonly confirmed: boolean;
}

const writing: Kind = { readOnly: false, confirmed: true };
const previewing: Kind = { readOnly: false, confirmed: false };
const reading: Kind = { readOnly: true, confirmed: true };

type Body<T> = (tx: StoreTransaction) => Awaitable<T>;

const defaultAttempts = 50;
/** Longer than any queue of commits. */
const lanePatienceMilliseconds = 5000;
/** The whole key space: packed tuples never begin with 0xff. */
const everything = { start: "", end: "\xff" };

export async function openPostgresStore(url: string): Promise<Store> {
  const database = await openDatabase(url);
  const nodeId = randomUUID();
  const parts = await Parts.open(database);
  return new PostgresStore(database, await Notices.open(database, nodeId), nodeId, parts);
}

class PostgresStore implements Store {
  readonly #database: Database;
  readonly #notices: Notices;
  readonly #nodeId: string;
  readonly #reader: Reader;
  readonly #commits: Commits;
  readonly #memory = new Memory();
  readonly #claims: Claims = new Map();
  readonly #lane = new Lane(() => pause(lanePatienceMilliseconds));
  readonly #open = new Set<DatabaseTransaction>();
  #closed = false;

  constructor(database: Database, notices: Notices, nodeId: string, parts: Parts) {
    this.#database = database;
    this.#nodeId = nodeId;
    this.#notices = notices;
    this.#reader = new Reader(database);
    this.#commits = new Commits({
      database,
      notices,
      parts,
      uuid: randomUUID,
      committed: (changes, by) => this.#overtake(changes, by),
    });
  }

  transact<T>(body: Body<T>, attempts = defaultAttempts): Promise<T> {
    return this.#run(body, attempts, writing);
  }

  preview<T>(body: Body<T>): Promise<T> {
    return this.#run(body, defaultAttempts, previewing);
  }

  read<T>(body: Body<T>): Promise<T> {
    return this.#run(body, defaultAttempts, reading);
  }

  watch(topic: string, listener: () => void): () => void {
    return this.#notices.watch(topic, listener);
  }

  async clear(): Promise<void> {
    await this.transact((tx) => tx.deleteRange(everything));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const tx of this.#open) tx.overtake();
    await this.#commits.close();
    await this.#notices.close();
    await this.#database.close();
  }

  async #run<T>(body: Body<T>, attempts: number, kind: Kind): Promise<T> {
    let leaveLane: (() => void) | undefined;
    try {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        if (attempt === 2) leaveLane = await this.#lane.enter();
        if (attempt > 2) await backOff(Math.min(attempt - 2, 4));
        const done = await this.#once(body, kind);
        if (done !== undefined) return done.value;
      }
    } finally {
      leaveLane?.();
    }
    throw new ConflictError(`The transaction lost against others ${attempts} times`);
  }

  /** Undefined where it was overtaken. */
  async #once<T>(body: Body<T>, { readOnly, confirmed }: Kind): Promise<{ readonly value: T } | undefined> {
    if (this.#closed) throw new StoreClosedError();
    const tx = new DatabaseTransaction(this.#reader, this.#memory, this.#claims, this.#nodeId, readOnly);
    this.#open.add(tx);
    try {
      const value = await this.#attempt(tx, body, confirmed);
      this.#notices.tell(tx.topics);
      return { value };
    } catch (error) {
      this.#letGo(tx);
      if (tx.interrupted || error instanceof Overtaken) {
        this.#memory.doubt(tx.fromMemory);
        return undefined;
      }
      throw error;
    } finally {
      this.#open.delete(tx);
      tx.end();
    }
  }

  async #attempt<T>(tx: DatabaseTransaction, body: Body<T>, confirmed: boolean): Promise<T> {
    let value: T;
    try {
      value = await body(tx);
    } catch (error) {
      // What it saw may never have been so at any one moment: then its complaint is void.
      if (tx.overtaken || (tx.readAtSeveralMoments && !(await this.#stands(tx)))) throw new Overtaken();
      throw error;
    }
    if (tx.interrupted) throw new Overtaken();
    if (!tx.writes.empty || tx.claimed.size > 0) {
      if (this.#closed) throw new StoreClosedError();
      await this.#commits.commit(tx);
    } else if (confirmed && tx.readAtSeveralMoments && (tx.overtaken || !(await this.#stands(tx))))
      throw new Overtaken();
    return value;
  }

  #stands(tx: DatabaseTransaction): Promise<boolean> {
    return this.#reader.stands(tx.doubts());
  }

  /** What a transaction that failed had claimed is free at once; a lost message about it waits for the claim's end. */
  #letGo(tx: DatabaseTransaction): void {
    if (tx.claimed.size > 0) this.#reader.release(this.#nodeId, tx.claimed).catch(() => undefined);
  }

  #overtake(changes: Footprint, by: ReadonlySet<DatabaseTransaction>): void {
    this.#memory.changed(changes);
    for (const tx of this.#open) if (!by.has(tx) && !tx.overtaken && tx.hasRead(changes)) tx.overtake();
  }
}
