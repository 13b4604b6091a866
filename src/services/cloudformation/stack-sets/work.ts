// The job that carries out a stack set's operation: region by region, and in
// each the accounts side by side, as the administrator's role takes on the
// execution role there.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { rootPrincipal } from "../../../core/principal.ts";
import { ResourceFailure } from "../../../core/resource-type.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { inParallel } from "../engine/parallel.ts";
import { cloudformation } from "../model.ts";
import { createFrom, updateFrom } from "../operations/create.ts";
import { announceInstance, announceSetOperation } from "../stacks/announce.ts";
import { stackTopic } from "../stacks/event.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { detectInstance, detectionStatus } from "./drift.ts";
import {
  type InstanceDrift,
  type InstanceState,
  type SetOperation,
  SetOperationRecord,
  type SetResult,
  StackInstance,
  StackSet,
  type StackSetState,
  setArn,
} from "./stack-set.ts";

const iam = modelOf<Iam>("iam");

export const stackSetWork = defineJob<{ readonly set: string; readonly id: string }>({
  name: "cloudformation.stackSetWork",
  perpetual: true,
  run: {
    waits: async ({ set: name, id }, ctx) => {
      const found = await ctx.atomically(async (tx) => {
        const set = await tx.get(StackSet, name);
        const operation = await tx.get(SetOperationRecord, name, id);
        return set === undefined || operation === undefined ? undefined : { set, operation };
      });
      if (found === undefined || found.operation.ended !== undefined) return;
      await carryOut(ctx, found.set, found.operation);
    },
  },
});

async function carryOut(ctx: Waiting, set: StackSetState, operation: SetOperation): Promise<void> {
  const regions = [...new Set(operation.results.map(({ region }) => region))];
  const order = operation.preferences?.RegionOrder ?? [];
  regions.sort((a, b) => (order.indexOf(a) + 1 || 999) - (order.indexOf(b) + 1 || 999));
  let stopped = false;
  for (const region of regions) {
    const here = operation.results.filter((each) => each.region === region && each.status === "PENDING");
    const limit = operation.preferences?.MaxConcurrentCount ?? 1;
    const tolerated = operation.preferences?.FailureToleranceCount ?? 0;
    let failures = 0;
    const graph = new Map(here.map(({ account }) => [account, []]));
    const stop = (): boolean => stopped || failures > tolerated || ctx.signal.aborted;
    const work = (account: string): Promise<boolean> =>
      ctx.beside(async (within) => {
        stopped ||= await isStopping(within, operation);
        if (stopped) return false;
        const result = await one(within, set, operation, account, region);
        if (within.signal.aborted) return false;
        if (result.status === "FAILED") failures++;
        await note(within, set, operation, result);
        return result.status === "SUCCEEDED";
      });
    await inParallel(graph, work, { goOn: true, stop, limit });
    if (ctx.signal.aborted) return;
    if (stopped || failures > tolerated) break;
  }
  await ctx.atomically(async (tx) => {
    const now = await tx.get(SetOperationRecord, operation.set, operation.id);
    const stored = await tx.get(StackSet, operation.set);
    if (now === undefined) return;
    const results = now.results.map(
      (each): SetResult =>
        each.status === "PENDING"
          ? { ...each, status: "CANCELLED", reason: "Cancelled since failure tolerance has exceeded" }
          : each,
    );
    const failed = results.some(({ status }) => status === "FAILED");
    const status = now.status === "STOPPING" ? "STOPPED" : failed ? "FAILED" : "SUCCEEDED";
    announceSetOperation(tx, setArn(tx, set), operation.id, status);
    tx.put(SetOperationRecord, { ...now, results, status, ended: tx.now });
    if (stored?.running !== operation.id) return;
    const failures = results.filter((each) => each.status !== "SUCCEEDED").length;
    const detection = { status: detectionStatus({ status, results }), at: tx.now, failed: failures };
    const noted = operation.action === "DETECT_DRIFT" ? { detection } : {};
    tx.put(StackSet, { ...stored, ...noted, running: undefined });
  });
}

async function isStopping(ctx: Waiting, { set, id }: SetOperation): Promise<boolean> {
  return (await ctx.atomically((tx) => tx.get(SetOperationRecord, set, id)))?.status === "STOPPING";
}

async function note(
  ctx: Waiting,
  set: StackSetState,
  operation: SetOperation,
  { drift, ...result }: Outcome,
): Promise<void> {
  const { account, region, status, reason } = result;
  await ctx.atomically(async (tx) => {
    const now = await tx.get(SetOperationRecord, operation.set, operation.id);
    if (now === undefined) return;
    const results = now.results.map((each) =>
      each.account === account && each.region === region ? result : each,
    );
    tx.put(SetOperationRecord, { ...now, results });
    const instance = await tx.get(StackInstance, operation.set, account, region);
    if (instance === undefined) return;
    if (operation.action === "DELETE" && status === "SUCCEEDED") {
      tx.delete(StackInstance, operation.set, account, region);
      return;
    }
    if (operation.action === "DETECT_DRIFT") {
      tx.put(StackInstance, { ...instance, drift: drift ?? instance.drift, operation: operation.id });
      return;
    }
    const succeeded = status === "SUCCEEDED";
    const noted: InstanceState = {
      ...instance,
      status: succeeded ? "CURRENT" : operation.action === "DELETE" ? "INOPERABLE" : "OUTDATED",
      detailed: succeeded ? "SUCCEEDED" : "FAILED",
      reason,
      operation: operation.id,
    };
    announceInstance(tx, setArn(tx, set), operation.action, noted);
    tx.put(StackInstance, noted);
  });
}

