// Deployments: create, look at, stop, and what their hooks answer.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { openApplication } from "../application.ts";
import { openConfiguration, stepsOf } from "../configuration.ts";
import { goOn } from "../deployments/advance.ts";
import { readAppSpec } from "../deployments/app-spec.ts";
import {
  Deployment,
  type DeploymentState,
  isOver,
  lifecycle,
  openDeployment,
  shownDeployment,
  shownTarget,
  targetId,
} from "../deployments/deployment.ts";
import { finish, newDeploymentId, pendingEvents, saveDeployment } from "../deployments/outcome.ts";
import { contentOf, located, register } from "../deployments/revision.ts";
import { Group, openGroup } from "../group.ts";
import { failure, type Input, nextToken, type Output } from "../model.ts";
import { refuseBatch } from "./applications.ts";

export async function createDeployment(
  input: Input<"CreateDeployment">,
  ctx: Waiting,
): Promise<Output<"CreateDeployment">> {
  const { applicationName, deploymentGroupName: groupName } = input;
  const { settings } = await ctx.atomically(async (tx) => {
    const { platform } = await openApplication(tx, applicationName);
    if (groupName === undefined) {
      throw failure("DeploymentGroupNameRequiredException", "Deployment group name is missing");
    }
    if (platform !== "Lambda") {
      throw notImplemented("codedeploy", `deployments of the compute platform ${platform}`);
    }
    return openGroup(tx, applicationName, groupName);
  });
  if (input.revision === undefined) throw failure("RevisionRequiredException", "The revision is missing");
  const { revision } = located(input.revision);
  const spec = await readAppSpec(
    await contentOf(revision, ctx.asRole(settings.serviceRoleArn, "CodeDeploy")),
  );
  return ctx.atomically(async (tx) => {
    const group = await openGroup(tx, applicationName, groupName ?? "");
    if (group.active !== undefined) {
      throw failure(
        "DeploymentLimitExceededException",
        `The Deployment Group '${group.name}' already has an active Deployment '${group.active}'`,
      );
    }
    const configurationName = input.deploymentConfigName ?? group.settings.deploymentConfigName;
    const configuration = await openConfiguration(tx, configurationName);
    if (configuration.platform !== "Lambda") {
      throw failure(
        "InvalidComputePlatformException",
        `The deployment configuration ${configurationName} is not for the compute platform Lambda`,
      );
    }
    const deployment: DeploymentState = {
      id: newDeploymentId(tx),
      application: applicationName,
      group: group.name,
      configuration: configurationName,
      steps: stepsOf(configuration.routing),
      serviceRoleArn: group.settings.serviceRoleArn,
      revision,
      previousRevision: group.target,
      spec,
      creator: tx.principal.service === "cloudformation.amazonaws.com" ? "CloudFormation" : "user",
      description: input.description,
      autoRollback: input.autoRollbackConfiguration ?? group.settings.autoRollbackConfiguration,
      status: "Created",
      createdAt: tx.now,
      changedAt: tx.now,
      events: pendingEvents,
      moved: 0,
      weight: 0,
    };
    await register(tx, applicationName, revision);
    await saveDeployment(tx, deployment);
    const last = { deploymentId: deployment.id, status: deployment.status, createTime: tx.now };
    tx.put(Group, { ...group, active: deployment.id, lastAttempted: last });
    goOn(tx, deployment.id);
    return { deploymentId: deployment.id };
  });
}

export async function getDeployment(
  { deploymentId }: Input<"GetDeployment">,
  tx: Transaction,
): Promise<Output<"GetDeployment">> {
  return { deploymentInfo: shownDeployment(await openDeployment(tx, deploymentId)) };
}

export async function batchGetDeployments(
  { deploymentIds }: Input<"BatchGetDeployments">,
  tx: Transaction,
): Promise<Output<"BatchGetDeployments">> {
  refuseBatch(deploymentIds, 25);
  const found = await Promise.all(deploymentIds.map((id) => openDeployment(tx, id)));
  return { deploymentsInfo: found.map(shownDeployment) };
}

