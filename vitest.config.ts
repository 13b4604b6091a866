import { defineConfig } from "vitest/config";

// Three projects, so that `npm run check` can run the house rules alone and
// the slow real-client suites run after the fast ones, not beside them.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          isolate: false,
          pool: "threads",
          testTimeout: 20_000,
        },
      },
      {
        // The services' own tests once more, over PostgreSQL: `npm run test:postgres`.
        test: {
          name: "postgres",
          include: ["src/services/**/*.test.ts"],
          globalSetup: ["src/store/testing/postgres-for-all.ts"],
          isolate: false,
          pool: "threads",
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: "tidy", include: ["tools/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "conformance",
          include: ["conformance/**/*.test.ts"],
          pool: "forks",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
