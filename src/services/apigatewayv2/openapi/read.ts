// What an OpenAPI document says of an HTTP API: its settings, its authorizers,
// and a route for each operation, with AWS's extensions
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).

import type { Authorizer, Cors, Integration, Route } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest } from "../model.ts";
import type { Tags } from "../records/api.ts";
import { type Fields, fields, isFields, resolved, text } from "./document.ts";

export interface DescribedRoute extends Pick<Route, "RouteKey" | "OperationName"> {
  readonly integration: Integration | undefined;
  /** The security scheme that guards it, and the scopes that it asks for. */
  readonly security: { readonly scheme: string; readonly scopes: readonly string[] } | undefined;
}

export interface DescribedApi {
  readonly name: string;
  readonly version: string | undefined;
  readonly description: string | undefined;
  readonly tags: Tags;
  readonly cors: Cors | undefined;
  readonly disableExecuteApiEndpoint: boolean | undefined;
  /** By the name of their security scheme; "AWS_IAM" where requests are signed. */
  readonly authorizers: ReadonlyMap<string, Authorizer | "AWS_IAM">;
  readonly routes: readonly DescribedRoute[];
  readonly warnings: readonly string[];
}

export type BasePathMode = "ignore" | "prepend" | "split";

const methods = ["get", "put", "post", "delete", "options", "head", "patch"];
const anyMethod = "x-amazon-apigateway-any-method";

export function describeApi(document: Fields, basePathMode: BasePathMode): DescribedApi {
  const info = fields(document.info);
  const name = text(info.title);
  if (name === undefined) throw badRequest("Invalid OpenAPI input. info.title is missing.");
  const warnings: string[] = [];
  const authorizers = readAuthorizers(document);
  const [server] = Array.isArray(document.servers) ? document.servers : [];
  const endpoint =
    fields(server)["x-amazon-apigateway-endpoint-configuration"] ??
    document["x-amazon-apigateway-endpoint-configuration"];
  const { disableExecuteApiEndpoint } = fields(endpoint);
  return {
    name,
    version: text(info.version),
    description: text(info.description),
    tags: readTags(document),
    cors: readCors(document["x-amazon-apigateway-cors"]),
    disableExecuteApiEndpoint:
      typeof disableExecuteApiEndpoint === "boolean" ? disableExecuteApiEndpoint : undefined,
    authorizers,
    routes: readRoutes(document, prefixOf(server, basePathMode), authorizers, warnings),
    warnings,
  };
}

function readTags({ tags }: Fields): Tags {
  const read: Record<string, string> = {};
  for (const tag of Array.isArray(tags) ? tags : []) {
    const value = text(fields(tag)["x-amazon-apigateway-tag-value"]);
    const name = text(fields(tag).name);
    if (name !== undefined && value !== undefined) read[name] = value;
  }
  return read;
}

function readCors(value: unknown): Cors | undefined {
  if (!isFields(value)) return undefined;
  const list = (name: string): readonly string[] | undefined => {
    const given = value[name];
    return Array.isArray(given) ? given.map(String) : typeof given === "string" ? [given] : undefined;
  };
  const { allowCredentials, maxAge } = value;
  return defined({
    AllowCredentials: typeof allowCredentials === "boolean" ? allowCredentials : undefined,
    AllowHeaders: list("allowHeaders"),
    AllowMethods: list("allowMethods"),
    AllowOrigins: list("allowOrigins"),
    ExposeHeaders: list("exposeHeaders"),
    MaxAge: maxAge === undefined ? undefined : Number(maxAge),
  });
}

function readAuthorizers(document: Fields): Map<string, Authorizer | "AWS_IAM"> {
  const read = new Map<string, Authorizer | "AWS_IAM">();
  for (const [name, value] of Object.entries(fields(fields(document.components).securitySchemes))) {
    const scheme = resolved(document, value);
    const authtype = String(scheme["x-amazon-apigateway-authtype"] ?? "").toLowerCase();
    const authorizer = scheme["x-amazon-apigateway-authorizer"];
    if (isFields(authorizer)) read.set(name, readAuthorizer(name, authorizer));
    else if (authtype === "awssigv4") read.set(name, "AWS_IAM");
  }
  return read;
}