export async function listDeployments(
  input: Input<"ListDeployments">,
  tx: Transaction,
): Promise<Output<"ListDeployments">> {
  const { applicationName, deploymentGroupName, includeOnlyStatuses, createTimeRange: range } = input;
  if ((applicationName === undefined) !== (deploymentGroupName === undefined)) {
    throw applicationName === undefined
      ? failure("ApplicationNameRequiredException", "Application name is missing")
      : failure("DeploymentGroupNameRequiredException", "Deployment group name is missing");
  }
  if (range?.start !== undefined && range.end !== undefined && range.start > range.end) {
    throw failure("InvalidTimeRangeException", "The time range ends before it starts");
  }
  if (applicationName !== undefined) {
    await openApplication(tx, applicationName);
    await openGroup(tx, applicationName, deploymentGroupName!);
  }
  const page = await tx.list(Deployment, {
    ...(applicationName === undefined
      ? { index: "created" }
      : { index: "group", prefix: [applicationName, deploymentGroupName!] }),
    cursor: input.nextToken,
    limit: 100,
    reverse: true,
  });
  const fitting = page.values.filter(
    ({ status, createdAt }) =>
      (includeOnlyStatuses === undefined ||
        includeOnlyStatuses.length === 0 ||
        includeOnlyStatuses.includes(status)) &&
      createdAt >= (range?.start ?? 0) &&
      createdAt <= (range?.end ?? Number.MAX_SAFE_INTEGER),
  );
  return { deployments: fitting.map(({ id }) => id), ...nextToken(page) };
}

export async function stopDeployment(
  { deploymentId, autoRollbackEnabled }: Input<"StopDeployment">,
  tx: Transaction,
): Promise<Output<"StopDeployment">> {
  const deployment = await openDeployment(tx, deploymentId);
  if (isOver(deployment)) {
    throw failure(
      "DeploymentAlreadyCompletedException",
      `The deployment ${deploymentId} has already completed`,
    );
  }
  const error = { code: "MANUAL_STOP" as const, message: "The deployment was stopped by a user" };
  const rollback = await finish(tx, deployment, "Stopped", error, autoRollbackEnabled);
  if (rollback !== undefined) goOn(tx, rollback);
  return { status: "Succeeded", statusMessage: "No more traffic is moved" };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html */
export async function putLifecycleEventHookExecutionStatus(
  input: Input<"PutLifecycleEventHookExecutionStatus">,
  tx: Transaction,
): Promise<Output<"PutLifecycleEventHookExecutionStatus">> {
  const { deploymentId = "", lifecycleEventHookExecutionId: execution, status } = input;
  const deployment = await openDeployment(tx, deploymentId);
  if (status !== "Succeeded" && status !== "Failed") {
    throw failure(
      "InvalidLifecycleEventHookExecutionStatusException",
      "The status of a lifecycle event hook must be Succeeded or Failed",
    );
  }
  const name = lifecycle.find((each) => deployment.events[each].status === "InProgress");
  if (execution === undefined || deployment.hookExecution !== execution || name === undefined) {
    if (isOver(deployment)) {
      throw failure("LifecycleEventAlreadyCompletedException", "The lifecycle event has already completed");
    }
    throw failure(
      "InvalidLifecycleEventHookExecutionIdException",
      `The lifecycle event hook execution id ${execution ?? ""} is not valid`,
    );
  }
  const message =
    status === "Failed" ? `The Lambda function of the hook ${name} reported a failure` : undefined;
  await saveDeployment(tx, {
    ...deployment,
    hookExecution: undefined,
    events: {
      ...deployment.events,
      [name]: { ...deployment.events[name], status, endedAt: tx.now, message },
    },
  });
  goOn(tx, deploymentId);
  return { lifecycleEventHookExecutionId: execution };
}

export async function listDeploymentTargets(
  { deploymentId, targetFilters = {} }: Input<"ListDeploymentTargets">,
  tx: Transaction,
): Promise<Output<"ListDeploymentTargets">> {
  const deployment = await openDeployment(tx, deploymentId);
  const { status = "Unknown" } = shownTarget(deployment, tx).lambdaTarget;
  const wanted = targetFilters.TargetStatus ?? [];
  return { targetIds: wanted.length === 0 || wanted.includes(status) ? [targetId(deployment)] : [] };
}

export async function getDeploymentTarget(
  { deploymentId, targetId: id }: Input<"GetDeploymentTarget">,
  tx: Transaction,
): Promise<Output<"GetDeploymentTarget">> {
  return { deploymentTarget: await openTarget(tx, deploymentId, id) };
}

export async function batchGetDeploymentTargets(
  { deploymentId, targetIds }: Input<"BatchGetDeploymentTargets">,
  tx: Transaction,
): Promise<Output<"BatchGetDeploymentTargets">> {
  if (targetIds.length > 25) {
    throw failure("DeploymentTargetListSizeExceededException", "The maximum number of target ids is 25");
  }
  return { deploymentTargets: await Promise.all(targetIds.map((id) => openTarget(tx, deploymentId, id))) };
}

async function openTarget(tx: Transaction, deploymentId: string, id: string) {
  const deployment = await openDeployment(tx, deploymentId);
  if (targetId(deployment) !== id) {
    throw failure(
      "DeploymentTargetDoesNotExistException",
      `The deployment ${deploymentId} has no target ${id}`,
    );
  }
  return shownTarget(deployment, tx);
}
