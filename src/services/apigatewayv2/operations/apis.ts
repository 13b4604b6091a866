// APIs: create (also quickly, with a target), read, change, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { apiAddress } from "../../../gateway/address.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import { isMapped } from "../../../gateway/domains/domain-name.ts";
import type { Api } from "../../../model/generated/apigatewayv2.d.ts";
import { checkCors } from "../checks/cors.ts";
import { badRequest, type Input, nothing, type Output } from "../model.ts";
import { ApiRecord, type ApiState, getApi } from "../records/api.ts";
import { changed, given } from "../records/change.ts";
import { DeploymentRecord } from "../records/deployment.ts";
import {
  AuthorizerRecord,
  IntegrationRecord,
  IntegrationResponseRecord,
  ModelRecord,
  RouteRecord,
  RouteResponseRecord,
} from "../records/parts.ts";
import { StageRecord } from "../records/stage.ts";
import { deployAutomatically, removeDeployment } from "./deploy.ts";
import { pageOf } from "./page.ts";
import { changeManagedTarget, quickCreate } from "./quick-create.ts";
import { checkTags } from "./tags.ts";

const selection = {
  HTTP: "$request.method $request.path",
  WEBSOCKET: undefined,
} as const;

export async function createApi(input: Input<"CreateApi">, tx: Transaction): Promise<Output<"CreateApi">> {
  const { RouteKey, Target, CredentialsArn, Tags = {}, ...settings } = input;
  checkApi(input);
  checkTags(Tags);
  const api = putNewApi(tx, {
    ...given(settings),
    RouteSelectionExpression: input.RouteSelectionExpression ?? selection[input.ProtocolType] ?? "",
    Tags,
  });
  if (Target !== undefined) await quickCreate(tx, api, { RouteKey, Target, CredentialsArn });
  return shownApi(tx, api);
}

/** Stores an API under a new id, with the defaults that AWS gives it. */
export function putNewApi(
  tx: Transaction,
  settings: Pick<Api, "Name" | "ProtocolType" | "RouteSelectionExpression"> &
    Partial<Api> &
    Pick<ApiState, "Tags">,
): ApiState {
  const api: ApiState = {
    ApiKeySelectionExpression: "$request.header.x-api-key",
    DisableExecuteApiEndpoint: false,
    IpAddressType: "ipv4",
    ...(settings.ProtocolType === "WEBSOCKET" ? { DisableSchemaValidation: false } : {}),
    ...settings,
    ApiId: tx.ids.lower(10),
    CreatedDate: tx.now,
  };
  tx.put(ApiRecord, api);
  const { account, region } = tx;
  tx.put(ApiHome, { apiId: api.ApiId, account, region, protocol: api.ProtocolType });
  return api;
}

function checkApi(input: Input<"CreateApi">): void {
  const { ProtocolType, RouteSelectionExpression, CorsConfiguration, Target, RouteKey } = input;
  if (ProtocolType === "WEBSOCKET") {
    if (RouteSelectionExpression === undefined) {
      throw badRequest("RouteSelectionExpression is a required parameter for protocol type WEBSOCKET");
    }
    if (CorsConfiguration !== undefined) {
      throw badRequest("CORS configuration is not supported for protocol type WEBSOCKET");
    }
    if (Target !== undefined || RouteKey !== undefined) {
      throw badRequest("Quick create is only supported for protocol type HTTP");
    }
    return;
  }
  if (RouteSelectionExpression !== undefined && !isHttpSelection(RouteSelectionExpression)) {
    throw badRequest(
      "The routeSelectionExpression value must be $request.method $request.path for protocol type HTTP",
    );
  }
  if (RouteKey !== undefined && Target === undefined) {
    throw badRequest("Target is a required parameter when RouteKey is specified");
  }
  if (CorsConfiguration !== undefined) checkCors(CorsConfiguration);
}

function isHttpSelection(expression: string): boolean {
  return /^\$?\{?\$?request\.method\}? \$?\{?\$?request\.path\}?$/.test(expression);
}

