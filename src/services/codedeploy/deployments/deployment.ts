// A deployment of a Lambda function: an alias on its way from one version to
// another. All it has reached is in its record; `advance.ts` takes it further.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  AutoRollbackConfiguration,
  DeploymentCreator,
  DeploymentInfo,
  DeploymentStatus,
  ErrorInformation,
  LambdaTarget,
  LifecycleEvent,
  LifecycleEventStatus,
  RevisionLocation,
  RollbackInfo,
  TargetStatus,
} from "../../../model/generated/codedeploy.d.ts";
import type { Step } from "../configuration.ts";
import { styleOf } from "../group.ts";
import { failure } from "../model.ts";
import type { AppSpec } from "./app-spec.ts";

export const lifecycle = ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"] as const;

export type LifecycleName = (typeof lifecycle)[number];

export interface LifecycleState {
  readonly status: LifecycleEventStatus;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** Why it failed. */
  readonly message?: string | undefined;
}

export interface DeploymentState {
  readonly id: string;
  readonly application: string;
  readonly group: string;
  readonly configuration: string;
  readonly steps: readonly Step[];
  readonly serviceRoleArn: string;
  readonly revision: RevisionLocation;
  readonly previousRevision?: RevisionLocation | undefined;
  readonly spec: AppSpec;
  readonly creator: DeploymentCreator;
  readonly description?: string | undefined;
  readonly autoRollback?: AutoRollbackConfiguration | undefined;
  readonly status: DeploymentStatus;
  readonly error?: ErrorInformation | undefined;
  readonly rollback?: RollbackInfo | undefined;
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly completedAt?: number | undefined;
  readonly changedAt: number;
  readonly events: Readonly<Record<LifecycleName, LifecycleState>>;
  /** Steps of moving traffic that are done. */
  readonly moved: number;
  /** The new version's share, in percent. */
  readonly weight: number;
  /** When the last step was done. */
  readonly movedAt?: number | undefined;
  /** Of the hook that has been called and has not said its status. */
  readonly hookExecution?: string | undefined;
}

export const Deployment = defineResource<DeploymentState>()({
  service: "codedeploy",
  type: "deployment",
  key: ({ id }) => [id],
  indexes: {
    created: ({ createdAt, id }) => [createdAt, id],
    group: ({ application, group, createdAt, id }) => [application, group, createdAt, id],
  },
});

export async function openDeployment(tx: Transaction, id: string): Promise<DeploymentState> {
  if (!/^d-[A-Z0-9]{9}$/.test(id)) {
    throw failure("InvalidDeploymentIdException", `Deployment Id ${id} is not in a valid format`);
  }
  const deployment = await tx.get(Deployment, id);
  if (deployment === undefined) {
    throw failure("DeploymentDoesNotExistException", `The deployment ${id} could not be found`);
  }
  return deployment;
}

const ended: readonly DeploymentStatus[] = ["Succeeded", "Failed", "Stopped"];

export const isOver = ({ status }: DeploymentState): boolean => ended.includes(status);

export function shownDeployment(deployment: DeploymentState): DeploymentInfo {
  const target = targetStatus(deployment);
  return {
    applicationName: deployment.application,
    deploymentGroupName: deployment.group,
    deploymentConfigName: deployment.configuration,
    deploymentId: deployment.id,
    previousRevision: deployment.previousRevision,
    revision: deployment.revision,
    status: deployment.status,
    errorInformation: deployment.error,
    createTime: deployment.createdAt,
    startTime: deployment.startedAt,
    completeTime: deployment.completedAt,
    deploymentOverview: {
      Pending: Number(target === "Pending"),
      InProgress: Number(target === "InProgress"),
      Succeeded: Number(target === "Succeeded"),
      Failed: Number(target === "Failed"),
      Skipped: Number(target === "Skipped"),
      Ready: 0,
    },
    description: deployment.description,
    creator: deployment.creator,
    ignoreApplicationStopFailures: false,
    autoRollbackConfiguration: deployment.autoRollback,
    updateOutdatedInstancesOnly: false,
    rollbackInfo: deployment.rollback,
    deploymentStyle: styleOf("Lambda", undefined),
    instanceTerminationWaitTimeStarted: false,
    fileExistsBehavior: "DISALLOW",
    deploymentStatusMessages: [],
    computePlatform: "Lambda",
  };
}

export const targetId = ({ spec }: DeploymentState): string => `${spec.functionName}:${spec.alias}`;

function targetStatus({ status }: DeploymentState): TargetStatus {
  if (status === "Created" || status === "Queued") return "Pending";
  if (status === "InProgress" || status === "Succeeded") return status;
  return status === "Stopped" ? "Skipped" : "Failed";
}

export function shownTarget(deployment: DeploymentState, place: { region: string; account: string }) {
  const { functionName, alias, currentVersion, targetVersion } = deployment.spec;
  const target: LambdaTarget = {
    deploymentId: deployment.id,
    targetId: targetId(deployment),
    targetArn: functionName.startsWith("arn:")
      ? functionName
      : `arn:aws:lambda:${place.region}:${place.account}:function:${functionName}:${alias}`,
    status: targetStatus(deployment),
    lastUpdatedAt: deployment.changedAt,
    lifecycleEvents: lifecycle.map((name) => shownEvent(name, deployment.events[name])),
    lambdaFunctionInfo: {
      functionName,
      functionAlias: alias,
      currentVersion,
      targetVersion,
      targetVersionWeight: deployment.weight,
    },
  };
  return { deploymentTargetType: "LambdaTarget" as const, lambdaTarget: target };
}

function shownEvent(
  lifecycleEventName: LifecycleName,
  { status, startedAt, endedAt, message }: LifecycleState,
): LifecycleEvent {
  return {
    lifecycleEventName,
    status,
    startTime: startedAt,
    endTime: endedAt,
    ...(message === undefined ? {} : { diagnostics: { errorCode: "ScriptFailed", message, logTail: "" } }),
  };
}
