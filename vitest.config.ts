import { defineConfig } from "vitest/config";

// Tests of languages, cryptography and whole lives that take long and say of the
// store nothing that a hundred others do not: `npm test` leaves them to
// `npm run test:postgres`.
const busyElsewhere = [
  "src/services/*/resource-types/**",
  "src/services/apigateway*/**/openapi/**",
  "src/services/cloudformation/crash.test.ts",
  "src/services/codedeploy/**",
  "src/services/firehose/processing/**",
  "src/services/kms/**/{import,signing}.test.ts",
  "src/services/s3/objects/versions.test.ts",
  "src/services/serverlessrepo/**",
  "src/services/sns/subscriptions/filter-policy.test.ts",
  "src/services/stepfunctions/asl/**",
  "src/services/stepfunctions/examples.test.ts",
];

/** Writes 120,000 messages at once, which nobody does. */
const tooMuchAtOnce = "src/services/sqs/operations/in-flight-limit.test.ts";

// Three projects, so that `npm run check` can run the house rules alone and
// the slow real-client suites run after the fast ones, not beside them.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          setupFiles: ["tools/test-seed.ts"],
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
          exclude: [tooMuchAtOnce, ...(process.env.CUMULET_TEST_POSTGRES === "short" ? busyElsewhere : [])],
          setupFiles: ["tools/test-seed.ts"],
          globalSetup: ["src/store/testing/postgres-for-all.ts"],
          isolate: false,
          pool: "threads",
          testTimeout: 180_000,
          hookTimeout: 180_000,
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
