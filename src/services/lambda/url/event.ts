// The event that a function URL makes of an HTTP request: payload format 2.0.

import type { HttpRequest } from "../../../core/http.ts";
import type { Principal } from "../../../core/principal.ts";
import type { UrlRoute } from "./url.ts";

export interface EventFacts {
  /** Percent-encoded: what follows the URL's own part. */
  readonly path: string;
  readonly body: Uint8Array;
  readonly requestId: string;
  /** Who signed the request, where the URL asks for it. */
  readonly caller: Principal | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function urlEvent(request: HttpRequest, route: UrlRoute, facts: EventFacts): object {
  const { cookie, ...headers } = request.headers;
  const query = parseQuery(request.query);
  const rawPath = facts.path === "" ? "/" : facts.path;
  const domainName = (headers.host ?? request.host).replace(/:\d+$/, "");
  const contentType = headers["content-type"] ?? "";
  const text = isText(contentType);
  const body = Buffer.from(facts.body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: request.query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?/) }),
    headers: {
      ...headers,
      "x-forwarded-for": request.remoteAddress,
      "x-forwarded-proto": headers["x-forwarded-proto"] ?? "http",
      "x-forwarded-port": headers["x-forwarded-port"] ?? headers.host?.split(":")[1] ?? "80",
    },
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: facts.caller?.account ?? "anonymous",
      apiId: route.urlId,
      ...(facts.caller === undefined ? {} : { authorizer: { iam: iamAuthorizer(facts.caller) } }),
      domainName,
      domainPrefix: route.urlId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: request.remoteAddress,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: facts.requestId,
      routeKey: "$default",
      stage: "$default",
      time: commonLogTime(facts.now),
      timeEpoch: facts.now,
    },
    ...(body.length === 0 ? {} : { body: text ? body.toString() : body.toString("base64") }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

function iamAuthorizer(caller: Principal): object {
  return {
    accessKey: caller.accessKeyId ?? null,
    accountId: caller.account,
    callerId: caller.userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.arn,
    userId: caller.userId,
  };
}

/** AWS hands over as text what the content type says is text, and all else in base64. */
function isText(contentType: string): boolean {
  return /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[\w.-]+\+(?:json|xml)))/i.test(
    contentType,
  );
}

/** A name that occurs several times has its values joined with commas. */
function parseQuery(query: string): Readonly<Record<string, string>> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(milliseconds: number): string {
  const [, day, month, year, time] = new Date(milliseconds).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