function readAuthorizer(Name: string, authorizer: Fields): Authorizer {
  const sources = authorizer.identitySource;
  const IdentitySource = Array.isArray(sources)
    ? sources.map(String)
    : (text(sources)
        ?.split(",")
        .map((each) => each.trim()) ?? []);
  if (String(authorizer.type).toLowerCase() === "jwt") {
    const { issuer, audience } = fields(authorizer.jwtConfiguration);
    return {
      Name,
      AuthorizerType: "JWT",
      IdentitySource,
      JwtConfiguration: {
        Audience: Array.isArray(audience)
          ? audience.map(String)
          : audience === undefined
            ? []
            : [String(audience)],
        Issuer: text(issuer),
      },
    };
  }
  const ttl = authorizer.authorizerResultTtlInSeconds;
  const simple = authorizer.enableSimpleResponses;
  return defined({
    Name,
    AuthorizerType: "REQUEST" as const,
    IdentitySource,
    AuthorizerUri: text(authorizer.authorizerUri),
    AuthorizerCredentialsArn: text(authorizer.authorizerCredentials),
    AuthorizerPayloadFormatVersion: text(authorizer.authorizerPayloadFormatVersion) ?? "1.0",
    AuthorizerResultTtlInSeconds: ttl === undefined ? undefined : Number(ttl),
    EnableSimpleResponses: typeof simple === "boolean" ? simple : undefined,
  });
}

function readRoutes(
  document: Fields,
  prefix: string,
  authorizers: DescribedApi["authorizers"],
  warnings: string[],
): readonly DescribedRoute[] {
  const routes: DescribedRoute[] = [];
  for (const [path, value] of Object.entries(fields(document.paths))) {
    const item = resolved(document, value);
    for (const method of [...methods, anyMethod]) {
      const operation = item[method];
      if (!isFields(operation)) continue;
      const verb = method === anyMethod ? "ANY" : method.toUpperCase();
      const isDefault = path === "/$default" || operation.isDefaultRoute === true;
      const RouteKey = isDefault ? "$default" : `${verb} ${prefix}${path}`;
      const integration = operation["x-amazon-apigateway-integration"];
      const OperationName = text(operation.operationId);
      if (integration === undefined) warnings.push(`No integration is defined for route ${RouteKey}.`);
      routes.push({
        RouteKey,
        ...(OperationName === undefined ? {} : { OperationName }),
        integration: integration === undefined ? undefined : readIntegration(resolved(document, integration)),
        security: readSecurity(operation.security ?? document.security, authorizers),
      });
    }
  }
  return routes;
}

function readSecurity(value: unknown, authorizers: DescribedApi["authorizers"]): DescribedRoute["security"] {
  for (const requirement of Array.isArray(value) ? value : []) {
    for (const [scheme, scopes] of Object.entries(fields(requirement))) {
      if (!authorizers.has(scheme)) continue;
      return { scheme, scopes: Array.isArray(scopes) ? scopes.map(String) : [] };
    }
  }
  return undefined;
}

function readIntegration(given: Fields): Integration {
  const type = String(given.type).toUpperCase();
  const timeout = given.timeoutInMillis;
  const { serverNameToVerify } = fields(given.tlsConfig);
  const subtype = text(given.integrationSubtype) ?? text(given.subtype);
  return defined({
    IntegrationType: type as Integration["IntegrationType"],
    IntegrationSubtype: subtype,
    IntegrationMethod: text(given.httpMethod)?.toUpperCase(),
    IntegrationUri: text(given.uri),
    ConnectionType: text(given.connectionType)?.toUpperCase() as Integration["ConnectionType"],
    ConnectionId: text(given.connectionId),
    CredentialsArn: text(given.credentials),
    Description: text(given.description),
    PayloadFormatVersion: text(given.payloadFormatVersion)?.replace(/^(\d)$/, "$1.0") ?? "1.0",
    RequestParameters: isFields(given.requestParameters) ? texts(given.requestParameters) : undefined,
    ResponseParameters: isFields(given.responseParameters)
      ? Object.fromEntries(
          Object.entries(given.responseParameters).map(([status, each]) => [status, texts(fields(each))]),
        )
      : undefined,
    TimeoutInMillis: timeout === undefined ? undefined : Number(timeout),
    TlsConfig:
      text(serverNameToVerify) === undefined ? undefined : { ServerNameToVerify: text(serverNameToVerify) },
  });
}

function texts(values: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** What stands before every path: of the server's base path nothing, all, or all but its first part. */
function prefixOf(server: unknown, mode: BasePathMode): string {
  if (mode === "ignore" || !isFields(server)) return "";
  const variables = fields(server.variables);
  const url = String(server.url ?? "").replace(/\{(\w+)\}/g, (_all, name: string) =>
    String(fields(variables[name]).default ?? ""),
  );
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, "").replace(/\/+$/, "");
  const parts = path.split("/").filter((part) => part !== "");
  const kept = mode === "prepend" ? parts : parts.slice(1);
  return kept.map((part) => `/${part}`).join("");
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
