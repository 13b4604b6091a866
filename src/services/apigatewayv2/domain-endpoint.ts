// Custom domain names: a request whose host is one, or that names one in its
// path, goes to the API and stage that the name's rules and mappings say.

import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { Endpoint } from "../../core/service.ts";
import type { Waiting } from "../../core/waiting.ts";
import { ApiHome, type ApiHomeState } from "../../gateway/api-home.ts";
import { type DomainRoute, domainOfHost, routeOfDomain } from "../../gateway/domains/resolve.ts";
import { loadStage, respond } from "./http/endpoint.ts";
import { StageRecord, type StageState } from "./records/stage.ts";
import { connect } from "./websocket/connect.ts";
import { requestOfSocketApi } from "./websocket/endpoint.ts";

/** What API Gateway answers under a name of whose paths this is none. */
const forbidden: HttpResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
};

export const domainEndpoint: Endpoint = {
  paths: ["/_custom-domain/{domainName}"],
  anyHost: true,
  anyOrigin: true,
  handle: async (request, labels, anyPlace, identify) => {
    const found = await find(request, labels, anyPlace);
    if (found === undefined || found === "nothing") return found && forbidden;
    const { domainName, path, route, home, stage } = found;
    const ctx = anyPlace.at(home);
    if (home.protocol === "WEBSOCKET") {
      const socketPath = `/${stage.StageName}${route.path}`;
      return requestOfSocketApi(
        atOwnAddress(request, anyPlace, socketPath, home),
        socketPath,
        ctx,
        home,
        identify,
      );
    }
    const served = await loadStage(ctx, stage);
    if (served === undefined) return forbidden;
    const addressed = { path: route.path, domainName, basePath: route.basePath };
    return respond(ctx, served, identify, at(request, path), addressed);
  },
  connect: async (request, labels, anyPlace, identify) => {
    const found = await find(request, labels, anyPlace);
    if (found === undefined || found === "nothing" || found.home.protocol !== "WEBSOCKET") return undefined;
    const { route, home, stage } = found;
    const path = `/${stage.StageName}${route.path}`;
    return connect(anyPlace.at(home), home, atOwnAddress(request, anyPlace, path, home), path, identify);
  },
};

interface Found {
  readonly domainName: string;
  /** As a client of the name itself asks for it. */
  readonly path: string;
  readonly route: DomainRoute;
  readonly home: ApiHomeState;
  readonly stage: StageState;
}

/** "nothing" where the name is a custom domain name, but nothing is below that path of it; undefined where it is not for this service to answer. */
function find(
  request: HttpRequest,
  labels: Readonly<Record<string, string>>,
  anyPlace: Waiting,
): Promise<Found | "nothing" | undefined> {
  const domainName = (labels.domainName ?? request.host).toLowerCase();
  const path = labels.rest ?? request.path;
  return anyPlace.atomically(async (tx) => {
    const domain = await domainOfHost(tx, domainName);
    if (domain === undefined) return undefined;
    const route = routeOfDomain(domain, path, request.headers);
    if (route === undefined) return "nothing";
    const home = await tx.get(ApiHome, route.apiId);
    if (home?.protocol === undefined) return undefined;
    const stage = await tx.at(home).get(StageRecord, route.apiId, route.stage ?? "");
    return stage === undefined ? "nothing" : { domainName, path, route, home, stage };
  });
}

/** Copied by name, since the wire's request keeps getters. */
function at(request: HttpRequest, path: string): HttpRequest {
  const { method, query, headers, rawHeaders, host, body, remoteAddress, signal } = request;
  return { method, path, query, headers, rawHeaders, host, body, remoteAddress, signal };
}

/** As if the API's own address had been asked: that is what functions can reach to answer a connection. */
function atOwnAddress(
  request: HttpRequest,
  { endpoint }: Waiting,
  path: string,
  { apiId }: ApiHomeState,
): HttpRequest {
  const { host, hostname } = new URL(endpoint);
  const own = at(request, `/_execute-api/${apiId}${path}`);
  return { ...own, host: hostname, headers: { ...own.headers, host } };
}
