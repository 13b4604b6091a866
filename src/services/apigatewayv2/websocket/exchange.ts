// One thing that happens on a connection (it opens, a message comes, it ends)
// and all that integrations, mappings and logs are told of it.

import type { HttpRequest } from "../../../core/http.ts";
import type { Ids } from "../../../core/ids.ts";
import type { Principal } from "../../../core/principal.ts";
import { type ConnectionState, newConnectionId } from "../../../gateway/connections/connection.ts";
import { commonLogTime } from "../../../gateway/log-format.ts";
import type { Served } from "../records/serving.ts";

export type Happening =
  | { readonly type: "CONNECT"; readonly request: HttpRequest }
  | { readonly type: "MESSAGE"; readonly body: string; readonly messageId: string }
  | { readonly type: "DISCONNECT"; readonly code: number; readonly reason: string };

export interface Exchange {
  readonly connection: ConnectionState;
  readonly served: Served;
  readonly happening: Happening;
  readonly routeKey: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Who signed the request that connects, where the route asks for it. */
  readonly caller?: Principal | undefined;
}

export function newExchange(
  of: Pick<Exchange, "connection" | "served" | "happening" | "routeKey">,
  ids: Ids,
  now: number,
): Exchange {
  return { ...of, requestId: newConnectionId((count) => ids.bytes(count)), at: now };
}

/** `$context` of templates and logs, and `requestContext` of events. */
export function requestContext(exchange: Exchange): Readonly<Record<string, unknown>> {
  const { connection, happening, routeKey, requestId, at } = exchange;
  const { authorizer } = connection;
  return {
    routeKey,
    ...(happening.type === "MESSAGE" ? { messageId: happening.messageId } : {}),
    ...(happening.type === "DISCONNECT" ? { disconnectStatusCode: happening.code } : {}),
    eventType: happening.type,
    extendedRequestId: requestId,
    requestTime: commonLogTime(at),
    messageDirection: "IN",
    ...(happening.type === "DISCONNECT" ? { disconnectReason: happening.reason } : {}),
    stage: connection.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: at,
    identity: identity(exchange),
    requestId,
    domainName: connection.domainName,
    connectionId: connection.connectionId,
    apiId: connection.apiId,
    ...(authorizer === undefined ? {} : { authorizer }),
  };
}

function identity({ connection, caller }: Exchange): Readonly<Record<string, unknown>> {
  const { sourceIp, userAgent } = connection;
  return {
    ...(caller === undefined
      ? {}
      : {
          accountId: caller.account,
          caller: caller.userId,
          accessKey: caller.accessKeyId,
          user: caller.userId,
          userArn: caller.arn,
        }),
    ...(userAgent === "" ? {} : { userAgent }),
    sourceIp,
  };
}

/** The ARN of the route, as permissions name it. */
export function routeArn({ connection, routeKey }: Pick<Exchange, "connection" | "routeKey">): string {
  const { region, account, apiId, stage } = connection;
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${routeKey}`;
}
