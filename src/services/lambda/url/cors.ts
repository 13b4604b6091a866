// A function URL's own CORS: Lambda answers preflights, and sets the headers of
// every response, in place of the function's.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Cors } from "../../../model/generated/lambda.d.ts";

/** The headers that the configuration gives to a request of that origin; none where it does not allow it. */
export function corsHeaders(cors: Cors | undefined, request: HttpRequest): Readonly<Record<string, string>> {
  const { origin } = request.headers;
  if (cors === undefined || origin === undefined) return {};
  const origins = cors.AllowOrigins ?? [];
  const any = origins.includes("*");
  if (!any && !origins.includes(origin)) return {};
  return {
    // With credentials the star is not allowed: the origin itself is answered.
    "access-control-allow-origin": any && cors.AllowCredentials !== true ? "*" : origin,
    ...(any ? {} : { vary: "Origin" }),
    ...(cors.AllowCredentials === true ? { "access-control-allow-credentials": "true" } : {}),
    ...(cors.ExposeHeaders === undefined || cors.ExposeHeaders.length === 0
      ? {}
      : { "access-control-expose-headers": cors.ExposeHeaders.join(",") }),
  };
}

export function isPreflight(request: HttpRequest): boolean {
  return request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;
}

export function preflightResponse(cors: Cors, request: HttpRequest): HttpResponse {
  const allowed = corsHeaders(cors, request);
  if (Object.keys(allowed).length === 0) return { status: 200, headers: {} };
  return {
    status: 200,
    headers: {
      ...allowed,
      ...(cors.AllowMethods === undefined
        ? {}
        : { "access-control-allow-methods": cors.AllowMethods.join(",") }),
      ...(cors.AllowHeaders === undefined
        ? {}
        : { "access-control-allow-headers": cors.AllowHeaders.join(",") }),
      ...(cors.MaxAge === undefined ? {} : { "access-control-max-age": String(cors.MaxAge) }),
    },
  };
}
