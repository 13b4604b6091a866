// A batch of a shard's records on its way to someone: tried until it is handled,
// split, too old or tried often enough. Nothing after it in its shard is handled
// before.

import type { Waiting } from "../core/waiting.ts";
import type { SourceRecord } from "./stream-source.ts";

export interface BatchPolicy {
  /** -1: for as long as the records are not too old. */
  readonly maximumRetryAttempts: number;
  /** -1: never too old. */
  readonly maximumRecordAgeSeconds: number;
  /** A batch that fails is split in two. */
  readonly bisect: boolean;
}

/** What one attempt came to; `throttled` where it could not begin. */
export type Attempted<D> =
  | "throttled"
  | {
      /** So many from the first on are handled; all of them where nothing failed. */
      readonly handled: number;
      /** Anything that is to be told of it. */
      readonly detail?: D;
    };

export interface Refusal<D> {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly failed: number;
  readonly detail?: D | undefined;
}

export interface BatchDelivery<D> {
  readonly policy: BatchPolicy;
  readonly wanted?: ((record: SourceRecord) => boolean) | undefined;
  /** Whether so many go in one piece. */
  readonly fits: (records: readonly SourceRecord[]) => boolean;
  readonly attempt: (ctx: Waiting, records: readonly SourceRecord[]) => Promise<Attempted<D>>;
  readonly giveUp: (ctx: Waiting, records: readonly SourceRecord[], refusal: Refusal<D>) => Promise<void>;
  /** Told as records are dealt with, in their order, up to and including this one. */
  readonly done: (last: SourceRecord) => Promise<void>;
}

/** Thrown where the context ended before a batch was dealt with. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

const longestPauseMilliseconds = 30_000;

/** Returns when each record has been handled or given up; throws `Stopped` where `ctx` ended first. */
export async function deliverBatch<D>(
  ctx: Waiting,
  records: readonly SourceRecord[],
  delivery: BatchDelivery<D>,
): Promise<void> {
  const last = records.at(-1)!;
  const wanted = delivery.wanted === undefined ? records : records.filter(delivery.wanted);
  if (wanted.length > 0) await handle(ctx, wanted, delivery, 0);
  if (wanted.at(-1) !== last) await delivery.done(last);
}

async function handle<D>(
  ctx: Waiting,
  records: readonly SourceRecord[],
  delivery: BatchDelivery<D>,
  failures: number,
): Promise<void> {
  const { maximumRetryAttempts, bisect } = delivery.policy;
  let rest = await withoutExpired(ctx, records, delivery, failures);
  let failed = failures;
  let throttles = 0;
  while (rest.length > 0) {
    if (ctx.signal.aborted) throw new Stopped();
    if (rest.length > 1 && !delivery.fits(rest)) return halves(ctx, rest, delivery, failed);
    const outcome = await delivery.attempt(ctx, rest);
    if (outcome === "throttled") {
      await pause(ctx, throttles++);
    } else {
      const { handled, detail } = outcome;
      if (handled > 0) await delivery.done(rest[handled - 1]!);
      rest = rest.slice(handled);
      if (rest.length === 0) return;
      // To be split is not to be tried again.
      if (handled === 0 && bisect && rest.length > 1) return halves(ctx, rest, delivery, failed);
      failed++;
      if (maximumRetryAttempts >= 0 && failed > maximumRetryAttempts) {
        return refuse(ctx, rest, delivery, { condition: "RetryAttemptsExhausted", failed, detail });
      }
      await pause(ctx, failed);
    }
    rest = await withoutExpired(ctx, rest, delivery, failed);
  }
}

async function halves<D>(
  ctx: Waiting,
  records: readonly SourceRecord[],
  delivery: BatchDelivery<D>,
  failures: number,
): Promise<void> {
  const middle = Math.ceil(records.length / 2);
  await handle(ctx, records.slice(0, middle), delivery, failures);
  await handle(ctx, records.slice(middle), delivery, failures);
}

/** Those that are not too old; the others are given up. */
async function withoutExpired<D>(
  ctx: Waiting,
  records: readonly SourceRecord[],
  delivery: BatchDelivery<D>,
  failed: number,
): Promise<readonly SourceRecord[]> {
  const { maximumRecordAgeSeconds: age } = delivery.policy;
  if (age < 0) return records;
  const since = ctx.now() - age * 1000;
  const first = records.findIndex(({ arrivedAt }) => arrivedAt >= since);
  if (first === 0) return records;
  const expired = first < 0 ? records : records.slice(0, first);
  if (expired.length > 0) await refuse(ctx, expired, delivery, { condition: "RecordAgeExceeded", failed });
  return first < 0 ? [] : records.slice(first);
}

async function refuse<D>(
  ctx: Waiting,
  records: readonly SourceRecord[],
  delivery: BatchDelivery<D>,
  refusal: Refusal<D>,
): Promise<void> {
  await delivery.giveUp(ctx, records, refusal);
  await delivery.done(records.at(-1)!);
}

/** Longer each time. */
export function pause(ctx: Waiting, times: number): Promise<void> {
  return ctx.sleepUntil(ctx.now() + Math.min(longestPauseMilliseconds, 500 * 2 ** Math.min(times, 10)));
}
