// Stages: create, read, change, delete, and their settings.

import type { Transaction } from "../../../core/transaction.ts";
import { isMapped } from "../../../gateway/domains/domain-name.ts";
import type { Stage } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { getApi } from "../records/api.ts";
import { changed, given, shown } from "../records/change.ts";
import { DeploymentRecord } from "../records/deployment.ts";
import { RouteRecord } from "../records/parts.ts";
import { getStageState, StageRecord, type StageState } from "../records/stage.ts";
import { deployAutomatically } from "./deploy.ts";
import { pageOf } from "./page.ts";
import { checkTags } from "./tags.ts";

const mostStages = 10;

export async function createStage(
  input: Input<"CreateStage">,
  tx: Transaction,
): Promise<Output<"CreateStage">> {
  const { ApiId, ...settings } = input;
  const { ProtocolType } = await getApi(tx, ApiId);
  const { StageName, DeploymentId, AutoDeploy } = input;
  const valid = ProtocolType === "HTTP" ? /^(\$default|[\w-]{1,128})$/ : /^\w{1,128}$/;
  if (!valid.test(StageName)) {
    throw badRequest("Stage name only allows a-zA-Z0-9_- and the name $default");
  }
  const existing = await tx.all(StageRecord, [ApiId]);
  if (existing.some((stage) => stage.StageName === StageName)) throw conflict("Stage already exists");
  if (existing.length >= mostStages) {
    throw badRequest(`Maximum number of stages (${mostStages}) for this API has been reached`);
  }
  if (AutoDeploy === true && DeploymentId !== undefined) {
    throw badRequest("DeploymentId cannot be set when AutoDeploy is enabled");
  }
  checkTags(input.Tags ?? {});
  const stage = putNewStage(tx, { ...given(settings), apiId: ApiId });
  await checkStage(tx, stage);
  if (AutoDeploy === true) await deployAutomatically(tx, ApiId);
  return shown(await getStageState(tx, ApiId, StageName), "apiId", "authorizersResetAt");
}

export function putNewStage(tx: Transaction, settings: { readonly apiId: string } & Stage): StageState {
  const stage: StageState = {
    ...settings,
    RouteSettings: settings.RouteSettings ?? {},
    StageVariables: settings.StageVariables ?? {},
    Tags: settings.Tags ?? {},
    DefaultRouteSettings: { DetailedMetricsEnabled: false, ...settings.DefaultRouteSettings },
    CreatedDate: tx.now,
    LastUpdatedDate: tx.now,
  };
  tx.put(StageRecord, stage);
  return stage;
}

async function checkStage(tx: Transaction, stage: StageState): Promise<void> {
  const { apiId, DeploymentId, StageVariables, AccessLogSettings, RouteSettings } = stage;
  if (DeploymentId !== undefined && (await tx.get(DeploymentRecord, apiId, DeploymentId)) === undefined) {
    throw notFound("Invalid deployment identifier specified");
  }
  for (const [name, value] of Object.entries(StageVariables)) {
    if (!/^\w{1,64}$/.test(name)) throw badRequest(`Stage variable name is not valid: ${name}`);
    if (!/^[A-Za-z0-9-._~:/?#&=,]{0,512}$/.test(value)) {
      throw badRequest(
        "Stage variable value is invalid. Please use values with alphanumeric characters and the symbols ,-._~:/?#&=",
      );
    }
  }
  if (AccessLogSettings !== undefined) checkLogging(AccessLogSettings);
  const keys = Object.keys(RouteSettings);
  if (keys.length === 0) return;
  const routes = new Set((await tx.all(RouteRecord, [apiId])).map(({ RouteKey }) => RouteKey));
  const unknown = keys.find((key) => !routes.has(key));
  if (unknown !== undefined)
    throw notFound(`Unable to find Route by key ${unknown} within the provided RouteSettings`);
}

function checkLogging({ DestinationArn, Format }: NonNullable<StageState["AccessLogSettings"]>): void {
  if (DestinationArn === undefined || Format === undefined) {
    throw badRequest("Both DestinationArn and Format are required for AccessLogSettings");
  }
  if (
    !/^arn:aws[^:]*:(logs:[^:]+:\d+:log-group:[^:]+(:\*)?|firehose:[^:]+:\d+:deliverystream\/amazon-apigateway-.+)$/.test(
      DestinationArn,
    )
  ) {
    throw badRequest(`Invalid ARN specified in the request. ${DestinationArn}`);
  }
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(Format)) {
    throw badRequest("Format must contain at least $context.requestId or $context.extendedRequestId");
  }
}

