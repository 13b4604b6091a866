// Deployments and stages. A stage names the deployment that it serves, and
// how: variables, a canary, settings by method, logs.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { MethodSetting, Stage } from "../../../model/generated/apigateway.d.ts";
import { notFound } from "../model.ts";

export interface DeploymentState {
  readonly apiId: string;
  readonly id: string;
  readonly description?: string | undefined;
  readonly createdDate: number;
}

export const DeploymentRecord = defineResource<DeploymentState>()({
  service: "apigateway",
  type: "deployment",
  key: (deployment) => [deployment.apiId, deployment.id],
});

export interface StageState extends Stage {
  readonly apiId: string;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
  /** By the path that the patch named: of all methods, or `~1pets~1{petId}/GET`, or `pets/GET`. */
  readonly methodSettings: Readonly<Record<string, MethodSetting>>;
  /** Changes with every flush: what was cached under another is not used. */
  readonly cacheEpoch?: string | undefined;
  readonly authorizerCacheEpoch?: string | undefined;
}

export const StageRecord = defineResource<StageState>()({
  service: "apigateway",
  type: "stage",
  key: (stage) => [stage.apiId, stage.stageName],
  arn: (stage, at) => `arn:aws:apigateway:${at.region}::/restapis/${stage.apiId}/stages/${stage.stageName}`,
  tags: (stage) => stage.tags ?? {},
  cached: true,
});

const all = "*/*";

/** The settings of one method: its own where there are any, over those of all methods. */
export function methodSettingsOf(stage: StageState, path: string, httpMethod: string): MethodSetting {
  const settings: Record<string, unknown> = { ...stage.methodSettings[all] };
  for (const [key, own] of Object.entries(stage.methodSettings)) {
    if (key !== all && namesMethod(key, path, httpMethod)) Object.assign(settings, own);
  }
  return settings as MethodSetting;
}

/** Whether a key of the settings means that method: clients write its path with slashes escaped or not, with the first or without. */
function namesMethod(key: string, path: string, httpMethod: string): boolean {
  const slash = key.lastIndexOf("/");
  const named = key.slice(0, slash).replaceAll("~1", "/").replaceAll("~0", "~");
  const method = key.slice(slash + 1);
  return (
    (method === httpMethod || method === "*") &&
    (named === "*" || (named.startsWith("/") ? named : `/${named}`) === path)
  );
}

export async function openStage(tx: Transaction, apiId: string, name: string): Promise<StageState> {
  const stage = await tx.get(StageRecord, apiId, name);
  if (stage === undefined) throw notFound("Invalid stage identifier specified");
  return stage;
}

export async function openDeployment(tx: Transaction, apiId: string, id: string): Promise<DeploymentState> {
  const deployment = await tx.get(DeploymentRecord, apiId, id);
  if (deployment === undefined) throw notFound("Invalid Deployment identifier specified");
  return deployment;
}
