// Provisioned concurrency: environments of a version or alias that are started
// ahead of need, and again after a restart of Cumulet.

import { defineJob } from "../../core/job.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Attempt, Waiting } from "../../core/waiting.ts";
import { issueCredentials } from "./invocation/credentials.ts";
import { functionSpec } from "./invocation/spec.ts";
import { findTarget } from "./target.ts";

export interface Provisioned {
  readonly functionName: string;
  /** A version or an alias. */
  readonly qualifier: string;
  readonly requested: number;
  readonly available: number;
  readonly status: "IN_PROGRESS" | "READY" | "FAILED";
  readonly statusReason?: string;
  /** Epoch milliseconds. */
  readonly lastModified: number;
  readonly revisionId: string;
}

export const ProvisionedRecord = defineResource<Provisioned>()({
  service: "lambda",
  type: "provisioned-concurrency",
  key: (provisioned) => [provisioned.functionName, provisioned.qualifier],
});

interface Named {
  readonly functionName: string;
  readonly qualifier: string;
}

/** Prepares the environments, and stays for as long as they are wanted: a restart begins it again. */
export const provision = defineJob<Named>({
  name: "lambda.provision",
  perpetual: true,
  run: { waits: keep },
});

const topic = (place: { account: string; region: string }, { functionName, qualifier }: Named): string =>
  `lambda.provisioned.${place.account}.${place.region}.${functionName}.${qualifier}`;

const jobId = ({ functionName, qualifier }: Named): string => `${functionName}:${qualifier}`;

export function beginProvisioned(tx: Transaction, provisioned: Provisioned): void {
  tx.put(ProvisionedRecord, provisioned);
  const named = { functionName: provisioned.functionName, qualifier: provisioned.qualifier };
  tx.enqueue(provision, named, { id: jobId(named) });
  tx.notify(topic(tx, named));
}

export function withdrawProvisioned(tx: Transaction, named: Named): void {
  tx.delete(ProvisionedRecord, named.functionName, named.qualifier);
  tx.cancel(provision, jobId(named));
  tx.notify(topic(tx, named));
}

async function keep(named: Readonly<Named>, ctx: Waiting): Promise<void> {
  const read = (): Promise<Provisioned | undefined> =>
    ctx.atomically((tx) => tx.get(ProvisionedRecord, named.functionName, named.qualifier));
  const wanted = await read();
  if (wanted === undefined) return;
  const outcome = await prepare(ctx, wanted).then(
    () => ({ status: "READY" as const, available: wanted.requested }),
    (error: unknown) => ({ status: "FAILED" as const, available: 0, statusReason: String(error) }),
  );
  if (ctx.signal.aborted) return;
  await ctx.atomically(async (tx) => {
    const current = await tx.get(ProvisionedRecord, named.functionName, named.qualifier);
    if (current?.revisionId === wanted.revisionId) tx.put(ProvisionedRecord, { ...current, ...outcome });
  });
  await ctx.waitFor(topic(ctx, named), Number.MAX_SAFE_INTEGER, async (): Promise<Attempt<true>> => {
    const current = await read();
    return current?.revisionId === wanted.revisionId ? {} : { done: true };
  });
}

async function prepare(ctx: Waiting, wanted: Provisioned): Promise<void> {
  const { account, region } = ctx;
  const reference = { account, region, name: wanted.functionName, qualifier: wanted.qualifier };
  const target = await ctx.atomically((tx) => findTarget(tx, reference));
  const { Role } = target.configuration.settings;
  await ctx.functions.prepare(
    await functionSpec(ctx, target),
    () => issueCredentials(ctx, Role, wanted.functionName),
    wanted.requested,
  );
}
