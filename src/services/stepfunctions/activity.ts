// Activities: tasks that wait in a queue until a worker asks for one.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { EncryptionConfiguration } from "../../model/generated/stepfunctions.d.ts";
import { isHere, namedArn, parseArn, stepFunctionsArn } from "./arn.ts";
import type { ProtectedBy } from "./encryption/customer-key.ts";
import { activityDoesNotExist } from "./model.ts";
import type { WaitAddress } from "./standard/jobs.ts";

export interface ActivityState {
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption?: EncryptionConfiguration | undefined;
  readonly protectedBy?: ProtectedBy | undefined;
}

export const Activity = defineResource<ActivityState>()({
  service: "stepfunctions",
  type: "activity",
  key: (activity) => [activity.name],
  arn: (activity, place) => stepFunctionsArn(place, "activity", activity.name),
  named: (input) => namedArn(input.activityArn),
  tags: (activity) => activity.tags,
  cached: true,
});

export interface ActivityTaskState extends WaitAddress {
  readonly activity: string;
  /** In the order in which they were scheduled. */
  readonly scheduledAt: number;
  readonly order: number;
  readonly token: string;
}

export const ActivityTask = defineResource<ActivityTaskState>()({
  service: "stepfunctions",
  type: "activity-task",
  key: (task) => [task.activity, task.scheduledAt, task.order, task.token],
});

export async function openActivity(tx: Transaction, arn: string): Promise<ActivityState> {
  const parsed = parseArn(arn, "activity");
  const activity = isHere(parsed, tx) ? await tx.get(Activity, parsed.parts[0]!) : undefined;
  if (activity === undefined) throw activityDoesNotExist(arn);
  return activity;
}

export function putActivityTask(tx: Transaction, arn: string, address: WaitAddress, token: string): void {
  const activity = arn.slice(arn.lastIndexOf(":") + 1);
  const { execution, frame, sequence } = address;
  const order = tx.nextOrder();
  tx.put(ActivityTask, { activity, scheduledAt: tx.now, order, token, execution, frame, sequence });
  tx.notify(activityTopic(activity));
}

export function activityTopic(name: string): string {
  return `stepfunctions.activity.${name}`;
}
