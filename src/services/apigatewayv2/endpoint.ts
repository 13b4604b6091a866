// The data planes of HTTP and WebSocket APIs, at one address.

import type { Endpoint } from "../../core/service.ts";
import { requestOfHttpApi } from "./http/endpoint.ts";
import { findApiHome } from "./records/serving.ts";
import { connectToApi, requestOfSocketApi } from "./websocket/endpoint.ts";

export const executeEndpoint: Endpoint = {
  hosts: ["{apiId}.execute-api.{region}", "{apiId}.execute-api"],
  paths: ["/_execute-api/{apiId}"],
  anyOrigin: true,
  handle: async (request, labels, ctx, identify) => {
    const home = await findApiHome(ctx, labels.apiId ?? "");
    if (home === undefined || (labels.region ?? home.region) !== home.region) return undefined;
    if (home.protocol === undefined) return undefined;
    if (home.protocol === "HTTP") {
      return requestOfHttpApi(request, labels.rest ?? request.path, ctx, home, identify);
    }
    return requestOfSocketApi(request, labels.rest ?? request.path, ctx, home, identify);
  },
  connect: connectToApi,
};
