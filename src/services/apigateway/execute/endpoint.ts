// The data plane of REST APIs: a request's host or path names an API, the first
// part of its path a stage.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Ids } from "../../../core/ids.ts";
import type { Endpoint } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import { bytesBody } from "../../../gateway/mapping/body.ts";
import { SnapshotRecord } from "../deployments/snapshot.ts";
import { StageRecord, type StageState } from "../deployments/stage.ts";
import type { Identify } from "./access/iam.ts";
import type { Answer } from "./answer/answer.ts";
import { Refusal } from "./answer/refusal.ts";
import { type CompiledApi, compileApi } from "./api/compiled-api.ts";
import type { Exchange, ServedStage } from "./exchange.ts";
import { noLog } from "./logs/execution-log.ts";
import { requestContext } from "./request/context.ts";
import { apiRequest, type RequestLine, readBody } from "./request/request.ts";
import { serve } from "./serve.ts";

export const executeEndpoint: Endpoint = {
  hosts: ["{apiId}.execute-api.{region}", "{apiId}.execute-api"],
  paths: ["/_execute-api/{apiId}"],
  handle: async (http, labels, ctx, identify) => {
    const apiId = labels.apiId ?? "";
    const home = await ctx.atomically((tx) => tx.get(ApiHome, apiId));
    if (home === undefined || home.protocol !== undefined) return undefined;
    if ((labels.region ?? home.region) !== home.region) return undefined;
    const path = labels.rest ?? http.path;
    const end = path.indexOf("/", 1);
    const stageName = path.slice(1, end < 0 ? undefined : end);
    const here = ctx.at(home);
    const state = await here.atomically((tx) => tx.get(StageRecord, apiId, stageName));
    if (state === undefined) return forbidden;
    const stage = await servedStage(here, state);
    if (stage === undefined) return forbidden;
    const below = end < 0 ? "/" : path.slice(end);
    return answer(http, here, stage, identify, { path: below, eventPath: below, fullPath: path });
  },
};

/** For a stage that is not there, nobody's gateway response is. */
const forbidden: HttpResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
};

/** A stage's deployments, ready to serve; kept as long as the stage is what it is. */
const compiled = new WeakMap<StageState, Map<string, CompiledApi>>();

async function servedStage(ctx: Waiting, state: StageState): Promise<ServedStage | undefined> {
  const { canarySettings, variables = {} } = state;
  const canary =
    canarySettings?.deploymentId !== undefined &&
    ctx.ids.fraction() * 100 < (canarySettings.percentTraffic ?? 0);
  const deploymentId = canary ? canarySettings.deploymentId! : state.deploymentId;
  const known = compiled.get(state)?.get(deploymentId);
  const api = known ?? (await loaded(ctx, state, deploymentId));
  if (api === undefined) return undefined;
  return {
    state,
    api,
    deploymentId,
    canary,
    variables: canary ? { ...variables, ...canarySettings.stageVariableOverrides } : variables,
  };
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

async function answer(
  http: HttpRequest,
  ctx: Waiting,
  stage: ServedStage,
  identify: Identify,
  line: RequestLine,
): Promise<HttpResponse> {
  const body = await readBody(http);
  const request = apiRequest(http, line, body ?? Buffer.alloc(0), http.host);
  const { requestId } = ctx;
  const extendedRequestId = `${Buffer.from(ctx.ids.bytes(10)).toString("base64url").slice(0, 15)}=`;
  const now = ctx.now();
  const exchange: Exchange = {
    ctx,
    api: stage.api,
    stage,
    request,
    requestId,
    extendedRequestId,
    context: requestContext({ request, stage, place: ctx, requestId, extendedRequestId, now }),
    log: noLog,
    trace: ctx.traceHeader ?? newTrace(ctx.ids, now),
    caller: undefined,
    usageKey: undefined,
    body: bytesBody(request.body),
    route: undefined,
  };
  const given = await serve(
    exchange,
    identify,
    body === undefined ? new Refusal("REQUEST_TOO_LARGE", "Request Too Long") : undefined,
  );
  return response(exchange, given);
}

/** A trace of its own: the time in seconds, and chance. */
function newTrace(ids: Ids, now: number): string {
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${ids.hex(24)}`;
}

function response(
  { requestId, extendedRequestId }: Exchange,
  { status, headers, body }: Answer,
): HttpResponse {
  return {
    status,
    headers: { ...headers, "x-amzn-requestid": requestId, "x-amz-apigw-id": extendedRequestId },
    body,
  };
}
