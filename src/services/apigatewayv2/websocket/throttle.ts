// A stage's limits on how often its routes are used.

import type { Waiting } from "../../../core/waiting.ts";
import { gatewayState } from "../../../gateway/process-state.ts";
import type { Exchange } from "./exchange.ts";
import { Failure } from "./failure.ts";

export function throttle(ctx: Waiting, { served, routeKey, at }: Exchange): void {
  const { apiId, StageName, DefaultRouteSettings, RouteSettings } = served.stage;
  const own = RouteSettings[routeKey];
  const settings = { ...DefaultRouteSettings, ...own };
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst = rate } = settings;
  if (rate === undefined || burst === undefined) return;
  // Routes with limits of their own count apart.
  const key = `socket\n${apiId}\n${StageName}\n${own?.ThrottlingRateLimit === undefined ? "" : routeKey}`;
  if (!gatewayState(ctx).buckets.take(key, rate, burst, at)) throw new Failure(429, "Too Many Requests");
}
