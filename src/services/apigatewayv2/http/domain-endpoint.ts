// Custom domain names: a request whose host is one, or that names one in its
// path, goes to the API and stage that the name's rules and mappings say.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import { domainOfHost, routeOfDomain } from "../../../gateway/domains/resolve.ts";
import { StageRecord } from "../records/stage.ts";
import { loadStage, respond } from "./endpoint.ts";

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
    const domainName = (labels.domainName ?? request.host).toLowerCase();
    const path = labels.rest ?? request.path;
    const found = await anyPlace.atomically(async (tx) => {
      const domain = await domainOfHost(tx, domainName);
      if (domain === undefined) return undefined;
      const route = routeOfDomain(domain, path, request.headers);
      const home = route && (await tx.get(ApiHome, route.apiId));
      if (route === undefined || home?.protocol !== "HTTP" || route.stage === undefined) return { route };
      return { route, home, stage: await tx.at(home).get(StageRecord, route.apiId, route.stage) };
    });
    // Another kind's API is the other service's to answer for.
    if (found === undefined || (found.route !== undefined && found.home === undefined)) return undefined;
    const { route, home, stage } = found;
    if (route === undefined || home === undefined || stage === undefined) return forbidden;
    const ctx = anyPlace.at(home);
    const served = await loadStage(ctx, stage);
    if (served === undefined) return forbidden;
    const addressed = { path: route.path, domainName, basePath: route.basePath };
    return respond(ctx, served, identify, addressedBy(request, path), addressed);
  },
};

/** The path as a client of the domain name itself would have written it. */
function addressedBy(request: HttpRequest, path: string): HttpRequest {
  if (request.path === path) return request;
  const { method, query, headers, rawHeaders, host, body, remoteAddress, signal } = request;
  return { method, path, query, headers, rawHeaders, host, body, remoteAddress, signal };
}
