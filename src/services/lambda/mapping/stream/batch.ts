// A batch of a shard's records on its way through the function.

import { Fault } from "../../../../core/fault.ts";
import type { InvocationResult } from "../../../../core/ports/compute.ts";
import type { Waiting } from "../../../../core/waiting.ts";
import { type BatchDelivery, deliverBatch, Stopped } from "../../../../sources/deliver-batch.ts";
import type { SourceRecord } from "../../../../sources/stream-source.ts";
import { loadTarget, runTarget } from "../../invocation/run.ts";
import type { Target } from "../../target.ts";
import { problem } from "../report.ts";
import { batchItemFailures } from "../response.ts";
import { eventRecord } from "./event.ts";
import { giveUp } from "./give-up.ts";
import type { StreamWork } from "./work.ts";

export interface Handover {
  /** Members of the event beside its records: a window's. */
  readonly envelope?: () => object;
  /** Told of each success, with the function's response; before the records count as dealt with. */
  readonly succeeded?: (payload: Uint8Array) => void;
  readonly done: BatchDelivery<Invoked>["done"];
}

/** An invocation that came to its end. */
export interface Invoked {
  readonly target: Target;
  readonly result: InvocationResult;
}

const largestPayloadBytes = 6_291_456;

export function deliver(
  ctx: Waiting,
  work: StreamWork,
  shardId: string,
  records: readonly SourceRecord[],
  { envelope, succeeded, done }: Handover,
): Promise<void> {
  const { settings } = work.mapping;
  const { filter } = work;
  const reports = settings.FunctionResponseTypes?.includes("ReportBatchItemFailures") === true;
  const payloadOf = (given: readonly SourceRecord[]): Uint8Array => {
    const Records = given.map((record) => eventRecord(work, shardId, record));
    return Buffer.from(JSON.stringify({ Records, ...envelope?.() }));
  };
  // Most often the next attempt is of what was just measured.
  let measured: { readonly of: readonly SourceRecord[]; readonly payload: Uint8Array } | undefined;
  const measure = (given: readonly SourceRecord[]): number => {
    measured = { of: given, payload: payloadOf(given) };
    return measured.payload.length;
  };
  return deliverBatch<Invoked>(ctx, records, {
    policy: {
      maximumRetryAttempts: settings.MaximumRetryAttempts ?? -1,
      maximumRecordAgeSeconds: settings.MaximumRecordAgeInSeconds ?? -1,
      bisect: settings.BisectBatchOnFunctionError === true,
    },
    wanted: filter && (({ filtered }) => filter(filtered())),
    fits: (given) => measure(given) <= largestPayloadBytes,
    attempt: async (own, given) => {
      const payload = measured?.of === given ? measured.payload : payloadOf(given);
      measured = undefined;
      const detail = await invoke(own, work, payload);
      if (detail === "throttled") return detail;
      const { functionError, payload: answer } = detail.result;
      if (functionError !== undefined) return { handled: 0, detail };
      const handled = reports ? handledOf(given, answer as Uint8Array) : given.length;
      if (handled > 0) succeeded?.(answer as Uint8Array);
      return { handled, detail };
    },
    giveUp: (own, given, refusal) => giveUp(own, work, shardId, given, payloadOf(given), refusal),
    done,
  });
}

/** `throttled` where the function could not run. */
export async function invoke(
  ctx: Waiting,
  { mapping, report }: StreamWork,
  payload: Uint8Array,
): Promise<Invoked | "throttled"> {
  try {
    const target = await loadTarget(ctx, mapping.reference);
    const result = await runTarget(ctx, target, { requestId: ctx.ids.uuid(), payload });
    await report(result.functionError === undefined ? "OK" : "PROBLEM: Function call failed");
    return { target, result };
  } catch (error) {
    if (ctx.signal.aborted) throw new Stopped();
    await report(problem(error));
    if (error instanceof Fault) return "throttled";
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
