// How a deployment goes on: each run of the job does the one thing that is next,
// records it, and asks for the next run. A crash repeats at most that one thing.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ErrorCode } from "../../../model/generated/codedeploy.d.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Deployment, type DeploymentState, isOver, type LifecycleName, lifecycle } from "./deployment.ts";
import { finish, saveDeployment } from "./outcome.ts";

const lambda = modelOf<Lambda>("lambda");

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html */
const hookMilliseconds = 3_600_000;

export const advance = defineJob<{ readonly id: string }>({
  name: "codedeploy.advance",
  run: {
    waits: async ({ id }, ctx) => {
      const deployment = await ctx.atomically((tx) => tx.get(Deployment, id));
      if (deployment === undefined || isOver(deployment)) return;
      await takeOn(deployment, ctx);
    },
  },
});

export function goOn(tx: Transaction, id: string, at = tx.now): void {
  tx.enqueue(advance, { id }, { id, at });
}

async function takeOn(deployment: DeploymentState, ctx: Waiting): Promise<void> {
  const name = lifecycle.find((each) => deployment.events[each].status !== "Succeeded");
  if (deployment.status === "Created") return await begin(deployment, ctx);
  if (name === undefined) {
    await record(deployment, ctx, async (tx) => void (await finish(tx, deployment, "Succeeded")));
    return;
  }
  await (name === "AllowTraffic" ? shift(deployment, ctx) : hook(deployment, name, ctx));
}

/** The version that the alias points to must be the one that the revision says. */
async function begin(deployment: DeploymentState, ctx: Waiting): Promise<void> {
  const { functionName: FunctionName, alias: Name, currentVersion, targetVersion } = deployment.spec;
  const as = actor(deployment, ctx);
  try {
    const { FunctionVersion } = await as.call(lambda, "GetAlias", { FunctionName, Name });
    if (FunctionVersion !== currentVersion && FunctionVersion !== targetVersion) {
      const message = `The current version of the alias ${Name} is ${FunctionVersion}, not ${currentVersion}`;
      return await fail(deployment, ctx, "INVALID_LAMBDA_CONFIGURATION", message);
    }
    await as.call(lambda, "GetFunction", { FunctionName, Qualifier: targetVersion });
  } catch (error) {
    return await failBy(deployment, ctx, error);
  }
  await record(deployment, ctx, async (tx) => {
    await saveDeployment(tx, { ...deployment, status: "InProgress", startedAt: tx.now });
    goOn(tx, deployment.id);
  });
}

async function shift(deployment: DeploymentState, ctx: Waiting): Promise<void> {
  const { steps, moved, movedAt = 0, events } = deployment;
  const due = movedAt + (steps[moved - 1]?.stay ?? 0);
  if (due > ctx.now()) {
    await record(deployment, ctx, async (tx) => goOn(tx, deployment.id, due));
    return;
  }
  const step = steps[moved];
  if (step === undefined) {
    await record(deployment, ctx, async (tx) => {
      await saveDeployment(tx, {
        ...deployment,
        events: { ...events, AllowTraffic: { ...events.AllowTraffic, status: "Succeeded", endedAt: tx.now } },
      });
      goOn(tx, deployment.id);
    });
    return;
  }
  try {
    await route(deployment, step.weight, ctx);
  } catch (error) {
    return await failBy(deployment, ctx, error);
  }
  await record(deployment, ctx, async (tx) => {
    const startedAt = events.AllowTraffic.startedAt ?? tx.now;
    await saveDeployment(tx, {
      ...deployment,
      moved: moved + 1,
      movedAt: tx.now,
      weight: step.weight,
      events: { ...events, AllowTraffic: { status: "InProgress", startedAt } },
    });
    goOn(tx, deployment.id, tx.now + step.stay);
  });
}

