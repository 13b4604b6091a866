// The commits of one node, in one order: those that wait while one is under way
// become the next, together, as one transaction on the server.

import type { Footprint } from "../backend.ts";
import { StoreClosedError } from "../errors.ts";
import { backOff, epochMilliseconds } from "../real-time.ts";
import { Batch } from "./batch.ts";
import { type CommitNode, performCommit } from "./commit.ts";
import { isPassing, patienceMilliseconds } from "./database.ts";
import { statements } from "./statements.ts";
import { type DatabaseTransaction, Overtaken } from "./transaction.ts";

const transactionsAtOnce = 256;
const commitsBetweenCleanings = 10_000;

interface Waiting {
  readonly tx: DatabaseTransaction;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface CommitServices extends CommitNode {
  readonly uuid: () => string;
  /** Told of what has changed before those who changed it are. */
  readonly committed: (changes: Footprint, by: ReadonlySet<DatabaseTransaction>) => void;
}

export class Commits {
  readonly #services: CommitServices;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #closed = false;
  #commits = 0;

  constructor(services: CommitServices) {
    this.#services = services;
  }

  /** Resolves when the transaction is committed; throws `Overtaken` where it rests on what has changed. */
  commit(tx: DatabaseTransaction): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ tx, done, failed });
      this.#working ??= this.#work();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    // What this turn of the event loop brings goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      if (this.#closed) this.#refuse();
      else await this.#perform(this.#next());
    }
    this.#working = undefined;
  }

  #refuse(): void {
    for (const { failed } of this.#waiting.splice(0)) failed(new StoreClosedError());
  }

  /** As many as do not rest on each other; the others wait for the next, which finds them overtaken. */
  #next(): Waiting[] {
    const batch = new Batch();
    const members: Waiting[] = [];
    const left: Waiting[] = [];
    for (const one of this.#waiting.splice(0, transactionsAtOnce)) {
      if (one.tx.overtaken) one.failed(new Overtaken());
      else if (batch.admits(one.tx)) {
        batch.add(one.tx);
        members.push(one);
      } else left.push(one);
    }
    this.#waiting.unshift(...left);
    return members;
  }

  async #perform(members: readonly Waiting[]): Promise<void> {
    if (members.length === 0) return;
    const id = this.#services.uuid();
    const batch = new Batch();
    for (const { tx } of members) batch.add(tx);
    const until = epochMilliseconds() + patienceMilliseconds;
    for (let attempt = 1; ; attempt++) {
      try {
        const stale = await performCommit(this.#services, id, batch);
        if (stale === undefined) return this.#succeed(members, batch);
        for (const [at, { failed }] of members.entries()) if (stale.has(at)) failed(new Overtaken());
        return this.#perform(members.filter((_, at) => !stale.has(at)));
      } catch (error) {
        const found = await this.#afterFailure(id, error, attempt, until);
        if (found === true) return this.#succeed(members, batch);
        if (found !== false) {
          for (const { failed } of members) failed(found);
          return;
        }
      }
    }
  }

  #succeed(members: readonly Waiting[], batch: Batch): void {
    this.#services.committed(batch.footprint, new Set(members.map(({ tx }) => tx)));
    for (const { done } of members) done();
    this.#commits += 1;
    if (this.#commits % commitsBetweenCleanings === 1) {
      this.#services.database.reads.query(statements.forget).catch(() => undefined);
    }
  }

  /** True where it was committed after all, false where it may be tried again, else the error to fail with. */
  async #afterFailure(id: string, error: unknown, attempt: number, until: number): Promise<boolean | Error> {
    if (epochMilliseconds() > until) return error as Error;
    await backOff(attempt);
    try {
      const { rows } = await this.#services.database.commits.query(statements.happened, [id]);
      return rows.length > 0 || (isPassing(error) ? false : (error as Error));
    } catch (again) {
      if (!isPassing(again)) return again as Error;
      return this.#afterFailure(id, again, attempt + 1, until);
    }
  }
}
