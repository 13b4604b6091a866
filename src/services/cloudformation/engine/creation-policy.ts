// CreationPolicy: a resource is complete when enough signals have come, not when
// it has been made.

import { isFields, type Value } from "../../../lang/template/value.ts";
import { resourceGroup, SignalRecord, signalTopic } from "../stacks/signal.ts";
import type { ResourceState } from "../stacks/stack-resource.ts";
import { Failure } from "./reason.ts";
import type { Run } from "./run-context.ts";

export async function awaitSignals(run: Run, record: ResourceState, policy: Value): Promise<void> {
  const signal = isFields(policy) ? policy.ResourceSignal : undefined;
  if (!isFields(signal)) return;
  const wanted = Number(signal.Count ?? 1);
  const timeout = durationMilliseconds(String(signal.Timeout ?? "PT5M"));
  const group = resourceGroup(record);
  const outcome = await run.acting.beside(
    (ctx) =>
      ctx.waitFor<string | true>(signalTopic(group), ctx.now() + timeout, async () => {
        const signals = await ctx.atomically((tx) => tx.all(SignalRecord, [group]));
        const failure = signals.find(({ status }) => status === "FAILURE");
        if (failure !== undefined) return { done: failure.uniqueId };
        return signals.length >= wanted ? { done: true as const } : { retryAt: undefined };
      }),
    run.stop.signal,
  );
  if (outcome === true) return;
  if (run.stop.signal.aborted) throw new Failure("Resource creation cancelled");
  const received = (await run.ctx.atomically((tx) => tx.all(SignalRecord, [group]))).length;
  throw new Failure(
    outcome === undefined
      ? `Failed to receive ${wanted} resource signal(s) within the specified duration`
      : `Received ${received} FAILURE signal(s) out of ${wanted}.  Unable to satisfy 100% MinSuccessfulInstancesPercent requirement`,
  );
}

/** `PT1H30M5S`. */
export function durationMilliseconds(text: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (match === null) throw new Failure(`Timeout ${text} is not an ISO 8601 duration`);
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
