// `{stage}/@connections/{connectionId}` below an API's own address: the way that
// backends take to its open connections.

import { Fault } from "../../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { findConnection } from "../../../gateway/connections/command.ts";
import type { Apigatewaymanagementapi } from "../../../model/generated/apigatewaymanagementapi.d.ts";
import { modelOf } from "../../../model/handle.ts";

const management = modelOf<Apigatewaymanagementapi>("apigatewaymanagementapi");

const largestMessageBytes = 131_072;

/** Undefined where the path is another. */
export function managedConnection(path: string): { readonly stage: string; readonly id: string } | undefined {
  const [, stage, id] = /^\/([^/]+)\/(?:@|%40)connections\/([^/]+)$/i.exec(path) ?? [];
  if (stage === undefined || id === undefined) return undefined;
  try {
    return { stage, id: decodeURIComponent(id) };
  } catch {
    return undefined;
  }
}

/** `ctx` under the API's account and region. */
export async function manageConnection(
  ctx: Waiting,
  request: HttpRequest,
  of: { readonly apiId: string; readonly stage: string; readonly id: string },
  identify: Identify,
): Promise<HttpResponse> {
  try {
    const body = await bodyOf(request);
    if (body === undefined) return refused(413, "PayloadTooLargeException", "Message too long");
    const caller = await identify("execute-api", body);
    if (caller.type === "anonymous")
      return refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    const connection = await findConnection(ctx, of.id);
    // Another API's connections are not there.
    if (connection !== undefined && (connection.apiId !== of.apiId || connection.stage !== of.stage)) {
      return refused(410, "GoneException", undefined);
    }
    return await perform(ctx.as(caller).at({ account: caller.account }), request.method, of.id, body);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const status = error.status ?? statuses[error.code] ?? 400;
    return refused(status, error.code, error.message === "" ? undefined : error.message);
  }
}

const statuses: Readonly<Record<string, number>> = {
  ForbiddenException: 403,
  GoneException: 410,
  PayloadTooLargeException: 413,
  LimitExceededException: 429,
};

async function perform(
  ctx: Waiting,
  method: string,
  ConnectionId: string,
  body: Uint8Array,
): Promise<HttpResponse> {
  switch (method) {
    case "POST":
      await ctx.call(management, "PostToConnection", { ConnectionId, Data: body });
      return { status: 200, headers: {} };
    case "DELETE":
      await ctx.call(management, "DeleteConnection", { ConnectionId });
      return { status: 204, headers: {} };
    case "GET": {
      const { ConnectedAt, Identity, LastActiveAt } = await ctx.call(management, "GetConnection", {
        ConnectionId,
      });
      const described = {
        connectedAt: isoTime(ConnectedAt),
        identity: { sourceIp: Identity?.SourceIp, userAgent: Identity?.UserAgent },
        lastActiveAt: isoTime(LastActiveAt),
      };
      return { status: 200, headers: json, body: JSON.stringify(described) };
    }
    default:
      return refused(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
  }
}

const json = { "content-type": "application/json" };

function isoTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

function refused(status: number, code: string, message: string | undefined): HttpResponse {
  return {
    status,
    headers: { ...json, "x-amzn-errortype": code },
    body: JSON.stringify(message === undefined ? {} : { message }),
  };
}

/** Undefined where it is longer than a message may be. */
async function bodyOf({ body }: HttpRequest): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body instanceof Uint8Array ? [body] : body) {
    bytes += piece.length;
    if (bytes > largestMessageBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
