// Reads of all open transactions, gathered: keys asked for in one turn, or
// while earlier questions are under way, go to the server in one statement.

import type { Key, Range } from "../../core/ports/store.ts";
import { backOff, epochMilliseconds } from "../real-time.ts";
import { type Database, isPassing, patienceMilliseconds } from "./database.ts";
import { type Observations, questionOf } from "./observations.ts";
import { type Row, type Stored, stored } from "./rows.ts";
import { bytesArray, bytesOf, statements } from "./statements.ts";

const questionsAtOnce = 8;
const keysAtOnce = 512;

/** By key; what is not in it is not there. */
type Found = ReadonlyMap<Key, Stored>;

/** Keys that are to be read at one moment. */
interface Asked {
  readonly keys: readonly Key[];
  readonly give: (found: Found) => void;
  readonly fail: (error: unknown) => void;
}

export class Reader {
  readonly #database: Database;
  #asked: Asked[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of them as they are at one moment. */
  get(keys: readonly Key[]): Promise<Found> {
    return new Promise((give, fail) => {
      this.#asked.push({ keys, give, fail });
      this.#schedule();
    });
  }

  async scan(range: Range, limit: number, reverse: boolean): Promise<Stored[]> {
    const text = reverse ? statements.scanBack : statements.scan;
    const rows = await this.#query(text, [bytesOf(range.start), bytesOf(range.end), limit]);
    return rows.map(stored);
  }

  /** Whether what was read still stands: all of it, at one moment. */
  async stands(observations: Observations): Promise<boolean> {
    const question = questionOf([observations]);
    if (question === undefined) return true;
    return (await this.#query(question.text, question.parameters)).length === 0;
  }

  async claim(range: Range, limit: number, holder: string, excluded: readonly Key[]): Promise<Stored[]> {
    const rows = await this.#query(statements.claim, [
      bytesOf(range.start),
      bytesOf(range.end),
      limit,
      holder,
      bytesArray(excluded),
    ]);
    return rows.map(stored);
  }

  async release(holder: string, keys: Iterable<Key>): Promise<void> {
    await this.#query(statements.release, [holder, bytesArray(keys)]);
  }

  /** What comes in one turn of the event loop is asked together. */
  #schedule(): void {
    if (this.#scheduled || this.#underWay >= questionsAtOnce) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    const keys = new Set<Key>();
    let count = 0;
    for (; count < this.#asked.length && keys.size < keysAtOnce; count++) {
      for (const key of this.#asked[count]!.keys) keys.add(key);
    }
    const asked = this.#asked.splice(0, count);
    if (asked.length === 0) return;
    this.#underWay++;
    try {
      const rows = await this.#query(statements.get, [bytesArray(keys)]);
      const found = new Map(rows.map((row) => stored(row)).map((each) => [each.key, each]));
      for (const { give } of asked) give(found);
    } catch (error) {
      for (const { fail } of asked) fail(error);
    } finally {
      this.#underWay--;
      if (this.#asked.length > 0) this.#schedule();
    }
  }

  /** A read that failed with its connection is asked again: it changed nothing. */
  async #query(text: string, values: readonly (string | number | Uint8Array)[]): Promise<Row[]> {
    const until = epochMilliseconds() + patienceMilliseconds;
    for (let attempt = 1; ; attempt++) {
      try {
        const question = { name: nameOf(text), text, values: [...values] };
        return (await this.#database.reads.query<Row>(question)).rows;
      } catch (error) {
        if (!isPassing(error) || epochMilliseconds() > until) throw error;
        await backOff(attempt);
      }
    }
  }
}

/** A statement with a name is prepared once per connection. */
function nameOf(text: string): string {
  return names.get(text) ?? text.slice(0, 63);
}

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(statements).map(([name, text]) => [text, name]),
);
