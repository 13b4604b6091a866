// Tells watchers on this node and others that a topic was notified. Where the
// server can pass messages on, they come at once; everybody looks again every
// now and then in any case, so that a lost message is only a late one.

import { every } from "../real-time.ts";
import { Watchers } from "../watchers.ts";
import type { Database } from "./database.ts";
import { statements, written } from "./statements.ts";

interface Notice {
  readonly from: string;
  /** Absent where there are too many to name: then everybody looks. */
  readonly topics?: readonly string[];
}

/** The server takes messages of less than 8,000 bytes. */
const longestNotice = 7500;

const lookEveryMilliseconds = 2000;
const lookOftenMilliseconds = 500;

export class Notices {
  readonly #watchers = new Watchers();
  readonly #nodeId: string;
  readonly #database: Database;
  #closed = false;
  #canTell = false;
  #connection: ReturnType<Database["listener"]> | undefined;
  #stopLooking: () => void = () => undefined;

  private constructor(database: Database, nodeId: string) {
    this.#database = database;
    this.#nodeId = nodeId;
  }

  static async open(database: Database, nodeId: string): Promise<Notices> {
    const notices = new Notices(database, nodeId);
    const listens = await notices.#listen();
    notices.#canTell = listens;
    const interval = listens ? lookEveryMilliseconds : lookOftenMilliseconds;
    notices.#stopLooking = every(interval, () => {
      notices.#watchers.notifyAll();
      // What was said while nobody listened is looked for by the line above.
      if (listens && notices.#connection === undefined) void notices.#listen();
    });
    return notices;
  }

  /** False where the server cannot, or not now. */
  async #listen(): Promise<boolean> {
    const connection = this.#database.listener();
    const lose = (): void => {
      if (this.#connection === connection) this.#connection = undefined;
    };
    connection.on("error", lose);
    connection.on("end", lose);
    connection.on("notification", ({ payload }) => this.#hear(payload ?? "{}"));
    try {
      await connection.connect();
      await connection.query("listen cumulet");
    } catch {
      await connection.end().catch(() => undefined);
      return false;
    }
    if (this.#closed) await connection.end();
    else this.#connection = connection;
    return true;
  }

  watch(topic: string, listener: () => void): () => void {
    return this.#watchers.add(topic, listener);
  }

  /** Those of this node need not wait for the server's message. */
  tell(topics: ReadonlySet<string>): void {
    this.#watchers.notify(topics);
  }

  /** What has the server tell the others; undefined where it cannot, or there is nothing to tell. */
  statement(topics: ReadonlySet<string>): string | undefined {
    if (!this.#canTell || topics.size === 0) return undefined;
    const from = this.#nodeId;
    const notice: Notice = { from, topics: [...topics] };
    const text = JSON.stringify(notice);
    const short = Buffer.byteLength(text) > longestNotice ? JSON.stringify({ from }) : text;
    return written(statements.notify, short);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopLooking();
    await this.#connection?.end();
  }

  #hear(payload: string): void {
    const { from, topics } = JSON.parse(payload) as Notice;
    if (from === this.#nodeId) return;
    if (topics === undefined) this.#watchers.notifyAll();
    else this.#watchers.notify(topics);
  }
}