type Outcome = SetResult & { readonly drift?: InstanceDrift };

/** Brings one instance to what the operation wants. */
async function one(
  ctx: Waiting,
  set: StackSetState,
  operation: SetOperation,
  account: string,
  region: string,
): Promise<Outcome> {
  try {
    const role = `arn:aws:iam::${account}:role/${set.executionRoleName}`;
    await checkRole(ctx, set, account);
    const acting = ctx.asRole(role, "AWSCloudFormationStackSet").at({ account, region });
    const instance = await ctx.atomically((tx) => tx.get(StackInstance, set.name, account, region));
    if (instance === undefined) throw new ResourceFailure("The stack instance is gone.");
    if (operation.action === "DETECT_DRIFT")
      return { account, region, status: "SUCCEEDED", drift: await detectInstance(acting, instance) };
    if (operation.action === "DELETE") await removeStack(acting, operation, instance);
    else await putStack(ctx, acting, set, operation, instance);
    return { account, region, status: "SUCCEEDED" };
  } catch (error) {
    const known = error instanceof Fault || error instanceof ResourceFailure;
    return {
      account,
      region,
      status: "FAILED",
      reason: known ? error.message : `Internal Failure (${String(error)})`,
    };
  }
}

async function checkRole(ctx: Waiting, set: StackSetState, account: string): Promise<void> {
  const there = ctx.as(rootPrincipal(account)).at({ account });
  try {
    await there.call(iam, "GetRole", { RoleName: set.executionRoleName });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const administrator =
      set.administrationRoleArn?.split("/").at(-1) ?? "AWSCloudFormationStackSetAdministrationRole";
    throw new ResourceFailure(
      `Account ${account} should have '${set.executionRoleName}' role with trust relationship to Role '${administrator}'.`,
    );
  }
}

async function putStack(
  ctx: Waiting,
  acting: Waiting,
  set: StackSetState,
  operation: SetOperation,
  instance: InstanceState,
): Promise<void> {
  const overridden = new Map(instance.overrides.map((each) => [each.ParameterKey, each]));
  const input = {
    Parameters: [
      ...set.parameters.filter(({ ParameterKey }) => !overridden.has(ParameterKey)),
      ...instance.overrides,
    ],
    Capabilities: set.capabilities,
    Tags: Object.entries(set.tags).map(([Key, Value]) => ({ Key, Value })),
    ClientRequestToken: operation.id,
  };
  let id = instance.stackId;
  const existing =
    id === undefined ? undefined : await acting.atomically((tx) => tx.get(Stack, stackKey(id!)));
  if (existing === undefined || existing.deletedAt !== undefined) {
    // The name follows from the operation: a run that is repeated finds the stack that it made.
    const StackName = `StackSet-${set.name}-${operation.id}`.slice(0, 128);
    const { StackId } = await createFrom(set.template, { ...input, StackName }, acting);
    id = StackId;
    await ctx.atomically(async (tx) => tx.put(StackInstance, { ...instance, stackId: id }));
  } else {
    try {
      await updateFrom(set.template, { ...input, StackName: existing.id }, acting);
    } catch (error) {
      if ((error as Error).message !== "No updates are to be performed.") throw error;
    }
  }
  const stack = await settled(acting, id ?? "");
  if (stack === undefined || !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.status))
    throw new ResourceFailure(stack?.failure ?? `ResourceLogicalId: the stack is ${stack?.status ?? "gone"}`);
}

async function removeStack(
  acting: Waiting,
  operation: SetOperation,
  { stackId }: InstanceState,
): Promise<void> {
  if (stackId === undefined || operation.retainStacks === true) return;
  await acting.call(cloudformation, "DeleteStack", { StackName: stackId });
  const stack = await settled(acting, stackId);
  if (stack?.status !== "DELETE_COMPLETE")
    throw new ResourceFailure(stack?.statusReason ?? "The stack could not be deleted.");
}

function settled(ctx: Waiting, id: string): Promise<StackState | undefined> {
  return ctx.waitFor<StackState>(stackTopic(id), Number.MAX_SAFE_INTEGER, async () => {
    const stack = await ctx.atomically((tx) => tx.get(Stack, stackKey(id)));
    return stack !== undefined && stack.operation === undefined ? { done: stack } : { retryAt: undefined };
  });
}
