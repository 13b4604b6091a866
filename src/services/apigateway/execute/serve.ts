// A request through an API, step by step: who may, what is asked, what the
// integration makes of it, and what goes back. What refuses on the way becomes a
// gateway response.

import { methodSettingsOf } from "../deployments/stage.ts";
import { authorize } from "./access/authorize.ts";
import type { Identify } from "./access/iam.ts";
import { meter, throttle } from "./access/usage.ts";
import type { Answer } from "./answer/answer.ts";
import { gatewayResponse } from "./answer/gateway-response.ts";
import { internalError, missingAuthenticationToken, Refusal } from "./answer/refusal.ts";
import type { Exchange, MatchedRoute } from "./exchange.ts";
import { integrate } from "./integrations/integrate.ts";
import { validate } from "./request/validation.ts";

export async function serve(exchange: Exchange, identify: Identify, refused?: Refusal): Promise<Answer> {
  try {
    if (refused !== undefined) throw refused;
    const route = matched(exchange);
    await authorize(exchange, route, identify);
    await meter(exchange, route);
    throttle(exchange, route);
    await validate(exchange, route.method);
    const { integration } = route.method;
    if (integration === undefined) throw internalError();
    return await integrate(exchange, integration);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return gatewayResponse(exchange, error);
  }
}

function matched(exchange: Exchange): MatchedRoute {
  const { api, request, context, stage } = exchange;
  const match = api.route(request.path);
  const method = match && api.method(match.resource, request.method);
  if (match === undefined || method === undefined) throw missingAuthenticationToken();
  const { resource } = match;
  context.resourceId = resource.id;
  context.resourcePath = resource.path;
  if (method.state.operationName !== undefined) context.operationName = method.state.operationName;
  const settings = methodSettingsOf(stage.state, resource.path, method.state.httpMethod);
  const route = { method, settings, pathParameters: match.pathParameters };
  exchange.route = route;
  return route;
}
