// Changes of a deployment's state, with what follows from them: the group's
// record, the events on the default bus, the triggers' messages, and going back.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeploymentStatus,
  ErrorInformation,
  TriggerEventType,
} from "../../../model/generated/codedeploy.d.ts";
import { Revision } from "../application.ts";
import { Group, type GroupState } from "../group.ts";
import { Deployment, type DeploymentState, lifecycle } from "./deployment.ts";
import { located } from "./revision.ts";
import { sendTrigger } from "./trigger.ts";

/** Stores it, and tells of a new status. */
export async function saveDeployment(tx: Transaction, deployment: DeploymentState): Promise<void> {
  const before = await tx.get(Deployment, deployment.id);
  tx.put(Deployment, { ...deployment, changedAt: Math.max(tx.now, (before?.changedAt ?? 0) + 1) });
  if (before?.status === deployment.status || deployment.status === "Created") return;
  const state = deployment.status === "InProgress" ? "START" : stateOf[deployment.status];
  if (state !== undefined) tell(tx, deployment, state);
  const trigger = triggerOf[deployment.status];
  if (trigger !== undefined) await pull(tx, deployment, trigger);
}

const stateOf: Readonly<Partial<Record<DeploymentStatus, string>>> = {
  Succeeded: "SUCCESS",
  Failed: "FAILURE",
  Stopped: "STOP",
};

const triggerOf: Readonly<Partial<Record<DeploymentStatus, TriggerEventType>>> = {
  InProgress: "DeploymentStart",
  Succeeded: "DeploymentSuccess",
  Failed: "DeploymentFailure",
  Stopped: "DeploymentStop",
};

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html */
function tell(tx: Transaction, { id, application, group }: DeploymentState, state: string): void {
  const arn = `arn:aws:codedeploy:${tx.region}:${tx.account}`;
  tx.publish("aws.codedeploy", {
    "detail-type": "CodeDeploy Deployment State-change Notification",
    resources: [`${arn}:application:${application}`, `${arn}:deploymentgroup:${application}/${group}`],
    detail: { region: tx.region, deploymentId: id, application, deploymentGroup: group, state },
  });
}

async function pull(tx: Transaction, deployment: DeploymentState, event: TriggerEventType): Promise<void> {
  const { settings } = (await tx.get(Group, deployment.application, deployment.group)) ?? {};
  for (const { triggerTargetArn, triggerEvents, triggerName } of settings?.triggerConfigurations ?? []) {
    if (triggerTargetArn === undefined || !triggerEvents?.includes(event)) continue;
    tx.enqueue(sendTrigger, {
      deployment: deployment.id,
      topicArn: triggerTargetArn,
      triggerName: triggerName ?? "",
      event,
    });
  }
}

/** The last state. A rollback is a deployment of its own: its id, for it to go on. */
export async function finish(
  tx: Transaction,
  deployment: DeploymentState,
  status: "Succeeded" | "Failed" | "Stopped",
  error?: ErrorInformation,
  rollBack = wantsRollback(deployment, status),
): Promise<string | undefined> {
  const events = Object.fromEntries(
    lifecycle.map((name) => {
      const event = deployment.events[name];
      if (event.status === "InProgress" || event.status === "Failed") {
        return [name, { ...event, status: status === "Failed" ? "Failed" : "Skipped", endedAt: tx.now }];
      }
      return [name, event.status === "Pending" ? { status: "Skipped" } : event];
    }),
  ) as unknown as DeploymentState["events"];
  const group = await tx.get(Group, deployment.application, deployment.group);
  const goesBack =
    rollBack && deployment.creator !== "codeDeployRollback" && deployment.startedAt !== undefined;
  const rollbackId = goesBack ? newDeploymentId(tx) : undefined;
  const over: DeploymentState = {
    ...deployment,
    status,
    error,
    events: status === "Succeeded" ? deployment.events : events,
    completedAt: tx.now,
    hookExecution: undefined,
    ...(rollbackId === undefined
      ? {}
      : {
          rollback: {
            rollbackDeploymentId: rollbackId,
            rollbackMessage: `Deployment ${deployment.id} is rolled back by deployment ${rollbackId}`,
          },
        }),
  };
  await saveDeployment(tx, over);
  if (group === undefined) return rollbackId;
  await closeGroup(tx, group, over, rollbackId);
  if (rollbackId !== undefined) {
    await pull(tx, over, "DeploymentRollback");
    await goBack(tx, over, rollbackId);
  }
  return rollbackId;
}

function wantsRollback({ autoRollback }: DeploymentState, status: string): boolean {
  if (autoRollback?.enabled !== true) return false;
  const event = status === "Failed" ? "DEPLOYMENT_FAILURE" : "DEPLOYMENT_STOP_ON_REQUEST";
  return status !== "Succeeded" && autoRollback.events?.includes(event) === true;
}

async function closeGroup(
  tx: Transaction,
  group: GroupState,
  over: DeploymentState,
  active: string | undefined,
): Promise<void> {
  const last = { deploymentId: over.id, status: over.status, createTime: over.createdAt, endTime: tx.now };
  const succeeded = over.status === "Succeeded";
  tx.put(Group, {
    ...group,
    active,
    lastAttempted: last,
    ...(succeeded ? { lastSuccessful: last, target: over.revision } : {}),
  });
  if (!succeeded) return;
  const { location } = located(over.revision);
  const revision = await tx.get(Revision, over.application, location);
  if (revision === undefined) return;
  tx.put(Revision, {
    ...revision,
    firstUsedAt: revision.firstUsedAt ?? tx.now,
    lastUsedAt: tx.now,
    groups: [...new Set([...revision.groups, over.group])],
  });
}

/** Back to the version before, at once and without hooks. */
async function goBack(tx: Transaction, failed: DeploymentState, id: string): Promise<void> {
  const { functionName, alias, currentVersion, targetVersion } = failed.spec;
  await saveDeployment(tx, {
    ...failed,
    id,
    steps: [{ weight: 100, stay: 0 }],
    revision: failed.previousRevision ?? failed.revision,
    previousRevision: failed.revision,
    spec: { functionName, alias, currentVersion: targetVersion, targetVersion: currentVersion, hooks: {} },
    creator: "codeDeployRollback",
    description: `Rollback of deployment ${failed.id}`,
    autoRollback: undefined,
    status: "Created",
    error: undefined,
    rollback: {
      rollbackTriggeringDeploymentId: failed.id,
      rollbackMessage: `Deployment ${failed.id} failed or was stopped: the version before it is deployed again`,
    },
    createdAt: tx.now,
    startedAt: undefined,
    completedAt: undefined,
    events: pendingEvents,
    moved: 0,
    movedAt: undefined,
    weight: 0,
  });
}

export const pendingEvents: DeploymentState["events"] = {
  BeforeAllowTraffic: { status: "Pending" },
  AllowTraffic: { status: "Pending" },
  AfterAllowTraffic: { status: "Pending" },
};

/** `d-` and nine characters. */
export const newDeploymentId = (tx: Transaction): string => `d-${tx.ids.lower(9).toUpperCase()}`;
