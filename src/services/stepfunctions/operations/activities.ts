// Activities: made, listed, deleted, and asked for work.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Attempt, Waiting } from "../../../core/waiting.ts";
import { Activity, type ActivityState, ActivityTask, activityTopic, openActivity } from "../activity.ts";
import { isHere, parseArn, stepFunctionsArn } from "../arn.ts";
import { isLate } from "../asl/advance.ts";
import { needKey, type ProtectedBy, protection, withKey } from "../encryption/customer-key.ts";
import { shownEncryption } from "../encryption/shown.ts";
import { FrameRecord, Live } from "../execution.ts";
import { checkName, type Input, type Output, stepfunctions } from "../model.ts";
import { happen } from "../standard/step.ts";
import { tagMap } from "../tags.ts";

const pollMilliseconds = 60_000;
const staleAtOnce = 50;

export async function createActivity(
  input: Input<"CreateActivity">,
  ctx: Waiting,
): Promise<Output<"CreateActivity">> {
  checkName(input.name);
  const context = { "aws:states:activityArn": stepFunctionsArn(ctx, "activity", input.name) };
  const protectedBy = await protection(input.encryptionConfiguration, context, ctx);
  return ctx.atomically((tx) => create(input, protectedBy, tx));
}

async function create(
  input: Input<"CreateActivity">,
  protectedBy: ProtectedBy | undefined,
  tx: Transaction,
): Promise<Output<"CreateActivity">> {
  const { name, encryptionConfiguration: encryption } = input;
  const activityArn = stepFunctionsArn(tx, "activity", name);
  const existing = await tx.get(Activity, name);
  if (existing !== undefined) {
    if (JSON.stringify(existing.encryption) !== JSON.stringify(encryption)) {
      throw fault(stepfunctions, "ActivityAlreadyExists", `Activity Already Exists: '${activityArn}'`);
    }
    return { activityArn, creationDate: existing.createdAt };
  }
  tx.put(Activity, { name, createdAt: tx.now, tags: tagMap(input.tags), encryption, protectedBy });
  return { activityArn, creationDate: tx.now };
}

function shown(activity: ActivityState, tx: Transaction) {
  return {
    activityArn: stepFunctionsArn(tx, "activity", activity.name),
    name: activity.name,
    creationDate: activity.createdAt,
  };
}

export async function describeActivity(
  input: Input<"DescribeActivity">,
  tx: Transaction,
): Promise<Output<"DescribeActivity">> {
  const activity = await openActivity(tx, input.activityArn);
  return {
    ...shown(activity, tx),
    encryptionConfiguration: shownEncryption(activity.encryption),
  };
}

export async function listActivities(
  input: Input<"ListActivities">,
  tx: Transaction,
): Promise<Output<"ListActivities">> {
  const page = await tx.list(Activity, { cursor: input.nextToken, limit: input.maxResults || 100 });
  return {
    activities: page.values.map((activity) => shown(activity, tx)),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}

export async function deleteActivity(
  input: Input<"DeleteActivity">,
  tx: Transaction,
): Promise<Output<"DeleteActivity">> {
  const parsed = parseArn(input.activityArn, "activity");
  if (isHere(parsed, tx)) tx.delete(Activity, parsed.parts[0]!);
  return {};
}

/** A long poll: a task as soon as there is one, or after a minute the answer that there is none. */
export async function getActivityTask(
  input: Input<"GetActivityTask">,
  ctx: Waiting,
): Promise<Output<"GetActivityTask">> {
  const { activityArn, workerName } = input;
  const activity = await withKey(ctx, async (tx, usable) => {
    const found = await openActivity(tx, activityArn);
    needKey(found.protectedBy, usable);
    return found;
  });
  const deadline = ctx.now() + pollMilliseconds;
  const taken = await ctx.waitFor(activityTopic(activity.name), deadline, () =>
    ctx.atomically((tx) => take(tx, activity.name, workerName)),
  );
  return taken ?? {};
}

async function take(
  tx: Transaction,
  activity: string,
  workerName: string | undefined,
): Promise<Attempt<Output<"GetActivityTask">>> {
  const { values } = await tx.list(ActivityTask, { prefix: [activity], limit: staleAtOnce });
  for (const task of values) {
    tx.delete(ActivityTask, task.activity, task.scheduledAt, task.order, task.token);
    const live = await tx.get(Live, task.execution);
    const frame =
      task.frame === 0 ? live?.root : (await tx.get(FrameRecord, task.execution, task.frame))?.frame;
    // Nobody waits for it any more: it timed out, or its execution was stopped.
    if (frame === undefined || isLate(frame, task.sequence) || frame.wait?.kind !== "task") continue;
    const { token, execution, frame: number, sequence } = task;
    await happen(tx, execution, {
      type: "taskStarted",
      frame: number,
      sequence,
      ...(workerName === undefined ? {} : { workerName }),
    });
    return { done: { taskToken: token, input: JSON.stringify(frame.wait.input) } };
  }
  return values.length === staleAtOnce ? { retryAt: tx.now } : {};
}
