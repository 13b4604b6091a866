// Machines at random for property tests: every kind of state, nested, with
// retries and catches, and none that runs for ever.

import fc from "fast-check";
import type { StatesBlock } from "../asl/definition.ts";

const lambda = "arn:aws:lambda:us-east-1:000000000000:function:f";
const activity = "arn:aws:states:us-east-1:000000000000:activity:a";

type State = Record<string, unknown>;

const errors = fc.constantFrom(["States.ALL"], ["Odd"], ["States.TaskFailed"], ["States.Timeout"]);

const retry = fc.record({
  ErrorEquals: errors,
  IntervalSeconds: fc.integer({ min: 1, max: 5 }),
  MaxAttempts: fc.integer({ min: 0, max: 2 }),
  BackoffRate: fc.constantFrom(1, 1.5, 2),
  JitterStrategy: fc.constantFrom("FULL", "NONE"),
});

/** The name of the state after the one at `at`; a failure leads there as well. */
type Draft = (at: number, last: number) => State;

const after = (at: number, last: number): State => (at === last ? { End: true } : { Next: `S${at + 1}` });
const caught = (at: number, last: number, catching: boolean): State =>
  catching && at < last
    ? { Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: `S${last}` }] }
    : {};

const simple: fc.Arbitrary<Draft> = fc.oneof(
  fc.record({ result: fc.jsonValue({ maxDepth: 1 }) }).map(
    ({ result }): Draft =>
      (at, last) => ({
        Type: "Pass",
        Result: { r: result ?? 0 },
        ResultPath: "$.pass",
        Assign: { seen: at },
        ...after(at, last),
      }),
  ),
  fc.integer({ min: 0, max: 9 }).map(
    (seconds): Draft =>
      (at, last) => ({ Type: "Wait", Seconds: seconds, ...after(at, last) }),
  ),
  fc
    .record({
      resource: fc.constantFrom(lambda, activity),
      retries: fc.array(retry, { maxLength: 2 }),
      catching: fc.boolean(),
      timeout: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
    })
    .map(
      ({ resource, retries, catching, timeout }): Draft =>
        (at, last) => ({
          Type: "Task",
          Resource: resource,
          ResultPath: "$.task",
          ...(timeout === undefined ? {} : { TimeoutSeconds: timeout }),
          ...(retries.length === 0 ? {} : { Retry: retries }),
          ...caught(at, last, catching),
          ...after(at, last),
        }),
    ),
  fc.boolean().map(
    (holds): Draft =>
      (at, last) => {
        const next = `S${Math.min(at + 1, last)}`;
        if (at === last) return { Type: "Succeed" };
        return {
          Type: "Choice",
          Choices: [{ Variable: "$.none", IsPresent: holds, Next: `S${last}` }],
          Default: next,
        };
      },
  ),
);

const failing: fc.Arbitrary<Draft> = fc.constant(
  (): State => ({ Type: "Fail", Error: "Odd", Cause: "meant" }),
);

function block(depth: number): fc.Arbitrary<StatesBlock> {
  const nested: fc.Arbitrary<Draft>[] =
    depth === 0
      ? []
      : [
          fc
            .record({
              branches: fc.array(block(depth - 1), { minLength: 1, maxLength: 3 }),
              retries: fc.array(retry, { maxLength: 1 }),
              catching: fc.boolean(),
            })
            .map(
              ({ branches, retries, catching }): Draft =>
                (at, last) => ({
                  Type: "Parallel",
                  Branches: branches,
                  ResultPath: "$.parallel",
                  ...(retries.length === 0 ? {} : { Retry: retries }),
                  ...caught(at, last, catching),
                  ...after(at, last),
                }),
            ),
          fc
            .record({
              processor: block(depth - 1),
              concurrency: fc.integer({ min: 0, max: 3 }),
              catching: fc.boolean(),
            })
            .map(
              ({ processor, concurrency, catching }): Draft =>
                (at, last) => ({
                  Type: "Map",
                  ItemsPath: "$.items",
                  ItemSelector: { "items.$": "$.items", "index.$": "$$.Map.Item.Index" },
                  ItemProcessor: processor,
                  MaxConcurrency: concurrency,
                  ResultPath: "$.map",
                  ...caught(at, last, catching),
                  ...after(at, last),
                }),
            ),
        ];
  const any = fc.oneof({ weight: 6, arbitrary: simple }, { weight: 1, arbitrary: failing }, ...nested);
  return fc.array(any, { minLength: 1, maxLength: 4 }).map((drafts) => ({
    StartAt: "S0",
    States: Object.fromEntries(
      drafts.map((draft, at) => [`S${at}`, draft(at, drafts.length - 1)]),
    ) as unknown as StatesBlock["States"],
  }));
}

export const randomMachine: fc.Arbitrary<StatesBlock> = block(2);
