// When a failed delivery is tried again.

import fc from "fast-check";
import { expect, test } from "vitest";
import { managedRetryPolicy, type RetryPolicy, retryDelay } from "./delivery-policy.ts";

const delays = (policy: RetryPolicy, most: number): readonly (number | undefined)[] =>
  Array.from({ length: most }, (_, at) => retryDelay(policy, at + 1));

const phases: RetryPolicy = {
  minDelayTarget: 10,
  maxDelayTarget: 40,
  numRetries: 9,
  numNoDelayRetries: 1,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 2,
  backoffFunction: "linear",
};

test("the four phases follow each other, and then there is no more", () => {
  expect(delays(phases, 10)).toEqual([0, 10, 10, 10, 20, 30, 40, 40, 40, undefined]);
});

test("queues and functions are tried for weeks", () => {
  const first = delays(managedRetryPolicy, 16);
  expect(first.slice(0, 6)).toEqual([0, 0, 0, 1, 1, 1]);
  expect(first.at(-1)).toBe(20);
  expect(retryDelay(managedRetryPolicy, 100_015)).toBe(20);
  expect(retryDelay(managedRetryPolicy, 100_016)).toBeUndefined();
});

test("property: delays never shrink, and stay between the policy's least and most", () => {
  const count = fc.integer({ min: 0, max: 8 });
  const policy = fc
    .record({
      least: fc.integer({ min: 1, max: 60 }),
      more: fc.integer({ min: 0, max: 600 }),
      backoffs: count,
      numNoDelayRetries: count,
      numMinDelayRetries: count,
      numMaxDelayRetries: count,
      backoffFunction: fc.constantFrom("linear", "arithmetic", "geometric", "exponential"),
    })
    .map(({ least, more, backoffs, ...rest }) => ({
      ...rest,
      minDelayTarget: least,
      maxDelayTarget: least + more,
      numRetries: backoffs + rest.numNoDelayRetries + rest.numMinDelayRetries + rest.numMaxDelayRetries,
    }));
  fc.assert(
    fc.property(policy, (given) => {
      const all = delays(given, given.numRetries).map((delay) => delay ?? Number.NaN);
      for (const [at, delay] of all.entries()) {
        expect(delay + 1e-9).toBeGreaterThanOrEqual(all[at - 1] ?? 0);
        if (at >= given.numNoDelayRetries) expect(delay + 1e-9).toBeGreaterThanOrEqual(given.minDelayTarget);
        expect(delay - 1e-9).toBeLessThanOrEqual(given.maxDelayTarget);
      }
      expect(retryDelay(given, given.numRetries + 1)).toBeUndefined();
    }),
  );
});
