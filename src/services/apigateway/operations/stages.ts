// Stages: under which name a deployment is served, and how.

import type { Transaction } from "../../../core/transaction.ts";
import { isMapped } from "../../../gateway/domains/domain-name.ts";
import type { MethodSetting, Stage } from "../../../model/generated/apigateway.d.ts";
import { AccountRecord } from "../account.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { openDeployment, openStage, StageRecord, type StageState } from "../deployments/stage.ts";
import { badRequest, conflict, dateOf, type Input, limitExceeded, type Output } from "../model.ts";
import { patched } from "../patch/patch.ts";
import { stageRules } from "../patch/stage-rules.ts";

const mostStages = 10;

export async function createStage(
  input: Input<"CreateStage">,
  tx: Transaction,
): Promise<Output<"CreateStage">> {
  const { restApiId, canarySettings, ...given } = input;
  await openRestApi(tx, restApiId);
  await openDeployment(tx, restApiId, input.deploymentId);
  if ((await tx.get(StageRecord, restApiId, input.stageName)) !== undefined) {
    throw conflict("Stage already exists");
  }
  if (canarySettings?.deploymentId !== undefined) {
    await openDeployment(tx, restApiId, canarySettings.deploymentId);
  }
  const stage = await newStage(tx, restApiId, {
    ...given,
    ...(canarySettings === undefined
      ? {}
      : { canarySettings: { percentTraffic: 0, useStageCache: false, ...canarySettings } }),
  });
  tx.put(StageRecord, stage);
  return shown(stage);
}

/** A stage with its defaults, checked; nothing is stored. */
export async function newStage(
  tx: Transaction,
  apiId: string,
  given: Stage & Pick<StageState, "stageName" | "deploymentId">,
): Promise<StageState> {
  const stages = await tx.all(StageRecord, [apiId]);
  if (stages.length >= mostStages) {
    throw limitExceeded(
      "Maximum number of stages for this API has been reached. Please contact AWS if you need additional stages.",
    );
  }
  const cacheClusterEnabled = given.cacheClusterEnabled ?? false;
  const stage: StageState = {
    ...given,
    apiId,
    cacheClusterEnabled,
    cacheClusterStatus: cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE",
    ...(cacheClusterEnabled ? { cacheClusterSize: given.cacheClusterSize ?? "0.5" } : {}),
    methodSettings: {},
    tracingEnabled: given.tracingEnabled ?? false,
    createdDate: dateOf(tx),
    lastUpdatedDate: dateOf(tx),
  };
  checkStage(stage);
  return stage;
}

export function checkStage({ stageName, variables, canarySettings }: Stage): void {
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stageName ?? "")) throw badRequest("Stage name only allows a-zA-Z0-9_-");
  for (const [name, value] of [
    ...Object.entries(variables ?? {}),
    ...Object.entries(canarySettings?.stageVariableOverrides ?? {}),
  ]) {
    if (!/^[a-zA-Z0-9_]+$/.test(name)) {
      throw badRequest(
        `Stage variable name can only contain alphanumeric characters and underscores: ${name}`,
      );
    }
    if (!/^[A-Za-z0-9\-._~:/?#&=,]*$/.test(value)) {
      throw badRequest(
        `Invalid stage variable value: ${value}. Please use values with alphanumeric characters and the symbols - . _ ~ : / ? # & = ,`,
      );
    }
  }
  const percent = canarySettings?.percentTraffic;
  if (percent !== undefined && (percent < 0 || percent > 100)) {
    throw badRequest("Invalid canary percent traffic, must be between 0.0 and 100.0");
  }
}

export async function getStage(
  { restApiId, stageName }: Input<"GetStage">,
  tx: Transaction,
): Promise<Output<"GetStage">> {
  await openRestApi(tx, restApiId);
  return shown(await openStage(tx, restApiId, stageName));
}

export async function getStages(
  { restApiId, deploymentId }: Input<"GetStages">,
  tx: Transaction,
): Promise<Output<"GetStages">> {
  await openRestApi(tx, restApiId);
  const stages = await tx.all(StageRecord, [restApiId]);
  return {
    item: stages
      .filter((stage) => deploymentId === undefined || stage.deploymentId === deploymentId)
      .map(shown),
  };
}

export async function updateStage(
  { restApiId, stageName, patchOperations }: Input<"UpdateStage">,
  tx: Transaction,
): Promise<Output<"UpdateStage">> {
  await openRestApi(tx, restApiId);
  const before = await openStage(tx, restApiId, stageName);
  const after = patched(before, patchOperations, stageRules);
  checkStage(after);
  for (const id of [after.deploymentId, after.canarySettings?.deploymentId]) {
    if (id !== undefined && id !== before.deploymentId) await openDeployment(tx, restApiId, id);
  }
  if (logs(after) && !logs(before)) await checkLogRole(tx);
  const stage: StageState = {
    ...after,
    cacheClusterStatus: after.cacheClusterEnabled === true ? "AVAILABLE" : "NOT_AVAILABLE",
    ...(after.cacheClusterEnabled === true ? { cacheClusterSize: after.cacheClusterSize ?? "0.5" } : {}),
    lastUpdatedDate: dateOf(tx),
  };
  tx.put(StageRecord, stage);
  return shown(stage);
}

const writesLog = (setting: MethodSetting): boolean =>
  setting.loggingLevel !== undefined && setting.loggingLevel !== "OFF";

/** Whether the stage writes to CloudWatch Logs; Firehose needs no role. */
function logs({ accessLogSettings, methodSettings }: StageState): boolean {
  return (
    accessLogSettings?.destinationArn?.includes(":logs:") === true ||
    Object.values(methodSettings).some(writesLog)
  );
}

async function checkLogRole(tx: Transaction): Promise<void> {
  const account = await tx.get(AccountRecord, "account");
  if (account?.cloudwatchRoleArn === undefined) {
    throw badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging");
  }
}

export async function deleteStage(
  { restApiId, stageName }: Input<"DeleteStage">,
  tx: Transaction,
): Promise<Output<"DeleteStage">> {
  await openRestApi(tx, restApiId);
  await openStage(tx, restApiId, stageName);
  if (await isMapped(tx, restApiId, stageName)) {
    throw badRequest("Please remove all base path mappings related to the stage in your domain name.");
  }
  tx.delete(StageRecord, restApiId, stageName);
  return {};
}

function shown(stage: StageState): Stage {
  const { apiId: _apiId, cacheEpoch: _epoch, authorizerCacheEpoch: _authorizers, ...rest } = stage;
  return rest;
}
