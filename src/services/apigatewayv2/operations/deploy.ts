// Deploying: the snapshot of an API as it stands, and the stages that take
// each change at once. A deployment made so is dropped when the next takes its
// place, since nothing can go back to it.

import type { Transaction } from "../../../core/transaction.ts";
import { badRequest } from "../model.ts";
import { type ApiState, getApi } from "../records/api.ts";
import {
  DeploymentRecord,
  type DeploymentState,
  type Snapshot,
  SnapshotRecord,
} from "../records/deployment.ts";
import {
  AuthorizerRecord,
  IntegrationRecord,
  IntegrationResponseRecord,
  ModelRecord,
  RouteRecord,
  RouteResponseRecord,
} from "../records/parts.ts";
import { StageRecord, type StageState } from "../records/stage.ts";

export interface DeploymentSettings {
  readonly description?: string | undefined;
  readonly automatic?: boolean;
}

export async function deploy(
  tx: Transaction,
  api: ApiState,
  { description, automatic = false }: DeploymentSettings = {},
): Promise<DeploymentState> {
  const snapshot = await snapshotOf(tx, api);
  if (snapshot.routes.length === 0)
    throw badRequest("At least one route is required before deploying the Api.");
  const deployment: DeploymentState = {
    apiId: api.ApiId,
    DeploymentId: tx.ids.lower(6),
    AutoDeployed: automatic,
    CreatedDate: tx.now,
    DeploymentStatus: "DEPLOYED",
    ...(description === undefined ? {} : { Description: description }),
  };
  tx.put(DeploymentRecord, deployment);
  tx.put(SnapshotRecord, { ...snapshot, deploymentId: deployment.DeploymentId });
  return deployment;
}

/** The API and all that it is made of, as it stands. */
export async function snapshotOf(tx: Transaction, api: ApiState): Promise<Omit<Snapshot, "deploymentId">> {
  const prefix = [api.ApiId];
  return {
    apiId: api.ApiId,
    api,
    routes: await tx.all(RouteRecord, prefix),
    integrations: await tx.all(IntegrationRecord, prefix),
    authorizers: await tx.all(AuthorizerRecord, prefix),
    models: await tx.all(ModelRecord, prefix),
    routeResponses: await tx.all(RouteResponseRecord, prefix),
    integrationResponses: await tx.all(IntegrationResponseRecord, prefix),
  };
}

export function removeDeployment(tx: Transaction, apiId: string, deploymentId: string): void {
  tx.delete(DeploymentRecord, apiId, deploymentId);
  tx.delete(SnapshotRecord, apiId, deploymentId);
}

/** After every change of an API: its stages that deploy by themselves do so. */
export async function deployAutomatically(tx: Transaction, apiId: string): Promise<void> {
  const stages = await tx.all(StageRecord, [apiId]);
  const automatic = stages.filter((stage) => stage.AutoDeploy === true);
  if (automatic.length === 0) return;
  const api = await getApi(tx, apiId);
  const { values: someRoutes } = await tx.list(RouteRecord, { prefix: [apiId], limit: 1 });
  const deployment = someRoutes.length === 0 ? undefined : await deploy(tx, api, { automatic: true });
  const replaced = new Set<string>();
  for (const stage of automatic) {
    if (stage.DeploymentId !== undefined) replaced.add(stage.DeploymentId);
    tx.put(StageRecord, deployed(stage, deployment, tx.now));
  }
  for (const id of replaced) {
    const old = await tx.get(DeploymentRecord, apiId, id);
    const inUse = stages.some((stage) => stage.AutoDeploy !== true && stage.DeploymentId === id);
    if (old?.AutoDeployed === true && !inUse) removeDeployment(tx, apiId, id);
  }
}

/** The stage with that deployment; without routes there is none. */
export function deployed(
  stage: StageState,
  deployment: DeploymentState | undefined,
  now: number,
): StageState {
  const { DeploymentId: _before, ...rest } = stage;
  if (deployment === undefined) {
    return {
      ...rest,
      LastUpdatedDate: now,
      LastDeploymentStatusMessage:
        "Deployment attempt failed: At least one route is required before deploying the Api.",
    };
  }
  return {
    ...rest,
    DeploymentId: deployment.DeploymentId,
    LastUpdatedDate: now,
    LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${deployment.DeploymentId}'`,
  };
}
