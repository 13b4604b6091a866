// The data plane of HTTP APIs, as the address that they share with the other
// kinds leads to it: the first part of the path is perhaps a stage.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { apiAddress } from "../../../gateway/address.ts";
import type { ApiHomeState } from "../../../gateway/api-home.ts";
import { SnapshotRecord } from "../records/deployment.ts";
import { defaultStage, StageRecord, type StageState } from "../records/stage.ts";
import { notFound, type Refusal, tooLarge } from "./answer.ts";
import { type CompiledStage, compiledStage } from "./compiled-stage.ts";
import type { ApiRequest, Exchange } from "./exchange.ts";
import { decodePath, readBody, readHeaders, readQuery } from "./request.ts";
import { serve } from "./serve.ts";

/** A request by an API's own address, which may be a path's. */
export async function requestOfHttpApi(
  http: HttpRequest,
  path: string,
  anyPlace: Waiting,
  home: ApiHomeState,
  identify: Identify,
): Promise<HttpResponse> {
  const { apiId } = home;
  const ctx = anyPlace.at(home);
  const name = firstSegment(path);
  const [named, stage] = await ctx.atomically(async (tx) => {
    const byName = name === undefined ? undefined : await tx.get(StageRecord, apiId, name);
    return [byName, byName ?? (await tx.get(StageRecord, apiId, defaultStage))];
  });
  const served = stage && (await loadStage(ctx, stage));
  if (served === undefined || served.snapshot.api.DisableExecuteApiEndpoint === true) {
    return nothingThere(ctx);
  }
  const inner = named === undefined ? path : path.slice(named.StageName.length + 1) || "/";
  const domainName = hostOf(http, ctx, home);
  return respond(ctx, served, identify, http, { path: inner, domainName, basePath: undefined });
}

/** What could be a stage's name. */
function firstSegment(path: string): string | undefined {
  return /^\/([\w-]{1,128})(?:\/|$)/.exec(path)?.[1];
}

export function loadStage(ctx: Waiting, stage: StageState): Promise<CompiledStage | undefined> {
  return compiledStage(stage, async () => {
    const { apiId, DeploymentId } = stage;
    if (DeploymentId === undefined) return undefined;
    return ctx.atomically((tx) => tx.get(SnapshotRecord, apiId, DeploymentId));
  });
}

/** The name that the client asked for; where it asked by path, the one that it could have used. */
function hostOf(http: HttpRequest, { endpoint }: Waiting, { apiId, region }: ApiHomeState): string {
  if (http.host.startsWith(`${apiId}.`)) return http.host;
  return new URL(apiAddress(endpoint, region, apiId)).hostname;
}

export interface Addressed {
  /** Percent-encoded, without the stage and the base path. */
  readonly path: string;
  readonly domainName: string;
  readonly basePath: string | undefined;
}

export async function respond(
  untraced: Waiting,
  served: CompiledStage,
  identify: Identify,
  http: HttpRequest,
  { path, domainName, basePath }: Addressed,
): Promise<HttpResponse> {
  const ctx = traced(untraced);
  const body = await readBody(http);
  const { StageName } = served.stage;
  const decoded = decodePath(path);
  const request: ApiRequest = {
    http,
    method: http.method,
    rawPath: http.path,
    path: decoded,
    stagePath: StageName === defaultStage ? decoded : `/${StageName}${decoded}`,
    headers: readHeaders(http),
    query: readQuery(http.query),
    body: body ?? Buffer.alloc(0),
    domainName,
    basePath,
  };
  const requestId = newRequestId(ctx);
  const exchange: Exchange = {
    ctx,
    served,
    request,
    requestId,
    startedAt: ctx.now(),
    identify,
    route: undefined,
    pathParameters: {},
    authorization: { kind: "none" },
    integrationStatus: undefined,
    integrationLatency: undefined,
    integrationError: undefined,
    authorizerError: undefined,
    error: undefined,
  };
  const answer = await serve(exchange, body === undefined ? tooLarge() : undefined);
  return { ...answer, headers: { ...answer.headers, "apigw-requestid": requestId } };
}

/** A request without a trace begins one, which its function is told as the integration's server is. */
function traced(ctx: Waiting): Waiting {
  if (ctx.traceHeader !== undefined) return ctx;
  const seconds = Math.floor(ctx.now() / 1000).toString(16);
  return ctx.traced(`Root=1-${seconds}-${ctx.ids.hex(24)}`);
}

/** `JKJaXmPLvHcESHA=`. */
function newRequestId(ctx: Waiting): string {
  return `${Buffer.from(ctx.ids.bytes(12)).toString("base64url").slice(0, 15)}=`;
}

function nothingThere(ctx: Waiting): HttpResponse {
  const refusal: Refusal = notFound();
  const { status, headers, body } = refusal.answer;
  return { status, headers: { ...headers, "apigw-requestid": newRequestId(ctx) }, body };
}
