// The events that HTTP APIs hand to functions: payload formats 2.0 and 1.0
// (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).

import type { Principal } from "../../../core/principal.ts";
import { commonLogTime } from "../../../gateway/log-format.ts";
import type { Exchange } from "./exchange.ts";
import { grouped, joined } from "./request.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What both events of format 2.0, for integrations and for authorizers, have. */
export function requestFields(exchange: Exchange): Fields {
  const { request, served, pathParameters } = exchange;
  const { cookie, ...headers } = forwardedHeaders(exchange);
  const variables = served.stage.StageVariables;
  return {
    routeKey: exchange.route?.state.RouteKey,
    rawPath: request.stagePath,
    rawQueryString: request.http.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(request.query.length === 0 ? {} : { queryStringParameters: joined(request.query) }),
    requestContext: requestContext(exchange),
    ...(isEmpty(pathParameters) ? {} : { pathParameters }),
    ...(isEmpty(variables) ? {} : { stageVariables: variables }),
  };
}

export function eventOfFormat2(exchange: Exchange): Fields {
  return { version: "2.0", ...requestFields(exchange), ...bodyFields(exchange) };
}

function isEmpty(values: object): boolean {
  for (const _name in values) return false;
  return true;
}

function requestContext(exchange: Exchange): Fields {
  const { ctx, served, request, requestId, startedAt, route } = exchange;
  return {
    accountId: ctx.account,
    apiId: served.apiId,
    ...authorizer(exchange),
    domainName: request.domainName,
    domainPrefix: request.domainName.split(".")[0],
    http: {
      method: request.method,
      path: request.stagePath,
      protocol: "HTTP/1.1",
      sourceIp: request.http.remoteAddress,
      userAgent: request.headers["user-agent"] ?? "",
    },
    requestId,
    routeKey: route?.state.RouteKey,
    stage: served.stage.StageName,
    time: commonLogTime(startedAt),
    timeEpoch: startedAt,
  };
}

function authorizer({ authorization }: Exchange): Fields {
  switch (authorization.kind) {
    case "none":
      return {};
    case "jwt":
      return { authorizer: { jwt: { claims: authorization.claims, scopes: authorization.scopes } } };
    case "lambda":
      return { authorizer: { lambda: authorization.context } };
    case "iam":
      return { authorizer: { iam: iamFields(authorization.principal) } };
  }
}

function iamFields(principal: Principal): Fields {
  return {
    accessKey: principal.accessKeyId ?? null,
    accountId: principal.account,
    callerId: principal.userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.arn,
    userId: principal.userId,
  };
}

/** The client's headers and those that API Gateway adds. */
export function forwardedHeaders({ request, ctx }: Exchange): Record<string, string> {
  const { headers, http } = request;
  const before = headers["x-forwarded-for"];
  return {
    ...headers,
    "content-length": headers["content-length"] ?? String(request.body.length),
    ...(ctx.traceHeader === undefined ? {} : { "x-amzn-trace-id": ctx.traceHeader }),
    "x-forwarded-for": before === undefined ? http.remoteAddress : `${before}, ${http.remoteAddress}`,
    "x-forwarded-port": headers["x-forwarded-port"] ?? headers.host?.split(":")[1] ?? "80",
    "x-forwarded-proto": headers["x-forwarded-proto"] ?? "http",
  };
}

/** What is handed over as text; all else comes in base64, even a form. */
const textual = /^(?:text\/|application\/(?:json|javascript|xml|graphql|[\w.-]+\+(?:json|xml)))/i;

export function bodyFields({ request }: Exchange): Fields {
  const { body, headers } = request;
  if (body.length === 0) return { isBase64Encoded: false };
  const type = headers["content-type"];
  const text = (type === undefined || textual.test(type)) && headers["content-encoding"] === undefined;
  return { body: body.toString(text ? "utf8" : "base64"), isBase64Encoded: !text };
}

/** Names that API Gateway writes its own way; others stay as they came. */
const ownNames: Readonly<Record<string, string>> = {
  "content-length": "Content-Length",
  "content-type": "Content-Type",
  host: "Host",
  "user-agent": "User-Agent",
  "x-amzn-trace-id": "X-Amzn-Trace-Id",
  "x-forwarded-for": "X-Forwarded-For",
  "x-forwarded-port": "X-Forwarded-Port",
  "x-forwarded-proto": "X-Forwarded-Proto",
};

/** What both events of format 1.0 have. */
export function requestFields1(exchange: Exchange): Fields {
  const { request, served, pathParameters } = exchange;
  const headers = Object.entries(forwardedHeaders(exchange)).map(([name, value]): [string, string] => [
    ownNames[name] ?? name,
    value,
  ]);
  const { query } = request;
  const variables = served.stage.StageVariables;
  return {
    resource: resourceOf(exchange),
    path: pathWithBase(exchange),
    httpMethod: request.method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    queryStringParameters: query.length === 0 ? null : Object.fromEntries(query),
    multiValueQueryStringParameters: query.length === 0 ? null : grouped(query),
    requestContext: requestContext1(exchange),
    pathParameters: isEmpty(pathParameters) ? null : pathParameters,
    stageVariables: isEmpty(variables) ? null : variables,
  };
}

export function eventOfFormat1(exchange: Exchange): Fields {
  const { body = null, isBase64Encoded } = bodyFields(exchange);
  return { version: "1.0", ...requestFields1(exchange), body, isBase64Encoded };
}

function resourceOf({ route }: Exchange): string {
  const key = route?.state.RouteKey ?? "$default";
  return key === "$default" ? key : key.slice(key.indexOf(" ") + 1);
}

/** Unlike format 2.0, this one tells the path below which a custom domain name maps the API. */
function pathWithBase({ request }: Exchange): string {
  return request.basePath ? `/${request.basePath}${request.path}` : request.stagePath;
}

function requestContext1(exchange: Exchange): Fields {
  const { ctx, served, request, requestId, startedAt, route, authorization } = exchange;
  const principal = authorization.kind === "iam" ? authorization.principal : undefined;
  return {
    accountId: ctx.account,
    apiId: served.apiId,
    ...authorizer1(exchange),
    domainName: request.domainName,
    domainPrefix: request.domainName.split(".")[0],
    extendedRequestId: requestId,
    httpMethod: request.method,
    identity: {
      accessKey: principal?.accessKeyId ?? null,
      accountId: principal?.account ?? null,
      caller: principal?.userId ?? null,
      cognitoAmr: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.http.remoteAddress,
      user: principal?.userId ?? null,
      userAgent: request.headers["user-agent"] ?? null,
      userArn: principal?.arn ?? null,
    },
    path: pathWithBase(exchange),
    protocol: "HTTP/1.1",
    requestId,
    requestTime: commonLogTime(startedAt),
    requestTimeEpoch: startedAt,
    resourceId: route?.state.RouteKey ?? null,
    resourcePath: resourceOf(exchange),
    stage: served.stage.StageName,
  };
}

function authorizer1({ authorization }: Exchange): Fields {
  if (authorization.kind === "jwt") {
    return { authorizer: { claims: authorization.claims, scopes: authorization.scopes } };
  }
  if (authorization.kind !== "lambda") return {};
  const { principalId, context } = authorization;
  return { authorizer: { ...(principalId === undefined ? {} : { principalId }), ...context } };
}