export async function getStage(
  { ApiId, StageName }: Input<"GetStage">,
  tx: Transaction,
): Promise<Output<"GetStage">> {
  await getApi(tx, ApiId);
  return shown(await getStageState(tx, ApiId, StageName), "apiId", "authorizersResetAt");
}

export async function getStages(input: Input<"GetStages">, tx: Transaction): Promise<Output<"GetStages">> {
  await getApi(tx, input.ApiId);
  return pageOf(tx, StageRecord, [input.ApiId], input, (stage) =>
    shown(stage, "apiId", "authorizersResetAt"),
  );
}

export async function updateStage(
  input: Input<"UpdateStage">,
  tx: Transaction,
): Promise<Output<"UpdateStage">> {
  const { ApiId, StageName, ...changes } = input;
  await getApi(tx, ApiId);
  const before = await getStageState(tx, ApiId, StageName);
  const automatic = changes.AutoDeploy ?? before.AutoDeploy;
  if (
    automatic === true &&
    changes.DeploymentId !== undefined &&
    changes.DeploymentId !== before.DeploymentId
  ) {
    throw badRequest("DeploymentId cannot be set when AutoDeploy is enabled");
  }
  const maps = ["StageVariables", "RouteSettings", "DefaultRouteSettings"] as const;
  const stage = { ...changed(before, changes, maps), LastUpdatedDate: tx.now };
  await checkStage(tx, stage);
  tx.put(StageRecord, stage);
  if (automatic === true && before.AutoDeploy !== true) await deployAutomatically(tx, ApiId);
  return shown(await getStageState(tx, ApiId, StageName), "apiId", "authorizersResetAt");
}

export async function deleteStage(
  { ApiId, StageName }: Input<"DeleteStage">,
  tx: Transaction,
): Promise<Output<"DeleteStage">> {
  await getApi(tx, ApiId);
  await getStageState(tx, ApiId, StageName);
  if (await isMapped(tx, ApiId, StageName)) {
    throw badRequest("Stage is mapped to a domain name. Remove the API mapping before deleting the stage");
  }
  tx.delete(StageRecord, ApiId, StageName);
  return nothing;
}

export async function deleteAccessLogSettings(
  { ApiId, StageName }: Input<"DeleteAccessLogSettings">,
  tx: Transaction,
): Promise<Output<"DeleteAccessLogSettings">> {
  await getApi(tx, ApiId);
  const { AccessLogSettings: _withdrawn, ...stage } = await getStageState(tx, ApiId, StageName);
  tx.put(StageRecord, { ...stage, LastUpdatedDate: tx.now });
  return nothing;
}

export async function deleteRouteSettings(
  { ApiId, StageName, RouteKey }: Input<"DeleteRouteSettings">,
  tx: Transaction,
): Promise<Output<"DeleteRouteSettings">> {
  await getApi(tx, ApiId);
  const stage = await getStageState(tx, ApiId, StageName);
  const { [RouteKey]: withdrawn, ...RouteSettings } = stage.RouteSettings;
  if (withdrawn === undefined) throw notFound("Invalid route key specified");
  tx.put(StageRecord, { ...stage, RouteSettings, LastUpdatedDate: tx.now });
  return nothing;
}

/** What authorizers have said is remembered together with the stage's change. */
export async function resetAuthorizersCache(
  { ApiId, StageName }: Input<"ResetAuthorizersCache">,
  tx: Transaction,
): Promise<Output<"ResetAuthorizersCache">> {
  await getApi(tx, ApiId);
  const stage = await getStageState(tx, ApiId, StageName);
  tx.put(StageRecord, { ...stage, authorizersResetAt: tx.now });
  return nothing;
}
