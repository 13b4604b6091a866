// Route responses and integration responses: what two-way routes of WebSocket
// APIs answer.

import type { Transaction } from "../../../core/transaction.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { getApi } from "../records/api.ts";
import { changed, given, shown } from "../records/change.ts";
import {
  IntegrationResponseRecord,
  type IntegrationResponseState,
  RouteResponseRecord,
  type RouteResponseState,
} from "../records/parts.ts";
import { deployAutomatically } from "./deploy.ts";
import { findIntegration } from "./integrations.ts";
import { pageOf } from "./page.ts";
import { findRoute } from "./routes.ts";

async function checkTwoWay(tx: Transaction, apiId: string): Promise<void> {
  const { ProtocolType } = await getApi(tx, apiId);
  if (ProtocolType === "HTTP") throw badRequest("Responses are not supported for protocol type HTTP");
}

export async function createRouteResponse(
  input: Input<"CreateRouteResponse">,
  tx: Transaction,
): Promise<Output<"CreateRouteResponse">> {
  const { ApiId, ...settings } = input;
  await checkTwoWay(tx, ApiId);
  await findRoute(tx, ApiId, input.RouteId);
  if (input.RouteResponseKey !== "$default") {
    throw badRequest("Invalid route response key. Only $default is supported");
  }
  const existing = await tx.all(RouteResponseRecord, [ApiId, input.RouteId]);
  if (existing.some(({ RouteResponseKey }) => RouteResponseKey === input.RouteResponseKey)) {
    throw conflict("Route response already exists for this route");
  }
  const response: RouteResponseState = {
    ...given(settings),
    apiId: ApiId,
    RouteResponseId: tx.ids.lower(6),
  };
  tx.put(RouteResponseRecord, response);
  await deployAutomatically(tx, ApiId);
  return shown(response, "apiId", "RouteId");
}

export async function getRouteResponse(
  input: Input<"GetRouteResponse">,
  tx: Transaction,
): Promise<Output<"GetRouteResponse">> {
  return shown(await findRouteResponse(tx, input), "apiId", "RouteId");
}

export async function getRouteResponses(
  input: Input<"GetRouteResponses">,
  tx: Transaction,
): Promise<Output<"GetRouteResponses">> {
  await findRoute(tx, input.ApiId, input.RouteId);
  return pageOf(tx, RouteResponseRecord, [input.ApiId, input.RouteId], input, (response) =>
    shown(response, "apiId", "RouteId"),
  );
}

export async function updateRouteResponse(
  input: Input<"UpdateRouteResponse">,
  tx: Transaction,
): Promise<Output<"UpdateRouteResponse">> {
  const { ApiId, RouteId: _route, RouteResponseId: _id, ...changes } = input;
  const response = changed(await findRouteResponse(tx, input), changes, ["ResponseParameters"]);
  tx.put(RouteResponseRecord, response);
  await deployAutomatically(tx, ApiId);
  return shown(response, "apiId", "RouteId");
}

export async function deleteRouteResponse(
  input: Input<"DeleteRouteResponse">,
  tx: Transaction,
): Promise<Output<"DeleteRouteResponse">> {
  await findRouteResponse(tx, input);
  tx.delete(RouteResponseRecord, input.ApiId, input.RouteId, input.RouteResponseId);
  await deployAutomatically(tx, input.ApiId);
  return nothing;
}

async function findRouteResponse(
  tx: Transaction,
  input: Pick<Input<"GetRouteResponse">, "ApiId" | "RouteId" | "RouteResponseId">,
): Promise<RouteResponseState> {
  await findRoute(tx, input.ApiId, input.RouteId);
  const response = await tx.get(RouteResponseRecord, input.ApiId, input.RouteId, input.RouteResponseId);
  if (response === undefined) throw notFound("Invalid Route Response Id specified");
  return response;
}

export async function createIntegrationResponse(
  input: Input<"CreateIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"CreateIntegrationResponse">> {
  const { ApiId, ...settings } = input;
  await checkTwoWay(tx, ApiId);
  await findIntegration(tx, ApiId, input.IntegrationId);
  const existing = await tx.all(IntegrationResponseRecord, [ApiId, input.IntegrationId]);
  if (existing.some((each) => each.IntegrationResponseKey === input.IntegrationResponseKey)) {
    throw conflict("Integration response already exists for this integration");
  }
  const response: IntegrationResponseState = {
    ...given(settings),
    apiId: ApiId,
    IntegrationResponseId: tx.ids.lower(6),
  };
  tx.put(IntegrationResponseRecord, response);
  await deployAutomatically(tx, ApiId);
  return shown(response, "apiId", "IntegrationId");
}

export async function getIntegrationResponse(
  input: Input<"GetIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"GetIntegrationResponse">> {
  return shown(await findIntegrationResponse(tx, input), "apiId", "IntegrationId");
}

export async function getIntegrationResponses(
  input: Input<"GetIntegrationResponses">,
  tx: Transaction,
): Promise<Output<"GetIntegrationResponses">> {
  await findIntegration(tx, input.ApiId, input.IntegrationId);
  return pageOf(tx, IntegrationResponseRecord, [input.ApiId, input.IntegrationId], input, (response) =>
    shown(response, "apiId", "IntegrationId"),
  );
}

export async function updateIntegrationResponse(
  input: Input<"UpdateIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"UpdateIntegrationResponse">> {
  const { ApiId, IntegrationId: _integration, IntegrationResponseId: _id, ...changes } = input;
  const before = await findIntegrationResponse(tx, input);
  const response = changed(before, changes, ["ResponseParameters", "ResponseTemplates"]);
  tx.put(IntegrationResponseRecord, response);
  await deployAutomatically(tx, ApiId);
  return shown(response, "apiId", "IntegrationId");
}

export async function deleteIntegrationResponse(
  input: Input<"DeleteIntegrationResponse">,
  tx: Transaction,
): Promise<Output<"DeleteIntegrationResponse">> {
  await findIntegrationResponse(tx, input);
  tx.delete(IntegrationResponseRecord, input.ApiId, input.IntegrationId, input.IntegrationResponseId);
  await deployAutomatically(tx, input.ApiId);
  return nothing;
}

async function findIntegrationResponse(
  tx: Transaction,
  input: Pick<Input<"GetIntegrationResponse">, "ApiId" | "IntegrationId" | "IntegrationResponseId">,
): Promise<IntegrationResponseState> {
  const { ApiId, IntegrationId, IntegrationResponseId } = input;
  await findIntegration(tx, ApiId, IntegrationId);
  const response = await tx.get(IntegrationResponseRecord, ApiId, IntegrationId, IntegrationResponseId);
  if (response === undefined) throw notFound("Invalid Integration Response Id specified");
  return response;
}