/** Gives the new version this share of the alias's traffic, in percent. */
export async function route(deployment: DeploymentState, weight: number, ctx: Waiting): Promise<void> {
  const { functionName: FunctionName, alias: Name, currentVersion, targetVersion } = deployment.spec;
  const mixed = weight > 0 && weight < 100;
  await actor(deployment, ctx).call(lambda, "UpdateAlias", {
    FunctionName,
    Name,
    FunctionVersion: weight === 100 ? targetVersion : currentVersion,
    RoutingConfig: { AdditionalVersionWeights: mixed ? { [targetVersion]: weight / 100 } : {} },
  });
}

/** Calls the hook, and once it was called sees whether it has said its status in time. */
async function hook(deployment: DeploymentState, name: LifecycleName, ctx: Waiting): Promise<void> {
  const { events, spec, hookExecution, id } = deployment;
  const event = events[name];
  const FunctionName = name === "AllowTraffic" ? undefined : spec.hooks[name];
  if (FunctionName === undefined) {
    await record(deployment, ctx, async (tx) => {
      const done = { status: "Succeeded" as const, startedAt: tx.now, endedAt: tx.now };
      await saveDeployment(tx, { ...deployment, events: { ...events, [name]: done } });
      goOn(tx, id);
    });
    return;
  }
  if (event.status === "Failed") return await fail(deployment, ctx, "HOOK_EXECUTION_FAILURE", event.message);
  if (hookExecution !== undefined && event.startedAt !== undefined) {
    const deadline = event.startedAt + hookMilliseconds;
    if (ctx.now() < deadline) {
      await record(deployment, ctx, async (tx) => goOn(tx, id, deadline));
      return;
    }
    return await fail(
      deployment,
      ctx,
      "HOOK_EXECUTION_FAILURE",
      `The Lambda function of the hook ${name} did not return its status within one hour`,
    );
  }
  const execution = Buffer.from(ctx.ids.uuid()).toString("base64url");
  // Before the call: the function may answer while it is still running.
  const called = await record(deployment, ctx, async (tx) => {
    const begun = { status: "InProgress" as const, startedAt: tx.now };
    await saveDeployment(tx, {
      ...deployment,
      hookExecution: execution,
      events: { ...events, [name]: begun },
    });
    goOn(tx, id, tx.now + hookMilliseconds);
  });
  if (!called) return;
  const Payload = { DeploymentId: id, LifecycleEventHookExecutionId: execution };
  const problem = await actor(deployment, ctx)
    .call(lambda, "Invoke", { FunctionName, Payload: Buffer.from(JSON.stringify(Payload)) })
    .then(
      ({ FunctionError }) => FunctionError && `The Lambda function of the hook ${name} failed`,
      (error: unknown) => {
        if (error instanceof Fault) return error.message;
        throw error;
      },
    );
  if (problem === undefined) return;
  const now = await ctx.atomically((tx) => tx.get(Deployment, id));
  if (now?.hookExecution === execution) await fail(now, ctx, "HOOK_EXECUTION_FAILURE", problem);
}

const actor = ({ serviceRoleArn, id }: DeploymentState, ctx: Waiting): Waiting =>
  ctx.asRole(serviceRoleArn, id);

async function failBy(deployment: DeploymentState, ctx: Waiting, error: unknown): Promise<void> {
  if (!(error instanceof Fault)) throw error;
  const missing = error.code === "ResourceNotFoundException";
  await fail(
    deployment,
    ctx,
    missing ? "INVALID_LAMBDA_FUNCTION" : "INVALID_LAMBDA_CONFIGURATION",
    error.message,
  );
}

async function fail(
  deployment: DeploymentState,
  ctx: Waiting,
  code: ErrorCode,
  message = "The deployment failed",
): Promise<void> {
  await record(deployment, ctx, async (tx) => {
    const rollback = await finish(tx, deployment, "Failed", { code, message });
    if (rollback !== undefined) goOn(tx, rollback);
  });
}

/** Unless it was stopped, or a hook told its status, in the meantime: that has asked for a run of its own. */
async function record(
  seen: DeploymentState,
  ctx: Waiting,
  body: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  return ctx.atomically(async (tx) => {
    // It changes with every change.
    if ((await tx.get(Deployment, seen.id))?.changedAt !== seen.changedAt) return false;
    await body(tx);
    return true;
  });
}
