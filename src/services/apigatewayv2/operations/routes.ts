// Routes: create, read, change, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { checkRouteKey } from "../checks/route-key.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { type ApiState, getApi } from "../records/api.ts";
import { changed, given, shown } from "../records/change.ts";
import {
  AuthorizerRecord,
  IntegrationRecord,
  RouteRecord,
  RouteResponseRecord,
  type RouteState,
} from "../records/parts.ts";
import { deployAutomatically } from "./deploy.ts";
import { pageOf } from "./page.ts";

const mostRoutes = 300;

export async function createRoute(
  input: Input<"CreateRoute">,
  tx: Transaction,
): Promise<Output<"CreateRoute">> {
  const { ApiId, ...settings } = input;
  const api = await getApi(tx, ApiId);
  const { values } = await tx.list(RouteRecord, { prefix: [ApiId], limit: mostRoutes });
  checkRouteCount(values.length + 1);
  const route = await putNewRoute(tx, api, given(settings));
  await deployAutomatically(tx, ApiId);
  return shown(route, "apiId");
}

export function checkRouteCount(count: number): void {
  if (count > mostRoutes) {
    throw badRequest(`Maximum number of routes (${mostRoutes}) for this API has been reached`);
  }
}

/** Checks and stores a route under a new id. */
export async function putNewRoute(
  tx: Transaction,
  api: ApiState,
  settings: Omit<RouteState, "apiId" | "RouteId">,
): Promise<RouteState> {
  const route: RouteState = {
    ApiKeyRequired: false,
    AuthorizationType: "NONE",
    ...settings,
    apiId: api.ApiId,
    RouteId: tx.ids.lower(7),
  };
  await checkRoute(tx, api, route);
  tx.put(RouteRecord, route);
  return route;
}

export async function getRoute(
  { ApiId, RouteId }: Input<"GetRoute">,
  tx: Transaction,
): Promise<Output<"GetRoute">> {
  return shown(await findRoute(tx, ApiId, RouteId), "apiId");
}

export async function getRoutes(input: Input<"GetRoutes">, tx: Transaction): Promise<Output<"GetRoutes">> {
  await getApi(tx, input.ApiId);
  return pageOf(tx, RouteRecord, [input.ApiId], input, (route) => shown(route, "apiId"));
}

export async function updateRoute(
  input: Input<"UpdateRoute">,
  tx: Transaction,
): Promise<Output<"UpdateRoute">> {
  const { ApiId, RouteId, ...changes } = input;
  const api = await getApi(tx, ApiId);
  const before = await findRoute(tx, ApiId, RouteId);
  const route = changed(before, changes, ["RequestParameters"]);
  await checkRoute(tx, api, route);
  tx.put(RouteRecord, route);
  await deployAutomatically(tx, ApiId);
  return shown(route, "apiId");
}

export async function deleteRoute(
  { ApiId, RouteId }: Input<"DeleteRoute">,
  tx: Transaction,
): Promise<Output<"DeleteRoute">> {
  await findRoute(tx, ApiId, RouteId);
  for (const { RouteResponseId } of await tx.all(RouteResponseRecord, [ApiId, RouteId])) {
    tx.delete(RouteResponseRecord, ApiId, RouteId, RouteResponseId);
  }
  tx.delete(RouteRecord, ApiId, RouteId);
  await deployAutomatically(tx, ApiId);
  return nothing;
}

export async function deleteRouteRequestParameter(
  { ApiId, RouteId, RequestParameterKey }: Input<"DeleteRouteRequestParameter">,
  tx: Transaction,
): Promise<Output<"DeleteRouteRequestParameter">> {
  const route = await findRoute(tx, ApiId, RouteId);
  const { [RequestParameterKey]: withdrawn, ...RequestParameters } = route.RequestParameters ?? {};
  if (withdrawn === undefined) throw notFound("Invalid request parameter key specified");
  tx.put(RouteRecord, { ...route, RequestParameters });
  await deployAutomatically(tx, ApiId);
  return nothing;
}

export async function findRoute(tx: Transaction, apiId: string, routeId: string): Promise<RouteState> {
  await getApi(tx, apiId);
  const route = await tx.get(RouteRecord, apiId, routeId);
  if (route === undefined) throw notFound("Invalid Route identifier specified");
  return route;
}

async function checkRoute(tx: Transaction, api: ApiState, route: RouteState): Promise<void> {
  checkRouteKey(route.RouteKey, api.ProtocolType);
  const { values } = await tx.list(RouteRecord, {
    index: "routeKey",
    prefix: [api.ApiId, route.RouteKey],
    limit: 2,
  });
  if (values.some(({ RouteId }) => RouteId !== route.RouteId)) {
    throw conflict(`Route with key ${route.RouteKey} already exists for this API`);
  }
  await checkTarget(tx, route);
  await checkAuthorization(tx, api, route);
  if (api.ProtocolType === "HTTP") {
    if (route.ApiKeyRequired === true) {
      throw badRequest("ApiKeyRequired is not currently supported for HTTP APIs.");
    }
    for (const name of ["ModelSelectionExpression", "RequestModels", "RequestParameters"] as const) {
      if (route[name] !== undefined) throw badRequest(`${name} is not supported for protocol type HTTP`);
    }
  }
}

async function checkTarget(tx: Transaction, { apiId, Target }: RouteState): Promise<void> {
  if (Target === undefined) return;
  const [, integrationId] = /^integrations\/(.+)$/.exec(Target) ?? [];
  if (integrationId === undefined) {
    throw badRequest("Invalid target specified. Format should be integrations/{integration-id}");
  }
  if ((await tx.get(IntegrationRecord, apiId, integrationId)) === undefined) {
    throw notFound("Invalid Integration identifier specified");
  }
}

async function checkAuthorization(tx: Transaction, api: ApiState, route: RouteState): Promise<void> {
  const { AuthorizationType = "NONE", AuthorizerId, AuthorizationScopes = [] } = route;
  if (AuthorizationScopes.length > 0 && AuthorizationType !== "JWT") {
    throw badRequest("AuthorizationScopes are only supported for JWT authorization type");
  }
  if (api.ProtocolType === "WEBSOCKET") {
    if (AuthorizationType === "JWT") {
      throw badRequest("JWT authorization type is not supported for protocol type WEBSOCKET");
    }
    if (AuthorizationType !== "NONE" && route.RouteKey !== "$connect") {
      throw badRequest("Currently, authorization is restricted to the $connect route only");
    }
  }
  if (AuthorizationType !== "JWT" && AuthorizationType !== "CUSTOM") return;
  if (AuthorizerId === undefined) {
    throw badRequest(`AuthorizerId is required for authorization type ${AuthorizationType}`);
  }
  const authorizer = await tx.get(AuthorizerRecord, api.ApiId, AuthorizerId);
  if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
  const wanted = AuthorizationType === "JWT" ? "JWT" : "REQUEST";
  if (authorizer.AuthorizerType !== wanted) {
    throw badRequest(`Authorizer type ${authorizer.AuthorizerType} does not fit ${AuthorizationType}`);
  }
}
