// Deployments: create, read, change, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { badRequest, type Input, notFound, nothing, type Output } from "../model.ts";
import { getApi } from "../records/api.ts";
import { changed, shown } from "../records/change.ts";
import { DeploymentRecord, type DeploymentState } from "../records/deployment.ts";
import { getStageState, StageRecord } from "../records/stage.ts";
import { deploy, deployed, removeDeployment } from "./deploy.ts";
import { pageOf } from "./page.ts";

export async function createDeployment(
  { ApiId, Description, StageName }: Input<"CreateDeployment">,
  tx: Transaction,
): Promise<Output<"CreateDeployment">> {
  const api = await getApi(tx, ApiId);
  const stage = StageName === undefined ? undefined : await getStageState(tx, ApiId, StageName);
  if (stage?.AutoDeploy === true) {
    throw badRequest("Deployments cannot be created for stages with AutoDeploy enabled");
  }
  const deployment = await deploy(tx, api, { description: Description });
  if (stage !== undefined) tx.put(StageRecord, deployed(stage, deployment, tx.now));
  return shown(deployment, "apiId");
}

export async function getDeployment(
  input: Input<"GetDeployment">,
  tx: Transaction,
): Promise<Output<"GetDeployment">> {
  return shown(await find(tx, input), "apiId");
}

export async function getDeployments(
  input: Input<"GetDeployments">,
  tx: Transaction,
): Promise<Output<"GetDeployments">> {
  await getApi(tx, input.ApiId);
  return pageOf(tx, DeploymentRecord, [input.ApiId], input, (each) => shown(each, "apiId"));
}

export async function updateDeployment(
  input: Input<"UpdateDeployment">,
  tx: Transaction,
): Promise<Output<"UpdateDeployment">> {
  const deployment = changed(await find(tx, input), { Description: input.Description });
  tx.put(DeploymentRecord, deployment);
  return shown(deployment, "apiId");
}

export async function deleteDeployment(
  input: Input<"DeleteDeployment">,
  tx: Transaction,
): Promise<Output<"DeleteDeployment">> {
  const { apiId, DeploymentId } = await find(tx, input);
  const stages = await tx.all(StageRecord, [apiId]);
  if (stages.some((stage) => stage.DeploymentId === DeploymentId)) {
    throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  }
  removeDeployment(tx, apiId, DeploymentId);
  return nothing;
}

async function find(
  tx: Transaction,
  { ApiId, DeploymentId }: { readonly ApiId: string; readonly DeploymentId: string },
): Promise<DeploymentState> {
  await getApi(tx, ApiId);
  const deployment = await tx.get(DeploymentRecord, ApiId, DeploymentId);
  if (deployment === undefined) throw notFound("Invalid deployment identifier specified");
  return deployment;
}
