// The event that a function is invoked with.
// (docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html)

import type { HttpRequest } from "../../../core/http.ts";
import { type Exchange, requestContext, routeArn } from "./exchange.ts";

export function proxyEvent(exchange: Exchange): object {
  const { happening, served } = exchange;
  const { StageVariables } = served.stage;
  return {
    ...(happening.type === "CONNECT" ? requestMembers(happening.request) : {}),
    ...(happening.type === "DISCONNECT" ? disconnectHeaders(exchange) : {}),
    requestContext: requestContext(exchange),
    ...(Object.keys(StageVariables).length === 0 ? {} : { stageVariables: StageVariables }),
    ...(happening.type === "MESSAGE" ? { body: happening.body } : {}),
    isBase64Encoded: false,
  };
}

/** What the authorizer of `$connect` is asked with. */
export function authorizerEvent(exchange: Exchange, request: HttpRequest): object {
  return {
    type: "REQUEST",
    methodArn: routeArn(exchange),
    ...requestMembers(request),
    stageVariables: exchange.served.stage.StageVariables,
    requestContext: requestContext(exchange),
  };
}

function requestMembers(request: HttpRequest): object {
  const headers: Record<string, string> = {};
  const multiValueHeaders: Record<string, string[]> = {};
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    add(headers, multiValueHeaders, request.rawHeaders[at]!, request.rawHeaders[at + 1]!);
  }
  add(headers, multiValueHeaders, "X-Forwarded-For", request.remoteAddress);
  add(
    headers,
    multiValueHeaders,
    "X-Forwarded-Port",
    /:(\d+)$/.exec(request.headers.host ?? "")?.[1] ?? "80",
  );
  add(headers, multiValueHeaders, "X-Forwarded-Proto", "http");
  const query: Record<string, string> = {};
  const multiValueQuery: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(request.query)) add(query, multiValueQuery, name, value);
  return {
    headers,
    multiValueHeaders,
    ...(request.query === ""
      ? {}
      : { queryStringParameters: query, multiValueQueryStringParameters: multiValueQuery }),
  };
}

/** The last of several values stands for all where there is room for one. */
function add(one: Record<string, string>, all: Record<string, string[]>, name: string, value: string): void {
  one[name] = value;
  if (Object.hasOwn(all, name)) all[name]!.push(value);
  else all[name] = [value];
}

function disconnectHeaders({ connection }: Exchange): object {
  const headers = { Host: connection.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  };
}