export function shownApi(tx: Transaction, api: ApiState): Api {
  const scheme = api.ProtocolType === "WEBSOCKET" ? "ws" : "http";
  return { ...api, ApiEndpoint: apiAddress(tx.endpoint, tx.region, api.ApiId, scheme) };
}

export async function readApi({ ApiId }: Input<"GetApi">, tx: Transaction): Promise<Output<"GetApi">> {
  return shownApi(tx, await getApi(tx, ApiId));
}

export async function getApis(input: Input<"GetApis">, tx: Transaction): Promise<Output<"GetApis">> {
  const page = await pageOf(tx, ApiRecord, [], input, (api) => api);
  return { ...page, Items: page.Items.map((api) => shownApi(tx, api)) };
}

export async function updateApi(input: Input<"UpdateApi">, tx: Transaction): Promise<Output<"UpdateApi">> {
  const { ApiId, RouteKey, Target, CredentialsArn, ...changes } = input;
  const before = await getApi(tx, ApiId);
  if (changes.CorsConfiguration !== undefined) {
    if (before.ProtocolType === "WEBSOCKET") {
      throw badRequest("CORS configuration is not supported for protocol type WEBSOCKET");
    }
    checkCors(changes.CorsConfiguration);
  }
  const api = changed(before, changes);
  tx.put(ApiRecord, api);
  if (RouteKey !== undefined || Target !== undefined || CredentialsArn !== undefined) {
    await changeManagedTarget(tx, api, { RouteKey, Target, CredentialsArn });
  }
  await deployAutomatically(tx, ApiId);
  return shownApi(tx, api);
}

export async function deleteCorsConfiguration(
  { ApiId }: Input<"DeleteCorsConfiguration">,
  tx: Transaction,
): Promise<Output<"DeleteCorsConfiguration">> {
  const { CorsConfiguration: _withdrawn, ...api } = await getApi(tx, ApiId);
  tx.put(ApiRecord, api);
  await deployAutomatically(tx, ApiId);
  return nothing;
}

export async function deleteApi(
  { ApiId }: Input<"DeleteApi">,
  tx: Transaction,
): Promise<Output<"DeleteApi">> {
  await getApi(tx, ApiId);
  if (await isMapped(tx, ApiId)) {
    throw badRequest("Unable to delete API, as there are API mappings of domain names that lead to it");
  }
  await removeParts(tx, ApiId);
  for (const { StageName } of await tx.all(StageRecord, [ApiId])) tx.delete(StageRecord, ApiId, StageName);
  for (const { DeploymentId } of await tx.all(DeploymentRecord, [ApiId])) {
    removeDeployment(tx, ApiId, DeploymentId);
  }
  tx.delete(ApiRecord, ApiId);
  tx.delete(ApiHome, ApiId);
  return nothing;
}

/** Routes, integrations and all else that an import replaces. */
export async function removeParts(tx: Transaction, apiId: string): Promise<void> {
  const prefix = [apiId];
  for (const each of await tx.all(RouteRecord, prefix)) tx.delete(RouteRecord, apiId, each.RouteId);
  for (const each of await tx.all(IntegrationRecord, prefix)) {
    tx.delete(IntegrationRecord, apiId, each.IntegrationId);
  }
  for (const each of await tx.all(AuthorizerRecord, prefix)) {
    tx.delete(AuthorizerRecord, apiId, each.AuthorizerId);
  }
  for (const each of await tx.all(ModelRecord, prefix)) tx.delete(ModelRecord, apiId, each.ModelId);
  for (const each of await tx.all(RouteResponseRecord, prefix)) {
    tx.delete(RouteResponseRecord, apiId, each.RouteId, each.RouteResponseId);
  }
  for (const each of await tx.all(IntegrationResponseRecord, prefix)) {
    tx.delete(IntegrationResponseRecord, apiId, each.IntegrationId, each.IntegrationResponseId);
  }
}
