// The data plane of WebSocket APIs, as the address that they share with the
// other kinds leads to it.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Conversation } from "../../../core/web-socket.ts";
import type { ApiHomeState } from "../../../gateway/api-home.ts";
import { findApiHome } from "../records/serving.ts";
import { connect } from "./connect.ts";
import { manageConnection, managedConnection } from "./manage.ts";

type Labels = Readonly<Record<string, string>>;

/** A client that wants to connect; undefined where the API is none that can be connected to. */
export async function connectToApi(
  request: HttpRequest,
  labels: Labels,
  ctx: Waiting,
  identify: Identify,
): Promise<HttpResponse | Conversation | undefined> {
  const home = await findApiHome(ctx, labels.apiId ?? "");
  if (home?.protocol !== "WEBSOCKET") return undefined;
  if ((labels.region ?? home.region) !== home.region) return undefined;
  return connect(ctx.at(home), home, request, labels.rest ?? request.path, identify);
}

/** A request that does not want to connect: a backend's, or one that came wrong. */
export async function requestOfSocketApi(
  request: HttpRequest,
  path: string,
  ctx: Waiting,
  home: ApiHomeState,
  identify: Identify,
): Promise<HttpResponse> {
  const managed = managedConnection(path);
  if (managed === undefined) {
    const headers = { "content-type": "application/json", upgrade: "websocket" };
    return { status: 426, headers, body: '{"message":"Upgrade Required"}' };
  }
  return manageConnection(ctx.at(home), request, { ...managed, apiId: home.apiId }, identify);
}
