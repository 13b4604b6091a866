// Where a test cloud keeps what it knows: in memory, or, where the run of tests
// has started a PostgreSQL, in a database there that nobody else uses meanwhile.

import pg from "pg";
import { inject } from "vitest";
import { type OpenStore, openStore } from "../open.ts";
import { openPostgresStore } from "../postgres/store.ts";

/** Databases of this thread that no cloud uses now. */
const free: string[] = [];
let made = 0;

export async function openTestStore(): Promise<OpenStore> {
  const opened = await openStore({ ephemeral: true });
  const url = inject("databaseUrl");
  if (url === undefined) return opened;
  const database = free.pop() ?? (await createDatabase(url));
  const store = await openPostgresStore(database);
  await store.clear();
  return {
    ...opened,
    store: {
      transact: (body, attempts) => store.transact(body, attempts),
      read: (body) => store.read(body),
      watch: (topic, listener) => store.watch(topic, listener),
      clear: () => store.clear(),
      async close() {
        await store.close();
        await opened.store.close();
        free.push(database);
      },
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
