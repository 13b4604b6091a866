// CORS as an API is configured: API Gateway answers preflights itself, and its
// headers replace those of integrations.

import type { Cors } from "../../../model/generated/apigatewayv2.d.ts";
import type { Answer } from "./answer.ts";
import type { ApiRequest } from "./exchange.ts";

export function isPreflight({ method, headers }: ApiRequest): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

export function preflightAnswer(cors: Cors, request: ApiRequest): Answer {
  const allowed = originHeaders(cors, request);
  if (allowed === undefined) return { status: 204, headers: {}, body: "" };
  return {
    status: 204,
    headers: {
      ...allowed,
      ...listed("access-control-allow-methods", cors.AllowMethods),
      ...listed("access-control-allow-headers", cors.AllowHeaders),
      ...(cors.MaxAge === undefined ? {} : { "access-control-max-age": String(cors.MaxAge) }),
    },
    body: "",
  };
}

export function withCors(cors: Cors | undefined, request: ApiRequest, answer: Answer): Answer {
  if (cors === undefined) return answer;
  const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith("access-control-"));
  return {
    ...answer,
    headers: {
      ...Object.fromEntries(kept),
      ...originHeaders(cors, request),
    },
  };
}

/** Undefined where the origin is not allowed, or the request has none. */
function originHeaders(cors: Cors, { headers }: ApiRequest): Record<string, string> | undefined {
  const { origin } = headers;
  const { AllowOrigins = [], AllowCredentials, ExposeHeaders } = cors;
  if (origin === undefined) return undefined;
  const star = AllowOrigins.includes("*");
  if (!star && !AllowOrigins.some((allowed) => originFits(origin, allowed))) return undefined;
  return {
    "access-control-allow-origin": star ? "*" : origin,
    ...(star ? {} : { vary: "origin" }),
    ...(AllowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
    ...listed("access-control-expose-headers", ExposeHeaders),
  };
}

/** `https://*` stands for every origin of that scheme. */
function originFits(origin: string, allowed: string): boolean {
  return allowed.endsWith("://*") ? origin.startsWith(allowed.slice(0, -1)) : origin === allowed;
}

function listed(name: string, values: readonly string[] | undefined): Record<string, string> {
  return values === undefined || values.length === 0 ? {} : { [name]: values.join(",") };
}
