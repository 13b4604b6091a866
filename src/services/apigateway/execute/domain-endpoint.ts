// REST APIs under custom domain names: the name's rules and mappings say which
// API and stage a path means.

import type { HttpRequest } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import { type DomainRoute, domainOfHost, routeOfDomain } from "../../../gateway/domains/resolve.ts";
import { StageRecord } from "../deployments/stage.ts";
import { forbidden } from "./endpoint.ts";
import { serveStage } from "./serve-stage.ts";

export const domainEndpoint: Endpoint = {
  paths: ["/_custom-domain/{domainName}"],
  anyHost: true,
  anyOrigin: true,
  handle: async (http, labels, ctx, identify) => {
    const domainName = (labels.domainName ?? http.host).toLowerCase();
    const fullPath = labels.rest ?? http.path;
    const found = await ctx.atomically(async (tx) => {
      const domain = await domainOfHost(tx, domainName);
      const route = domain && routeOfDomain(domain, fullPath, http.headers);
      const home = route && (await tx.get(ApiHome, route.apiId));
      if (route === undefined || home === undefined || home.protocol !== undefined) return undefined;
      const { stageName, path } = stagePath(route);
      return { route, home, path, stage: await tx.at(home).get(StageRecord, route.apiId, stageName) };
    });
    // Another kind's API is the other service's to answer for.
    if (found === undefined) return undefined;
    const { route, home, path, stage } = found;
    if (stage === undefined) return forbidden;
    const line = { path, eventPath: fullPath, fullPath, basePath: route.basePath };
    const request = under(http, domainName, fullPath);
    return (await serveStage(request, ctx.at(home), stage, identify, line)) ?? forbidden;
  },
};

/** A mapping without a stage leaves it to the path's next part. */
function stagePath({ stage, path }: DomainRoute): { readonly stageName: string; readonly path: string } {
  if (stage !== undefined) return { stageName: stage, path };
  const end = path.indexOf("/", 1);
  return { stageName: path.slice(1, end < 0 ? undefined : end), path: end < 0 ? "/" : path.slice(end) };
}

/** As a client of the name itself would have asked; copied by name, since the wire's request keeps getters. */
function under(http: HttpRequest, host: string, path: string): HttpRequest {
  const { method, query, headers, rawHeaders, body, remoteAddress, signal } = http;
  return { method, path, query, headers, rawHeaders, host, body, remoteAddress, signal };
}
