import { afterAll, beforeAll, describe } from "vitest";
import { postgresPrograms, startPostgres, type TestPostgres } from "../../../tools/postgres/server.mjs";
import { storeConformance } from "../conformance.ts";
import { openPostgresStore } from "./store.ts";

const programs = postgresPrograms();

describe.skipIf(programs === undefined)("the store over PostgreSQL", () => {
  let server: TestPostgres;

  beforeAll(async () => {
    server = await startPostgres(programs!);
  });
  afterAll(() => server.stop());

  storeConformance(async () => {
    const store = await openPostgresStore(server.url);
    await store.clear();
    return store;
  });
});
