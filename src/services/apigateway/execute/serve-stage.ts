// A request to a stage: which of its deployments answers, and what is known of
// the request from the start.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Ids } from "../../../core/ids.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { bytesBody } from "../../../gateway/mapping/body.ts";
import { SnapshotRecord } from "../deployments/snapshot.ts";
import type { StageState } from "../deployments/stage.ts";
import { type Answer, headerText, isHeaderName } from "./answer/answer.ts";
import { compressed } from "./answer/compression.ts";
import { Refusal } from "./answer/refusal.ts";
import { type CompiledApi, compileApi } from "./api/compiled-api.ts";
import type { Exchange, ServedStage } from "./exchange.ts";
import { noLog } from "./logs/execution-log.ts";
import { shipAccessLog, shipExecutionLog } from "./logs/ship.ts";
import { requestContext } from "./request/context.ts";
import { type ApiRequest, apiRequest, type RequestLine, readBody } from "./request/request.ts";
import { serve } from "./serve.ts";

/** Undefined where the stage has nothing to serve. `ctx` is in the API's own place. */
export async function serveStage(
  http: HttpRequest,
  ctx: Waiting,
  state: StageState,
  identify: Identify,
  line: RequestLine,
): Promise<HttpResponse | undefined> {
  const known = servedStage(ctx, state);
  const stage = known instanceof Promise ? await known : known;
  if (stage === undefined) return undefined;
  const { api } = stage.api.snapshot;
  // Whoever has a domain name for it may shut the other way.
  if (api.disableExecuteApiEndpoint && line.basePath === undefined) return undefined;
  const body = await readBody(http);
  const request = apiRequest(http, line, body ?? Buffer.alloc(0), api.minimumCompressionSize !== undefined);
  const exchange = newExchange(ctx, stage, request, line.basePath);
  const tooLong = body === undefined ? new Refusal("REQUEST_TOO_LARGE", "Request Too Long") : undefined;
  const answer = await serve(exchange, identify, tooLong);
  shipExecutionLog(exchange);
  shipAccessLog(exchange, answer);
  return response(exchange, compressed(exchange, answer));
}

/** A stage's deployments, ready to serve; kept as long as the stage is what it is. */
const compiled = new WeakMap<StageState, Map<string, CompiledApi>>();

function servedStage(ctx: Waiting, state: StageState): ServedStage | Promise<ServedStage | undefined> {
  const { canarySettings, variables = {} } = state;
  const canary =
    canarySettings?.deploymentId !== undefined &&
    ctx.ids.fraction() * 100 < (canarySettings.percentTraffic ?? 0);
  const deploymentId = canary ? canarySettings.deploymentId! : state.deploymentId;
  const served = (api: CompiledApi): ServedStage => ({
    state,
    api,
    deploymentId,
    canary,
    variables: canary ? { ...variables, ...canarySettings.stageVariableOverrides } : variables,
  });
  const known = compiled.get(state)?.get(deploymentId);
  if (known !== undefined) return served(known);
  return loaded(ctx, state, deploymentId).then((api) => api && served(api));
}

async function loaded(
  ctx: Waiting,
  state: StageState,
  deploymentId: string,
): Promise<CompiledApi | undefined> {
  const snapshot = await ctx.atomically((tx) => tx.get(SnapshotRecord, state.apiId, deploymentId));
  if (snapshot === undefined) return undefined;
  const api = compileApi(snapshot);
  const deployments = compiled.get(state) ?? new Map<string, CompiledApi>();
  deployments.set(deploymentId, api);
  compiled.set(state, deployments);
  return api;
}

export function newExchange(
  ctx: Waiting,
  stage: ServedStage,
  request: ApiRequest,
  basePath?: string,
): Exchange {
  const { requestId } = ctx;
  const extendedRequestId = `${Buffer.from(ctx.ids.bytes(11)).toString("base64url")}=`;
  const now = ctx.now();
  const context = requestContext({ request, stage, place: ctx, requestId, extendedRequestId, now });
  if (basePath !== undefined)
    context.customDomain = { basePathMatched: basePath === "" ? "(none)" : basePath };
  return {
    ctx,
    api: stage.api,
    stage,
    request,
    requestId,
    extendedRequestId,
    context,
    body: bytesBody(request.body),
    trace: ctx.traceHeader ?? newTrace(ctx.ids, now),
    log: noLog,
    testing: false,
    caller: undefined,
    usageKey: undefined,
    route: undefined,
  };
}

/** A trace of its own: the time in seconds, and chance. */
function newTrace(ids: Ids, now: number): string {
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${ids.hex(24)}`;
}

type Headers = Record<string, string | readonly string[]>;

/** What templates, mappings and functions make of headers must not break the answer. */
function sendable(headers: Answer["headers"]): Headers {
  const sent: Headers = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name]!;
    if (isHeaderName(name))
      sent[name] = typeof value === "string" ? headerText(value) : value.map(headerText);
  }
  return sent;
}

function response(
  { requestId, extendedRequestId }: Exchange,
  { status, headers, body }: Answer,
): HttpResponse {
  return {
    status,
    headers: { ...sendable(headers), "x-amzn-requestid": requestId, "x-amz-apigw-id": extendedRequestId },
    body,
  };
}
