// One PostgreSQL for a whole run of tests, started before the first of them.

import type { TestProject } from "vitest/node";
import { postgresPrograms, startPostgres } from "../../../tools/postgres/server.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test clouds keep what they know; absent where in memory. */
    databaseUrl: string | undefined;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programs = postgresPrograms();
  if (programs === undefined)
    throw new Error("PostgreSQL is not installed here (Debian: apt install postgresql).");
  const server = await startPostgres(programs, ["fsync=off"]);
  project.provide("databaseUrl", server.url);
  return () => server.stop();
}
