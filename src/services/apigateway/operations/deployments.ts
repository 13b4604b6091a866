// Deployments: the API as it is, kept for stages to serve.

import type { Transaction } from "../../../core/transaction.ts";
import type { Deployment, MethodSnapshot } from "../../../model/generated/apigateway.d.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { type ApiSnapshot, SnapshotRecord, takeSnapshot } from "../deployments/snapshot.ts";
import { DeploymentRecord, type DeploymentState, openDeployment, StageRecord } from "../deployments/stage.ts";
import { badRequest, dateOf, type Input, type Output } from "../model.ts";
import { patched, patchTable } from "../patch/patch.ts";
import { replaceable } from "../patch/rule.ts";
import { text } from "../patch/value.ts";
import { shownPage } from "./page.ts";
import { checkStage, newStage } from "./stages.ts";

export async function createDeployment(
  input: Input<"CreateDeployment">,
  tx: Transaction,
): Promise<Output<"CreateDeployment">> {
  const api = await openRestApi(tx, input.restApiId);
  const snapshot = await takeSnapshot(tx, api);
  checkMethods(snapshot);
  const deployment: DeploymentState = {
    apiId: api.id,
    id: tx.ids.lower(6),
    description: input.description,
    createdDate: dateOf(tx),
  };
  tx.put(DeploymentRecord, deployment);
  tx.put(SnapshotRecord, { ...snapshot, apiId: api.id, deploymentId: deployment.id });
  if (input.stageName !== undefined && input.stageName !== "") {
    await deployTo(tx, input.stageName, deployment, input);
  }
  return shown(deployment);
}

function checkMethods({ api, resources }: ApiSnapshot): void {
  if (api.endpointConfiguration.types?.[0] === "PRIVATE" && api.policy === undefined) {
    throw badRequest("Private REST API doesn't have a resource policy attached to it");
  }
  const methods = resources.flatMap((resource) => Object.values(resource.methods));
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some((method) => method.methodIntegration === undefined)) {
    throw badRequest("No integration defined for method");
  }
}

/** Points the stage to the deployment, or its canary where there are settings for one; makes the stage where it is new. */
async function deployTo(
  tx: Transaction,
  stageName: string,
  deployment: DeploymentState,
  input: Input<"CreateDeployment">,
): Promise<void> {
  const given = {
    ...(input.stageDescription === undefined ? {} : { description: input.stageDescription }),
    ...(input.variables === undefined ? {} : { variables: input.variables }),
    ...(input.cacheClusterEnabled === undefined ? {} : { cacheClusterEnabled: input.cacheClusterEnabled }),
    ...(input.cacheClusterSize === undefined ? {} : { cacheClusterSize: input.cacheClusterSize }),
    ...(input.tracingEnabled === undefined ? {} : { tracingEnabled: input.tracingEnabled }),
  };
  const before = await tx.get(StageRecord, deployment.apiId, stageName);
  const canarySettings = input.canarySettings && {
    percentTraffic: 0,
    useStageCache: false,
    ...input.canarySettings,
    deploymentId: deployment.id,
  };
  if (before === undefined) {
    if (canarySettings !== undefined) {
      throw badRequest("Deployment canary settings can only be specified for an existing stage");
    }
    const stage = await newStage(tx, deployment.apiId, {
      ...given,
      stageName,
      deploymentId: deployment.id,
    });
    tx.put(StageRecord, stage);
    return;
  }
  const aim = canarySettings === undefined ? { deploymentId: deployment.id } : { canarySettings };
  const stage = { ...before, ...given, ...aim, lastUpdatedDate: dateOf(tx) };
  checkStage(stage);
  tx.put(StageRecord, stage);
}

export async function getDeployment(
  { restApiId, deploymentId, embed }: Input<"GetDeployment">,
  tx: Transaction,
): Promise<Output<"GetDeployment">> {
  await openRestApi(tx, restApiId);
  const deployment = await openDeployment(tx, restApiId, deploymentId);
  if (embed?.some((each) => each.toLowerCase() === "apisummary") !== true) return shown(deployment);
  const snapshot = await tx.get(SnapshotRecord, restApiId, deploymentId);
  return { ...shown(deployment), apiSummary: summary(snapshot?.resources ?? []) };
}

function summary(
  resources: ApiSnapshot["resources"],
): Readonly<Record<string, Readonly<Record<string, MethodSnapshot>>>> {
  return Object.fromEntries(
    resources
      .filter((resource) => Object.keys(resource.methods).length > 0)
      .map((resource) => [
        resource.path,
        Object.fromEntries(
          Object.entries(resource.methods).map(([name, { authorizationType, apiKeyRequired }]) => [
            name,
            { authorizationType, apiKeyRequired },
          ]),
        ),
      ]),
  );
}

export async function getDeployments(
  input: Input<"GetDeployments">,
  tx: Transaction,
): Promise<Output<"GetDeployments">> {
  await openRestApi(tx, input.restApiId);
  return shownPage(tx, DeploymentRecord, input, shown, { prefix: [input.restApiId] });
}

const rules = patchTable([replaceable("/description", text)]);

export async function updateDeployment(
  { restApiId, deploymentId, patchOperations }: Input<"UpdateDeployment">,
  tx: Transaction,
): Promise<Output<"UpdateDeployment">> {
  await openRestApi(tx, restApiId);
  const deployment = patched(await openDeployment(tx, restApiId, deploymentId), patchOperations, rules);
  tx.put(DeploymentRecord, deployment);
  return shown(deployment);
}

export async function deleteDeployment(
  { restApiId, deploymentId }: Input<"DeleteDeployment">,
  tx: Transaction,
): Promise<Output<"DeleteDeployment">> {
  await openRestApi(tx, restApiId);
  await openDeployment(tx, restApiId, deploymentId);
  const stages = await tx.all(StageRecord, [restApiId]);
  const used = stages.some(
    (stage) => stage.deploymentId === deploymentId || stage.canarySettings?.deploymentId === deploymentId,
  );
  if (used) throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  tx.delete(DeploymentRecord, restApiId, deploymentId);
  tx.delete(SnapshotRecord, restApiId, deploymentId);
  return {};
}

function shown({ apiId: _apiId, ...deployment }: DeploymentState): Deployment {
  return deployment;
}
