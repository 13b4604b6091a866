// A batch of a shard's records on its way through the function: tried until it
// is handled, split, too old or tried often enough. Nothing after it in its
// shard is handled before.

import { Fault } from "../../../../core/fault.ts";
import type { InvocationResult } from "../../../../core/ports/compute.ts";
import type { Waiting } from "../../../../core/waiting.ts";
import type { SourceRecord } from "../../../../sources/stream-source.ts";
import { loadTarget, runTarget } from "../../invocation/run.ts";
import type { Target } from "../../target.ts";
import { problem } from "../report.ts";
import { batchItemFailures } from "../response.ts";
import { eventRecord } from "./event.ts";
import { giveUp, type Refusal } from "./give-up.ts";
import { type ShardWork, Stopped } from "./work.ts";

export interface Delivery {
  /** Members of the event beside its records: a window's. */
  readonly envelope?: () => object;
  /** Told of each success, with the function's response; before the records count as dealt with. */
  readonly succeeded?: (payload: Uint8Array) => void;
  /** Told as records are dealt with, in their order, up to and including this one. */
  readonly done: (last: SourceRecord) => Promise<void>;
}

const largestPayloadBytes = 6_291_456;
const longestPauseMilliseconds = 30_000;

/** Returns when each record has been handled or given up; throws `Stopped` where `ctx` ended first. */
export async function deliver(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  delivery: Delivery,
): Promise<void> {
  const last = records.at(-1)!;
  const wanted =
    work.filter === undefined ? records : records.filter(({ filtered }) => work.filter!(filtered()));
  if (wanted.length > 0) await handle(ctx, work, wanted, delivery, 0);
  if (wanted.at(-1) !== last) await delivery.done(last);
}

async function handle(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  delivery: Delivery,
  failures: number,
): Promise<void> {
  const { MaximumRetryAttempts = -1, BisectBatchOnFunctionError } = work.mapping.settings;
  let rest = await withoutExpired(ctx, work, records, delivery, failures);
  let failed = failures;
  let throttles = 0;
  while (rest.length > 0) {
    if (ctx.signal.aborted) throw new Stopped();
    const payload = payloadOf(work, rest, delivery);
    if (payload.length > largestPayloadBytes && rest.length > 1)
      return halves(ctx, work, rest, delivery, failed);
    const outcome = await invoke(ctx, work, rest, payload);
    if (outcome.kind === "throttled") {
      await pause(ctx, throttles++);
    } else if (outcome.handled === rest.length) {
      return finish(rest, delivery, outcome.result);
    } else {
      if (outcome.handled > 0) {
        await finish(rest.slice(0, outcome.handled), delivery, outcome.result);
        rest = rest.slice(outcome.handled);
      } else if (BisectBatchOnFunctionError && rest.length > 1) {
        // To be split is not to be tried again.
        return halves(ctx, work, rest, delivery, failed);
      }
      failed++;
      if (MaximumRetryAttempts >= 0 && failed > MaximumRetryAttempts) {
        await refuse(ctx, work, rest, delivery, { condition: "RetryAttemptsExhausted", failed, ...outcome });
        return;
      }
      await pause(ctx, failed);
    }
    rest = await withoutExpired(ctx, work, rest, delivery, failed);
  }
}

async function halves(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  delivery: Delivery,
  failures: number,
): Promise<void> {
  const middle = Math.ceil(records.length / 2);
  await handle(ctx, work, records.slice(0, middle), delivery, failures);
  await handle(ctx, work, records.slice(middle), delivery, failures);
}

async function finish(
  records: readonly SourceRecord[],
  delivery: Delivery,
  result: InvocationResult | undefined,
): Promise<void> {
  if (result?.payload instanceof Uint8Array) delivery.succeeded?.(result.payload);
  await delivery.done(records.at(-1)!);
}

/** Those that are not too old; the others are given up. */
async function withoutExpired(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  delivery: Delivery,
  failed: number,
): Promise<readonly SourceRecord[]> {
  const { MaximumRecordAgeInSeconds: age = -1 } = work.mapping.settings;
  if (age < 0) return records;
  const since = ctx.now() - age * 1000;
  const first = records.findIndex(({ arrivedAt }) => arrivedAt >= since);
  if (first === 0) return records;
  const expired = first < 0 ? records : records.slice(0, first);
  if (expired.length > 0) {
    await refuse(ctx, work, expired, delivery, { condition: "RecordAgeExceeded", failed });
  }
  return first < 0 ? [] : records.slice(first);
}

async function refuse(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  delivery: Delivery,
  refusal: Refusal,
): Promise<void> {
  await giveUp(ctx, work, records, payloadOf(work, records, delivery), refusal);
  await delivery.done(records.at(-1)!);
}

function payloadOf(work: ShardWork, records: readonly SourceRecord[], { envelope }: Delivery): Uint8Array {
  const Records = records.map((record) => eventRecord(work, record));
  return Buffer.from(JSON.stringify({ Records, ...envelope?.() }));
}

export type Outcome =
  | { readonly kind: "throttled" }
  | {
      readonly kind: "ran";
      /** So many from the first on are handled; all of them where nothing failed. */
      readonly handled: number;
      readonly target?: Target;
      readonly result?: InvocationResult;
    };

export async function invoke(
  ctx: Waiting,
  work: ShardWork,
  records: readonly SourceRecord[],
  payload: Uint8Array,
): Promise<Outcome> {
  const { reference, settings } = work.mapping;
  try {
    const target = await loadTarget(ctx, reference);
    const result = await runTarget(ctx, target, { requestId: ctx.ids.uuid(), payload });
    if (result.functionError !== undefined) {
      await work.report("PROBLEM: Function call failed");
      return { kind: "ran", handled: 0, target, result };
    }
    await work.report("OK");
    const reports = settings.FunctionResponseTypes?.includes("ReportBatchItemFailures") === true;
    const handled = reports ? handledOf(records, result.payload as Uint8Array) : records.length;
    return { kind: "ran", handled, target, result };
  } catch (error) {
    if (ctx.signal.aborted) throw new Stopped();
    await work.report(problem(error));
    if (error instanceof Fault) return { kind: "throttled" };
    throw error;
  }
}

/** The first record that the function names as failed is the first that is tried again. */
function handledOf(records: readonly SourceRecord[], payload: Uint8Array): number {
  const numbers = new Set(records.map(({ sequenceNumber }) => sequenceNumber));
  const failed = batchItemFailures(payload, numbers);
  if (failed === "all") return 0;
  const first = records.findIndex(({ sequenceNumber }) => failed.has(sequenceNumber));
  return first < 0 ? records.length : first;
}

export function pause(ctx: Waiting, times: number): Promise<void> {
  return ctx.sleepUntil(ctx.now() + Math.min(longestPauseMilliseconds, 500 * 2 ** Math.min(times, 10)));
}
