// The `$context` variables of HTTP APIs, for mappings, authorizers and access
// logs (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html).

import { commonLogTime } from "../../../gateway/log-format.ts";
import type { Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";

type Read = (exchange: Exchange, answer: Answer | undefined) => unknown;

const variables: Readonly<Record<string, Read>> = {
  accountId: ({ ctx }) => ctx.account,
  apiId: ({ served }) => served.apiId,
  "authorizer.error": ({ authorizerError }) => authorizerError,
  "authorizer.principalId": ({ authorization }) =>
    authorization.kind === "lambda" ? authorization.principalId : undefined,
  "customDomain.basePathMatched": ({ request }) => request.basePath,
  dataProcessed: ({ request }) => request.body.length,
  domainName: ({ request }) => request.domainName,
  domainPrefix: ({ request }) => request.domainName.split(".")[0],
  "error.message": ({ error }) => error?.message,
  "error.messageString": ({ error }) => error && JSON.stringify(error.message),
  "error.responseType": ({ error }) => error?.responseType,
  extendedRequestId: ({ requestId }) => requestId,
  httpMethod: ({ request }) => request.method,
  "identity.accountId": iam((principal) => principal.account),
  "identity.caller": iam((principal) => principal.userId),
  "identity.sourceIp": ({ request }) => request.http.remoteAddress,
  "identity.user": iam((principal) => principal.userId),
  "identity.userAgent": ({ request }) => request.headers["user-agent"],
  "identity.userArn": iam((principal) => principal.arn),
  "integration.error": ({ integrationError }) => integrationError,
  "integration.integrationStatus": ({ integrationStatus }) => integrationStatus,
  "integration.latency": ({ integrationLatency }) => integrationLatency,
  "integration.status": ({ integrationStatus }) => integrationStatus,
  integrationErrorMessage: ({ integrationError }) => integrationError,
  integrationLatency: ({ integrationLatency }) => integrationLatency,
  integrationStatus: ({ integrationStatus }) => integrationStatus,
  path: ({ request }) => request.rawPath,
  protocol: () => "HTTP/1.1",
  requestId: ({ requestId }) => requestId,
  requestTime: ({ startedAt }) => commonLogTime(startedAt),
  requestTimeEpoch: ({ startedAt }) => startedAt,
  responseLatency: ({ ctx, startedAt }) => ctx.now() - startedAt,
  responseLength: (_exchange, answer) => answer && lengthOf(answer.body),
  routeKey: ({ route }) => route?.state.RouteKey,
  stage: ({ served }) => served.stage.StageName,
  status: (_exchange, answer) => answer?.status,
};

function iam(read: (principal: { account: string; userId: string; arn: string }) => string): Read {
  return ({ authorization }) => (authorization.kind === "iam" ? read(authorization.principal) : undefined);
}

function lengthOf(body: Answer["body"]): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.length : undefined;
}

export function contextVariable(exchange: Exchange, path: string, answer?: Answer): unknown {
  const read = Object.hasOwn(variables, path) ? variables[path] : undefined;
  if (read !== undefined) return read(exchange, answer);
  if (!path.startsWith("authorizer.")) return undefined;
  const { authorization } = exchange;
  const name = path.slice("authorizer.".length);
  if (authorization.kind === "jwt") {
    const claim = name.replace(/^(jwt\.)?claims\./, "");
    return Object.hasOwn(authorization.claims, claim) ? authorization.claims[claim] : undefined;
  }
  if (authorization.kind !== "lambda") return undefined;
  const value = Object.hasOwn(authorization.context, name) ? authorization.context[name] : undefined;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}
