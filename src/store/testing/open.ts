// Where a test cloud keeps what it knows: in memory, or, where the run of tests
// has started a PostgreSQL, in a database there that nobody else uses meanwhile.

import pg from "pg";
import { inject } from "vitest";
import type { Store } from "../../core/ports/store.ts";
import { StoreClosedError } from "../errors.ts";
import { type OpenStore, openStore } from "../open.ts";
import { openPostgresStore } from "../postgres/store.ts";

/** Stores of this thread that no cloud uses now: to connect anew takes longer than most tests. */
const free: Store[] = [];
let made = 0;

export async function openTestStore(): Promise<OpenStore> {
  const opened = await openStore({ ephemeral: true });
  const url = inject("databaseUrl");
  if (url === undefined) return opened;
  const kept = free.pop() ?? (await openPostgresStore(await createDatabase(url)));
  await kept.clear();
  const store = lent(kept, async () => {
    await opened.store.close();
    free.push(kept);
  });
  return { ...opened, store };
}

/** A store whose end is only its user's: what runs is finished, and nothing begins any more. */
function lent(store: Store, giveBack: () => Promise<void>): Store {
  const running = new Set<Promise<unknown>>();
  const watching = new Set<() => void>();
  let closed = false;
  const run = async <T>(begin: () => Promise<T>): Promise<T> => {
    if (closed) throw new StoreClosedError();
    const result = begin();
    running.add(result);
    try {
      return await result;
    } finally {
      running.delete(result);
    }
  };
  return {
    transact: (body, attempts) => run(() => store.transact(body, attempts)),
    ...(store.preview === undefined ? {} : { preview: (body) => run(() => store.preview!(body)) }),
    read: (body) => run(() => store.read(body)),
    clear: () => run(() => store.clear()),
    watch(topic, listener) {
      const stop = store.watch(topic, listener);
      watching.add(stop);
      return stop;
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const stop of watching) stop();
      await Promise.allSettled(running);
      await giveBack();
    },
  };
}

async function createDatabase(url: string): Promise<string> {
  const name = `cloud_${process.pid}_${process.env["VITEST_POOL_ID"] ?? 0}_${++made}`;
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return url.replace(/[^/]*$/, name);
}
