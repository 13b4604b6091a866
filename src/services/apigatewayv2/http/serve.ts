// A request through an HTTP API, step by step: CORS, the route, the throttle,
// the authorizer, the integration, and the way back.

import { gatewayState } from "../../../gateway/process-state.ts";
import { type Answer, internalError, notFound, Refusal, tooManyRequests } from "./answer.ts";
import { authorize } from "./authorizers/authorize.ts";
import { contextVariable } from "./context.ts";
import { isPreflight, preflightAnswer, withCors } from "./cors.ts";
import type { Exchange } from "./exchange.ts";
import { forwardHttp } from "./integrations/http-proxy.ts";
import { invokeLambda } from "./integrations/lambda.ts";
import { callService } from "./integrations/service.ts";
import { changedAnswer } from "./mapping/changes.ts";

export async function serve(exchange: Exchange, refused: Refusal | undefined): Promise<Answer> {
  const { served, request } = exchange;
  let answer: Answer;
  try {
    if (refused !== undefined) throw refused;
    answer =
      served.cors !== undefined && isPreflight(request)
        ? preflightAnswer(served.cors, request)
        : withCors(served.cors, request, await routed(exchange));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { message, responseType } = error;
    exchange.error = { message, responseType };
    answer = withCors(served.cors, request, error.answer);
  }
  log(exchange, answer);
  return answer;
}

async function routed(exchange: Exchange): Promise<Answer> {
  const { served, request, ctx } = exchange;
  const match = served.route(request.method, request.path);
  if (match === undefined) throw notFound();
  const { route, pathParameters } = match;
  exchange.route = route;
  exchange.pathParameters = pathParameters;
  const { throttle, integration, state } = route;
  if (throttle !== undefined) {
    const { key, rate, burst } = throttle;
    if (!gatewayState(ctx).buckets.take(key, rate, burst, ctx.now())) throw tooManyRequests();
  }
  if (state.AuthorizationType !== "NONE") exchange.authorization = await authorize(exchange, route);
  if (integration === undefined) throw internalError();
  const answer =
    integration.IntegrationType === "HTTP_PROXY"
      ? await forwardHttp(exchange, integration)
      : integration.IntegrationSubtype === undefined
        ? await invokeLambda(exchange, integration)
        : await callService(exchange, integration);
  return changedAnswer(integration.ResponseParameters, exchange, answer);
}

function log(exchange: Exchange, answer: Answer): void {
  const { accessLog } = exchange.served;
  if (accessLog === undefined) return;
  const { ctx } = exchange;
  const message = accessLog.line((path) => contextVariable(exchange, path, answer));
  gatewayState(ctx).logs.add(ctx, accessLog.destination, [{ timestamp: ctx.now(), message }]);
}
