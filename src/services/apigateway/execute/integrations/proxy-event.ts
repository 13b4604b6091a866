// The event that a function gets of a request: payload format 1.0.
// (docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html)

import { mediaType } from "../../../../gateway/mapping/templates.ts";
import type { ValueMap } from "../../../../lang/vtl/value.ts";
import type { Exchange } from "../exchange.ts";
import { headerOf } from "../request/request.ts";

type Single = Record<string, string>;
type Many = Record<string, readonly string[]>;

export function proxyEvent(exchange: Exchange): object {
  const { api, request, route } = exchange;
  const contentType = mediaType(headerOf(request, "content-type") ?? "");
  const binary = request.body.length > 0 && api.isBinary(contentType);
  return {
    resource: route?.method.resource.path ?? request.path,
    path: request.eventPath,
    httpMethod: request.method,
    ...parameters(exchange),
    requestContext: eventContext(exchange),
    body: request.body.length === 0 ? null : request.body.toString(binary ? "base64" : "utf8"),
    isBase64Encoded: binary,
  };
}

/** What events of integrations and of authorizers have in common. Without any there is null, not an empty object. */
export function parameters(exchange: Exchange): object {
  const { request, route, stage, testing } = exchange;
  const headers: Single = {};
  const multiValueHeaders: Many = {};
  for (const [name, values] of forwardedHeaders(exchange)) {
    headers[name] = values.at(-1)!;
    multiValueHeaders[name] = values;
  }
  const query: Single = {};
  const multiValueQuery: Many = {};
  for (const [name, values] of request.query) {
    query[name] = values.at(-1)!;
    multiValueQuery[name] = values;
  }
  return {
    headers: testing ? orNull(headers) : headers,
    multiValueHeaders: testing ? orNull(multiValueHeaders) : multiValueHeaders,
    queryStringParameters: orNull(query),
    multiValueQueryStringParameters: orNull(multiValueQuery),
    pathParameters: orNull(route?.pathParameters ?? {}),
    stageVariables: orNull(stage.variables),
  };
}

function orNull<T extends object>(values: T): T | null {
  return Object.keys(values).length === 0 ? null : values;
}

/** The request's headers, and what API Gateway adds about where it came from. */
export function forwardedHeaders({ request, trace, testing }: Exchange): Map<string, readonly string[]> {
  const headers = new Map<string, readonly string[]>();
  for (const { name, values } of request.headers.values()) headers.set(name, values);
  if (testing) return headers;
  const has = (name: string): boolean => request.headers.has(name);
  const before = headerOf(request, "x-forwarded-for");
  const own = request.headers.get("x-forwarded-for")?.name ?? "X-Forwarded-For";
  headers.set(own, [before === undefined ? request.sourceIp : `${before}, ${request.sourceIp}`]);
  if (!has("x-forwarded-port")) headers.set("X-Forwarded-Port", [portOf(headerOf(request, "host"))]);
  if (!has("x-forwarded-proto")) headers.set("X-Forwarded-Proto", ["http"]);
  if (!has("x-amzn-trace-id")) headers.set("X-Amzn-Trace-Id", [trace]);
  return headers;
}

const portOf = (host: string | undefined): string => /:(\d+)$/.exec(host ?? "")?.[1] ?? "80";

const nobody = {
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: null,
  user: null,
  userAgent: null,
  userArn: null,
};

/** `requestContext`: the part of `$context` that events carry. */
export function eventContext({ context }: Exchange): object {
  const { authorizer, operationName, customDomain, isCanaryRequest } = context;
  const identity = { ...nobody, ...(context.identity as ValueMap) };
  return {
    resourceId: context.resourceId,
    ...(authorizer === undefined ? {} : { authorizer }),
    resourcePath: context.resourcePath,
    ...(operationName === undefined ? {} : { operationName }),
    httpMethod: context.httpMethod,
    extendedRequestId: context.extendedRequestId,
    requestTime: context.requestTime,
    path: context.path,
    accountId: context.accountId,
    protocol: context.protocol,
    stage: context.stage,
    domainPrefix: context.domainPrefix,
    requestTimeEpoch: context.requestTimeEpoch,
    requestId: context.requestId,
    ...(isCanaryRequest === undefined ? {} : { isCanaryRequest }),
    identity: { ...identity, userAgent: identity.userAgent === "" ? null : identity.userAgent },
    domainName: context.domainName,
    ...(customDomain === undefined ? {} : { customDomain }),
    deploymentId: context.deploymentId,
    apiId: context.apiId,
  };
}
