// API keys and usage plans: whose key it is, how fast and how much it may ask.

import { gatewayState } from "../../../../gateway/process-state.ts";
import type { ValueMap } from "../../../../lang/vtl/value.ts";
import { type ApiKeyState, findApiKey } from "../../usage/api-key.ts";
import { countUse } from "../../usage/metering.ts";
import { planFor, type UsagePlanState } from "../../usage/usage-plan.ts";
import { Refusal } from "../answer/refusal.ts";
import type { Exchange, MatchedRoute } from "../exchange.ts";
import { headerOf } from "../request/request.ts";

const tooMany = (): Refusal => new Refusal("THROTTLED", "Too Many Requests");

/** The limits of the stage's method, which hold for all callers together. */
export function throttle(exchange: Exchange, { method, settings }: MatchedRoute): void {
  const { throttlingRateLimit: rate = -1, throttlingBurstLimit: burst = -1 } = settings;
  if (rate < 0 && burst < 0) return;
  const { ctx, stage } = exchange;
  const key = `${stage.state.apiId}/${stage.state.stageName}${method.resource.path}/${method.state.httpMethod}`;
  const passes = gatewayState(ctx).buckets.take(
    key,
    rate < 0 ? unlimited : rate,
    burst < 0 ? unlimited : burst,
    ctx.now(),
  );
  if (!passes) throw tooMany();
}

const unlimited = 10_000;

/** The key of a method that wants one: known, enabled, and in a plan for this stage. */
export async function meter(exchange: Exchange, route: MatchedRoute): Promise<void> {
  if (!route.method.state.apiKeyRequired) return;
  const { ctx, api, request, stage } = exchange;
  const value =
    api.snapshot.api.apiKeySource === "AUTHORIZER" ? exchange.usageKey : headerOf(request, "x-api-key");
  if (value === undefined || value === "") throw new Refusal("INVALID_API_KEY", "Forbidden");
  const { apiId, stageName } = stage.state;
  const found = await ctx.atomically(async (tx) => {
    const key = await findApiKey(tx, value);
    if (key === undefined || !key.enabled) return undefined;
    const plan = await planFor(tx, key.id, apiId, stageName);
    return plan === undefined && !key.stageKeys.includes(`${apiId}/${stageName}`) ? undefined : { key, plan };
  });
  if (found === undefined) throw new Refusal("INVALID_API_KEY", "Forbidden");
  Object.assign(exchange.context.identity as ValueMap, { apiKey: value, apiKeyId: found.key.id });
  if (found.plan !== undefined) await use(exchange, route, found.plan, found.key);
}

async function use(
  exchange: Exchange,
  route: MatchedRoute,
  plan: UsagePlanState,
  key: ApiKeyState,
): Promise<void> {
  const { ctx, stage } = exchange;
  const { buckets } = gatewayState(ctx);
  const { apiId, stageName } = stage.state;
  const { method } = route;
  const own = plan.apiStages.find((each) => each.apiId === apiId && each.stage === stageName)?.throttle;
  const name = `${method.resource.path}/${method.state.httpMethod}`;
  for (const [scope, limits] of [
    [name, own?.[name]],
    ["", plan.throttle],
  ] as const) {
    if (limits?.rateLimit === undefined && limits?.burstLimit === undefined) continue;
    const { rateLimit = unlimited, burstLimit = unlimited } = limits;
    if (!buckets.take(`${plan.id}/${key.id}/${apiId}/${stageName}${scope}`, rateLimit, burstLimit, ctx.now()))
      throw tooMany();
  }
  const counted = await ctx.atomically((tx) => countUse(tx, plan, key.id));
  if (!counted) throw new Refusal("QUOTA_EXCEEDED", "Limit Exceeded");
}
