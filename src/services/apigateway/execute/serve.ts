// A request through an API, step by step: who may, what is asked, what the
// integration makes of it, and what goes back. What refuses on the way becomes a
// gateway response.

import type { Identify } from "../../../core/service.ts";
import { methodSettingsOf } from "../deployments/stage.ts";
import { authorize } from "./access/authorize.ts";
import { meter, throttle } from "./access/usage.ts";
import type { Answer } from "./answer/answer.ts";
import { gatewayResponse } from "./answer/gateway-response.ts";
import { withCache } from "./answer/method-cache.ts";
import { internalError, missingAuthenticationToken, Refusal } from "./answer/refusal.ts";
import type { Exchange, MatchedRoute } from "./exchange.ts";
import { integrate } from "./integrations/integrate.ts";
import { executionLogOf } from "./logs/ship.ts";
import { logBeginning, logEnd } from "./logs/steps.ts";
import { validate } from "./request/validation.ts";

export async function serve(exchange: Exchange, identify: Identify, refused?: Refusal): Promise<Answer> {
  return answered(exchange, async () => {
    if (refused !== undefined) throw refused;
    const route = matched(exchange);
    logBeginning(exchange);
    await authorize(exchange, route, identify);
    await meter(exchange, route);
    throttle(exchange, route);
    return execute(exchange, route);
  });
}

/** What comes of the steps, or of what refused on the way. */
export async function answered(exchange: Exchange, steps: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await steps();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answer = gatewayResponse(exchange, error);
  }
  logEnd(exchange, answer);
  return answer;
}

/** The part of the way that a test invocation takes too. */
export async function execute(exchange: Exchange, route: MatchedRoute): Promise<Answer> {
  const { integration } = route.method;
  await validate(exchange, route.method);
  if (integration === undefined) throw internalError();
  return withCache(exchange, route, () => integrate(exchange, integration));
}

function matched(exchange: Exchange): MatchedRoute {
  const { api, request, ctx, stage } = exchange;
  const match = api.route(request.path);
  const method = match && api.method(match.resource, request.method);
  if (match === undefined || method === undefined) throw missingAuthenticationToken();
  const settings = methodSettingsOf(stage.state, match.resource.path, method.state.httpMethod);
  exchange.log = executionLogOf(ctx, settings);
  return enter(exchange, { method, settings, pathParameters: match.pathParameters });
}

/** From here on the request is that of a method. */
export function enter(exchange: Exchange, route: MatchedRoute): MatchedRoute {
  const { resource, state } = route.method;
  exchange.context.resourceId = resource.id;
  exchange.context.resourcePath = resource.path;
  if (state.operationName !== undefined) exchange.context.operationName = state.operationName;
  exchange.route = route;
  return route;
}
