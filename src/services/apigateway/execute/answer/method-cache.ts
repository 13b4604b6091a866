// The cache of a stage: what a method answered is answered again to who asks
// with the same cache keys, for as long as the method's settings say.
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html)

import { gatewayState } from "../../../../gateway/process-state.ts";
import type { Exchange, MatchedRoute } from "../exchange.ts";
import { sourceOf } from "../mapping/parameters.ts";
import { headerOf } from "../request/request.ts";
import type { Answer } from "./answer.ts";
import { Refusal } from "./refusal.ts";

const defaultTtlSeconds = 300;
/** AWS keeps answers of up to 1 MB; here they lie in the process's memory. */
const largestAnswer = 256 * 1024;
const ignored = "199 Cache-control headers were ignored because the caller was unauthorized.";

export async function withCache(
  exchange: Exchange,
  route: MatchedRoute,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const { cachingEnabled = false, cacheTtlInSeconds = defaultTtlSeconds } = route.settings;
  const { state, canary } = exchange.stage;
  const own = canary && state.canarySettings?.useStageCache !== true;
  if (!cachingEnabled || state.cacheClusterEnabled !== true || cacheTtlInSeconds === 0 || own) return ask();
  // The settings of all methods mean those that only read.
  if (exchange.request.method !== "GET" && !named(route, exchange)) return ask();
  const invalidates = invalidation(exchange, route);
  const { answers } = gatewayState(exchange.ctx);
  const key = keyOf(exchange, route);
  const now = exchange.ctx.now();
  const known = invalidates === "allowed" ? undefined : answers.get(key, now);
  const answer = known === undefined ? await ask() : (known as Answer);
  if (known === undefined && isKept(answer)) answers.put(key, answer, now + cacheTtlInSeconds * 1000);
  return invalidates === "ignored" ? { ...answer, headers: { ...answer.headers, Warning: ignored } } : answer;
}

/** Whether the stage has settings for this very method. */
function named({ method }: MatchedRoute, { stage }: Exchange): boolean {
  const suffix = `/${method.state.httpMethod}`;
  return Object.keys(stage.state.methodSettings).some((key) => key.endsWith(suffix));
}

function isKept({ status, body }: Answer): boolean {
  if (status < 200 || status > 299) return false;
  return (typeof body === "string" || body instanceof Uint8Array) && body.length <= largestAnswer;
}

function keyOf(exchange: Exchange, { method }: MatchedRoute): string {
  const { stageName, apiId, cacheEpoch = "" } = exchange.stage.state;
  const { cacheNamespace, cacheKeyParameters = [] } = method.integration?.state ?? {};
  const values = cacheKeyParameters.map((name) => sourceOf(name)(exchange, exchange.body, undefined) ?? null);
  const place = [exchange.ctx.account, exchange.ctx.region, apiId, stageName, cacheEpoch];
  return JSON.stringify([...place, cacheNamespace ?? method.resource.id, exchange.request.method, values]);
}

/** What becomes of `Cache-Control: max-age=0`, by which a client asks for a fresh answer. */
function invalidation(
  { request, caller, ctx }: Exchange,
  { settings }: MatchedRoute,
): "allowed" | "ignored" | "unasked" {
  if (!/\bmax-age=0\b/.test(headerOf(request, "cache-control") ?? "")) return "unasked";
  if (settings.requireAuthorizationForCacheControl === false || caller?.account === ctx.account)
    return "allowed";
  switch (settings.unauthorizedCacheControlHeaderStrategy) {
    case "FAIL_WITH_403":
      throw new Refusal("ACCESS_DENIED", "The caller is not authorized to invalidate the cache.");
    case "SUCCEED_WITHOUT_RESPONSE_HEADER":
      return "unasked";
    default:
      return "ignored";
  }
}
