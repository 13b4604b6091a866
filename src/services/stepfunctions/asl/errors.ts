// Retry and Catch: which of them an error meets, and how long a retry waits.

import type { Json } from "./data/scope.ts";
import type { Catcher, Retrier } from "./definition.ts";
import type { Frame } from "./frame.ts";
import type { Failure } from "./happening.ts";
import type { CompiledCatcher, CompiledRetrier } from "./machine.ts";

/** What the wildcards leave out. */
const beyondWildcards = new Set(["States.Runtime", "States.DataLimitExceeded"]);

export function matches(errors: readonly string[], failure: Failure): boolean {
  const error = failure.error ?? "";
  for (const name of errors) {
    if (name === error || (failure.also !== undefined && name === failure.also)) return true;
    if (beyondWildcards.has(error)) continue;
    if (name === "States.ALL") return true;
    if (name === "States.TaskFailed" && error !== "States.Timeout") return true;
  }
  return false;
}

export function compileRetrier(retrier: Retrier): CompiledRetrier {
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds, JitterStrategy } = retrier;
  return {
    errors: retrier.ErrorEquals,
    maxAttempts: MaxAttempts,
    delay: (attempt, random) => {
      const grown = IntervalSeconds * BackoffRate ** (attempt - 1);
      const seconds = Math.min(grown, MaxDelaySeconds ?? Number.POSITIVE_INFINITY, longestDelay);
      return JitterStrategy === "FULL" ? seconds * random() : seconds;
    },
  };
}

/** A year, which no execution outlives. */
const longestDelay = 31_536_000;

/** The retrier that takes the failure, and the number of the attempt it then is; undefined where none does. */
export function nextRetry(
  retriers: readonly CompiledRetrier[],
  frame: Frame,
  failure: Failure,
): { readonly index: number; readonly attempt: number } | undefined {
  const index = retriers.findIndex((retrier) => matches(retrier.errors, failure));
  if (index < 0) return undefined;
  const attempt = (frame.retries?.[index] ?? 0) + 1;
  return attempt > retriers[index]!.maxAttempts ? undefined : { index, attempt };
}

export function findCatcher(
  catchers: readonly CompiledCatcher[],
  failure: Failure,
): CompiledCatcher | undefined {
  return catchers.find((catcher) => matches(catcher.errors, failure));
}

/** What Catch hands on. */
export function errorOutput(failure: Failure): Json {
  return {
    Error: failure.error ?? "",
    Cause: failure.cause ?? "",
  };
}

export type { Catcher };
