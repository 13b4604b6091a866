// The data plane of REST APIs: a request's host or path names an API, the first
// part of its path a stage.

import type { HttpResponse } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import { ApiHome } from "../../../gateway/api-home.ts";
import { StageRecord } from "../deployments/stage.ts";
import { serveStage } from "./serve-stage.ts";

export const executeEndpoint: Endpoint = {
  hosts: ["{apiId}.execute-api.{region}", "{apiId}.execute-api"],
  paths: ["/_execute-api/{apiId}"],
  anyOrigin: true,
  handle: async (http, labels, ctx, identify) => {
    const apiId = labels.apiId ?? "";
    const path = labels.rest ?? http.path;
    const end = path.indexOf("/", 1);
    const stageName = path.slice(1, end < 0 ? undefined : end);
    const found = await ctx.atomically(async (tx) => {
      const home = await tx.get(ApiHome, apiId);
      if (home === undefined || home.protocol !== undefined) return undefined;
      if ((labels.region ?? home.region) !== home.region) return undefined;
      return { home, stage: await tx.at(home).get(StageRecord, apiId, stageName) };
    });
    if (found === undefined) return undefined;
    const { home, stage } = found;
    if (stage === undefined) return forbidden;
    const below = end < 0 ? "/" : path.slice(end);
    const line = { path: below, eventPath: below, fullPath: path, basePath: undefined };
    return (await serveStage(http, ctx.at(home), stage, identify, line)) ?? forbidden;
  },
};

/** For a stage that is not there, nobody's gateway response is. */
export const forbidden: HttpResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
};
