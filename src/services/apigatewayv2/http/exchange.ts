// One request through an HTTP API, and what becomes known of it on its way:
// what integrations, authorizers, mappings and logs draw from.

import type { HttpRequest } from "../../../core/http.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Identify } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { CompiledRoute, CompiledStage } from "./compiled-stage.ts";

export interface ApiRequest {
  readonly http: HttpRequest;
  readonly method: string;
  /** As the client wrote it, with stage and base path. */
  readonly rawPath: string;
  /** Decoded, without stage and base path: what routes are held against. */
  readonly path: string;
  /** Decoded, with the stage where it is not $default: what events call the path. */
  readonly stagePath: string;
  /** In lower case; those of one name joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** In order, decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly domainName: string;
  /** Of a custom domain name: the path that the mapping took. */
  readonly basePath: string | undefined;
}

/** Who was let through, by the kind of authorizer that did it. */
export type Authorization =
  | { readonly kind: "none" }
  | {
      readonly kind: "jwt";
      readonly claims: Readonly<Record<string, string>>;
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly kind: "lambda";
      readonly principalId: string | undefined;
      readonly context: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "iam"; readonly principal: Principal };

export interface Exchange {
  readonly ctx: Waiting;
  readonly served: CompiledStage;
  readonly request: ApiRequest;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly identify: Identify;
  route: CompiledRoute | undefined;
  pathParameters: Readonly<Record<string, string>>;
  authorization: Authorization;
  /** For the access log. */
  integrationStatus: number | undefined;
  integrationLatency: number | undefined;
  integrationError: string | undefined;
  authorizerError: string | undefined;
  error: { readonly message: string; readonly responseType: string } | undefined;
}

/** `arn:aws:execute-api:us-east-1:123456789012:a1b2c3/stage/GET/pets`. */
export function executeArn({ ctx, served, request }: Exchange): string {
  const path = request.path === "/" ? "/" : request.path;
  return `arn:aws:execute-api:${ctx.region}:${ctx.account}:${served.apiId}/${served.stage.StageName}/${request.method}${path}`;
}

/** For whom API Gateway invokes: the route rather than the request's own path, as permissions name it. */
export function routeArn({ ctx, served, route }: Exchange): string {
  const key = route?.state.RouteKey ?? "$default";
  const path = key === "$default" ? "$default" : `*${key.slice(key.indexOf(" ") + 1)}`;
  return `arn:aws:execute-api:${ctx.region}:${ctx.account}:${served.apiId}/${served.stage.StageName}/${path}`;
}
