// Changes of a function take a moment, as on AWS: first `Pending` or
// `InProgress`, then, by a job, `Active` and `Successful`. One change waits for
// the one before it.

import { defineJob } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Attempt, Waiting } from "../../core/waiting.ts";
import type { Configuration } from "./configuration.ts";
import { FunctionRecord, type FunctionState, functionTopic, getFunctionState } from "./function.ts";
import { conflict } from "./model.ts";
import { type FunctionReference, functionArn } from "./name.ts";
import { VersionRecord } from "./version.ts";

/** Ends the change of a function, and of a version published together with it. */
export const finishChange = defineJob<{ readonly name: string; readonly version?: number }>({
  name: "lambda.finishChange",
  run: async ({ name, version }, tx) => {
    const fn = await tx.get(FunctionRecord, name);
    if (fn === undefined) return;
    tx.put(FunctionRecord, { ...fn, latest: finished(fn.latest) });
    const published = version === undefined ? undefined : await tx.get(VersionRecord, name, version);
    if (published !== undefined) tx.put(VersionRecord, { ...published, ...finished(published) });
    tx.notify(functionTopic({ account: tx.account, region: tx.region, name, qualifier: undefined }));
  },
});

function finished<C extends Configuration>(configuration: C): C {
  return { ...configuration, state: "Active", lastUpdateStatus: "Successful" };
}

/** Stores a function whose change `finishChange` is to end. */
export function beginChange(tx: Transaction, fn: FunctionState, version?: number): void {
  tx.put(FunctionRecord, fn);
  tx.enqueue(finishChange, { name: fn.name, ...(version === undefined ? {} : { version }) });
}

const longestWaitMilliseconds = 5000;

/**
 * Waits until no change is under way: ours take milliseconds. On AWS they take
 * seconds, and a second change meanwhile is refused, as here after a while.
 */
export async function quiescent(ctx: Waiting, reference: FunctionReference): Promise<void> {
  const changing = ({ latest }: FunctionState): boolean =>
    latest.state === "Pending" || latest.lastUpdateStatus === "InProgress";
  const done = await ctx.waitFor(
    functionTopic(reference),
    ctx.now() + longestWaitMilliseconds,
    async (): Promise<Attempt<true>> => {
      const fn = await ctx.atomically((tx) => getFunctionState(tx.at(reference), reference));
      return changing(fn) ? {} : { done: true };
    },
  );
  if (done === undefined) {
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(reference, reference.name)}`,
    );
  }
}
