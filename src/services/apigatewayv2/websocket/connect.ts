// A client asks to connect: its API and stage are found, whoever guards them is
// asked, and the integration of `$connect` has the last word.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Conversation } from "../../../core/web-socket.ts";
import type { ApiHomeState } from "../../../gateway/api-home.ts";
import {
  ConnectionRecord,
  type ConnectionState,
  newConnectionId,
} from "../../../gateway/connections/connection.ts";
import { findServed, type Served } from "../records/serving.ts";
import { logOutcome } from "./access-log.ts";
import { checkApiKey } from "./api-key.ts";
import { authorize } from "./authorize.ts";
import { conversation } from "./conversation.ts";
import { type Exchange, newExchange } from "./exchange.ts";
import { Failure, failureResponse, forbidden, internalError } from "./failure.ts";
import { type IntegrationAnswer, succeeded } from "./integrations/answer.ts";
import { integrate } from "./integrations/integrate.ts";
import { routeOfKey } from "./routes.ts";
import { sweepConnections } from "./sweep.ts";
import { throttle } from "./throttle.ts";

/** `ctx` under the API's account and region; `path` begins with the stage. */
export async function connect(
  ctx: Waiting,
  home: ApiHomeState,
  request: HttpRequest,
  path: string,
  identify: Identify,
): Promise<HttpResponse | Conversation> {
  const connectionId = newConnectionId((count) => ctx.ids.bytes(count));
  let exchange: Exchange | undefined;
  const [, stage = "", ...rest] = path.split("/");
  const served = await ctx.atomically((tx) => findServed(tx, home, [stage]));
  let requestId = newConnectionId((count) => ctx.ids.bytes(count));
  try {
    if (served === undefined || rest.some((part) => part !== "")) throw forbidden();
    const connection = newConnection(ctx, home, request, connectionId, stage);
    exchange = newExchange(
      { connection, served, routeKey: "$connect", happening: { type: "CONNECT", request } },
      ctx.ids,
      ctx.now(),
    );
    ({ requestId } = exchange);
    const { state, answer } = await granted(ctx, exchange, request, served, identify);
    logOutcome(
      ctx,
      { ...exchange, connection: state },
      { status: answer?.status ?? 200, integrationStatus: answer?.status },
    );
    if (answer !== undefined && !succeeded(answer)) {
      return { status: answer.status, headers: {}, body: answer.body };
    }
    await remember(ctx, state);
    return conversation(ctx, state, answer?.headers["sec-websocket-protocol"]);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (exchange !== undefined) logOutcome(ctx, exchange, { status: error.status, failure: error });
    return failureResponse(error, connectionId, requestId);
  }
}

async function granted(
  ctx: Waiting,
  exchange: Exchange,
  request: HttpRequest,
  { snapshot }: Served,
  identify: Identify,
): Promise<{ readonly state: ConnectionState; readonly answer: IntegrationAnswer | undefined }> {
  throttle(ctx, exchange);
  const route = routeOfKey(snapshot, "$connect");
  // A connection needs no route of its own.
  if (route === undefined) return { state: exchange.connection, answer: undefined };
  if (route.route.ApiKeyRequired === true) await checkApiKey(ctx, request, exchange.connection);
  const { caller, authorizer } = await authorize(ctx, exchange, request, route, identify);
  const state = { ...exchange.connection, ...(authorizer === undefined ? {} : { authorizer }) };
  if (route.integration === undefined) {
    if (route.route.Target !== undefined) throw internalError();
    return { state, answer: undefined };
  }
  const answer = await integrate(ctx, { ...exchange, connection: state, caller }, route.integration);
  return { state, answer };
}

function newConnection(
  ctx: Waiting,
  { apiId, account, region }: ApiHomeState,
  request: HttpRequest,
  connectionId: string,
  stage: string,
): ConnectionState {
  return {
    connectionId,
    apiId,
    stage,
    account,
    region,
    node: ctx.node.id,
    connectedAt: ctx.now(),
    sourceIp: request.remoteAddress,
    userAgent: request.headers["user-agent"] ?? "",
    domainName: domainName(request, apiId),
  };
}

/** From the commit on, every node knows of the connection; the handshake follows. */
async function remember(ctx: Waiting, state: ConnectionState): Promise<void> {
  const first = await ctx.node.announce();
  await ctx.atomically(async (tx) => {
    tx.put(ConnectionRecord, state);
    if (first) tx.enqueue(sweepConnections, {}, { id: "sweep" });
  });
}

/**
 * Functions make an address of it, `https://{domainName}/{stage}`, to answer the client. Names below
 * localhost resolve in browsers and in curl, but in no language that functions are written in.
 */
function domainName(request: HttpRequest, apiId: string): string {
  const { host = request.host } = request.headers;
  const name = request.host;
  if (request.path.startsWith("/_execute-api/")) return `${host}/_execute-api/${apiId}`;
  if (!name.endsWith(".localhost")) return host;
  return `localhost${host.slice(name.length)}/_execute-api/${apiId}`;
}
