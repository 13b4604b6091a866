// Reads of all open transactions, gathered: keys asked for in one turn, or
// while earlier questions are under way, go to the server in one statement.

import type { Key, Range } from "../../core/ports/store.ts";
import { backOff } from "../real-time.ts";
import { type Database, isPassing } from "./database.ts";
import { type Observations, questionsOf } from "./observations.ts";
import { type Row, type Stored, stored } from "./rows.ts";
import { bytesArray, bytesOf, statements } from "./statements.ts";

const questionsAtOnce = 8;
const keysAtOnce = 512;
const attempts = 12;

type Found = Stored | undefined;

export class Reader {
  readonly #database: Database;
  #asked = new Map<
    Key,
    {
      readonly answer: Promise<Found>;
      readonly give: (found: Found) => void;
      readonly fail: (error: unknown) => void;
    }
  >();
  #underWay = 0;
  #scheduled = false;

  constructor(database: Database) {
    this.#database = database;
  }

  get(key: Key): Promise<Found> {
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked.answer;
    let give: (found: Found) => void = () => undefined;
    let fail: (error: unknown) => void = () => undefined;
    const answer = new Promise<Found>((resolve, reject) => {
      give = resolve;
      fail = reject;
    });
    this.#asked.set(key, { answer, give, fail });
    this.#schedule();
    return answer;
  }

  async scan(range: Range, limit: number, reverse: boolean): Promise<Stored[]> {
    const text = reverse ? statements.scanBack : statements.scan;
    const rows = await this.#query(text, [bytesOf(range.start), bytesOf(range.end), limit]);
    return rows.map(stored);
  }

  /** Whether what was read still stands, all of it at one moment. */
  async stands(observations: Observations): Promise<boolean> {
    for (const { text, parameters } of questionsOf([observations])) {
      if ((await this.#query(text, parameters)).length > 0) return false;
    }
    return true;
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

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= questionsAtOnce) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (this.#asked.size === 0) return;
    const asked = [...this.#asked].slice(0, keysAtOnce);
    if (asked.length === this.#asked.size) this.#asked = new Map();
    else for (const [key] of asked) this.#asked.delete(key);
    this.#underWay++;
    try {
      const rows = await this.#query(statements.get, [bytesArray(asked.map(([key]) => key))]);
      const found = new Map(rows.map((row) => stored(row)).map((each) => [each.key, each]));
      for (const [key, { give }] of asked) give(found.get(key));
    } catch (error) {
      for (const [, { fail }] of asked) fail(error);
    } finally {
      this.#underWay--;
      if (this.#asked.size > 0) this.#schedule();
    }
  }

  /** A read that failed with its connection is asked again: it changed nothing. */
  async #query(text: string, values: readonly (string | number | Uint8Array)[]): Promise<Row[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const question = { name: nameOf(text), text, values: [...values] };
        return (await this.#database.reads.query<Row>(question)).rows;
      } catch (error) {
        if (attempt === attempts || !isPassing(error)) throw error;
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
