// An HTTP API as an OpenAPI document, with AWS's extensions or without.

import type { Cors } from "../../../model/generated/apigatewayv2.d.ts";
import { badRequest } from "../model.ts";
import type { Snapshot } from "../records/deployment.ts";
import type { AuthorizerState, IntegrationState, RouteState } from "../records/parts.ts";

export interface ExportOptions {
  readonly extensions: boolean;
  readonly endpoint: string;
  readonly stageName: string | undefined;
}

type Fields = Record<string, unknown>;

export function exportApi(snapshot: Omit<Snapshot, "deploymentId">, options: ExportOptions): object {
  const { api, routes, authorizers } = snapshot;
  if (api.ProtocolType !== "HTTP") throw badRequest("Only HTTP APIs can be exported");
  const { extensions, endpoint, stageName } = options;
  const paths: Record<string, Fields> = {};
  for (const route of routes) {
    const isDefault = route.RouteKey === "$default";
    const space = route.RouteKey.indexOf(" ");
    const path = isDefault ? "/$default" : route.RouteKey.slice(space + 1);
    const method = isDefault ? "ANY" : route.RouteKey.slice(0, space);
    if (method === "ANY" && !extensions) continue;
    const verb = method === "ANY" ? "x-amazon-apigateway-any-method" : method.toLowerCase();
    paths[path] ??= {};
    paths[path][verb] = operation(route, snapshot, path, extensions);
    const parameters = pathParameters(path);
    if (parameters.length > 0) paths[path].parameters = parameters;
  }
  const stage = stageName === undefined || stageName === "$default" ? "" : stageName;
  const schemes = securitySchemes(routes, authorizers, extensions);
  const tags = Object.entries(api.Tags);
  return {
    openapi: "3.0.1",
    info: {
      title: api.Name,
      ...(api.Description === undefined ? {} : { description: api.Description }),
      version: api.Version ?? printedTime(api.CreatedDate),
    },
    servers: [{ url: `${endpoint}/{basePath}`, variables: { basePath: { default: stage } } }],
    ...(tags.length === 0 || !extensions
      ? {}
      : { tags: tags.map(([name, value]) => ({ name, "x-amazon-apigateway-tag-value": value })) }),
    paths,
    ...(Object.keys(schemes).length === 0 ? {} : { components: { securitySchemes: schemes } }),
    ...(extensions && api.CorsConfiguration !== undefined
      ? { "x-amazon-apigateway-cors": corsOf(api.CorsConfiguration) }
      : {}),
    ...(extensions ? { "x-amazon-apigateway-importexport-version": "1.0" } : {}),
  };
}

function operation(
  route: RouteState,
  { integrations, authorizers }: Omit<Snapshot, "deploymentId">,
  path: string,
  extensions: boolean,
): Fields {
  const integration = integrations.find(
    ({ IntegrationId }) => route.Target === `integrations/${IntegrationId}`,
  );
  const security = securityOf(route, authorizers);
  return {
    ...(route.OperationName === undefined ? {} : { operationId: route.OperationName }),
    ...(path === "/$default" && extensions ? { isDefaultRoute: true } : {}),
    responses: { default: { description: `Default response for ${route.RouteKey}` } },
    ...(security === undefined ? {} : { security: [security] }),
    ...(integration === undefined || !extensions
      ? {}
      : { "x-amazon-apigateway-integration": integrationOf(integration) }),
  };
}

function integrationOf(integration: IntegrationState): Fields {
  const { TlsConfig } = integration;
  return defined({
    payloadFormatVersion: integration.PayloadFormatVersion,
    type: integration.IntegrationType?.toLowerCase(),
    integrationSubtype: integration.IntegrationSubtype,
    httpMethod: integration.IntegrationMethod,
    uri: integration.IntegrationUri,
    connectionType: integration.ConnectionType,
    connectionId: integration.ConnectionId,
    credentials: integration.CredentialsArn,
    description: integration.Description,
    requestParameters: integration.RequestParameters,
    responseParameters: integration.ResponseParameters,
    timeoutInMillis: integration.TimeoutInMillis,
    tlsConfig:
      TlsConfig?.ServerNameToVerify === undefined
        ? undefined
        : { serverNameToVerify: TlsConfig.ServerNameToVerify },
  });
}

const signature = "sigv4";

function securityOf(route: RouteState, authorizers: readonly AuthorizerState[]): Fields | undefined {
  if (route.AuthorizationType === "AWS_IAM") return { [signature]: [] };
  const authorizer = authorizers.find(({ AuthorizerId }) => AuthorizerId === route.AuthorizerId);
  return authorizer === undefined ? undefined : { [authorizer.Name]: route.AuthorizationScopes ?? [] };
}

function securitySchemes(
  routes: readonly RouteState[],
  authorizers: readonly AuthorizerState[],
  extensions: boolean,
): Fields {
  const schemes: Fields = {};
  for (const authorizer of authorizers) {
    schemes[authorizer.Name] = {
      ...(authorizer.AuthorizerType === "JWT"
        ? { type: "oauth2", flows: {} }
        : { type: "apiKey", name: "Authorization", in: "header" }),
      ...(extensions ? { "x-amazon-apigateway-authorizer": authorizerOf(authorizer) } : {}),
    };
  }
  if (routes.some(({ AuthorizationType }) => AuthorizationType === "AWS_IAM")) {
    schemes[signature] = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      ...(extensions ? { "x-amazon-apigateway-authtype": "awsSigv4" } : {}),
    };
  }
  return schemes;
}

function authorizerOf(authorizer: AuthorizerState): Fields {
  const identitySource = (authorizer.IdentitySource ?? []).join(",");
  if (authorizer.AuthorizerType === "JWT") {
    const { Audience, Issuer } = authorizer.JwtConfiguration ?? {};
    return { identitySource, type: "jwt", jwtConfiguration: { audience: Audience, issuer: Issuer } };
  }
  return defined({
    identitySource,
    type: "request",
    authorizerUri: authorizer.AuthorizerUri,
    authorizerCredentials: authorizer.AuthorizerCredentialsArn,
    authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
    authorizerResultTtlInSeconds: authorizer.AuthorizerResultTtlInSeconds,
    enableSimpleResponses: authorizer.EnableSimpleResponses,
  });
}

function pathParameters(path: string): readonly Fields[] {
  return [...path.matchAll(/\{([^}]+?)\+?\}/g)].map(([, name]) => ({
    name,
    in: "path",
    description: `Generated path parameter for ${name}`,
    required: true,
    schema: { type: "string" },
  }));
}

function corsOf(cors: Cors): Fields {
  return defined({
    allowMethods: cors.AllowMethods,
    allowHeaders: cors.AllowHeaders,
    exposeHeaders: cors.ExposeHeaders,
    maxAge: cors.MaxAge,
    allowCredentials: cors.AllowCredentials,
    allowOrigins: cors.AllowOrigins,
  });
}

function printedTime(milliseconds: number): string {
  const printed = new Date(milliseconds).toISOString();
  return `${printed.slice(0, 10)} ${printed.slice(11, 19)}UTC`;
}

function defined(values: Fields): Fields {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
