// One PostgreSQL for a whole run of tests, started before the first of them.

import type { TestProject } from "vitest/node";
import { postgresPrograms, startPostgres } from "../../../tools/postgres/server.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test clouds keep what they know; absent where in memory. */
    databaseUrl: string | undefined;
  }
}

/** What a test writes need not outlive the server. */
const careless = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "wal_level=minimal",
  "max_wal_senders=0",
];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = postgresPrograms();
  if (programs === undefined)
    throw new Error("PostgreSQL is not installed here (Debian: apt install postgresql).");
  const server = await startPostgres(programs, careless);
  project.provide("databaseUrl", server.url);
  return () => server.stop();
}
