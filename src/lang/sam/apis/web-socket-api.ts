// AWS::Serverless::WebSocketApi: the API, for each route the route itself, its
// integration and the permission to invoke its function, and the stage.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { permission } from "../events/event.ts";
import {
  add,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  pick,
  ref,
  sub,
} from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { addDomain } from "./domain.ts";

const createdBy = "websocketapi:createdBy";

const ofApi = [
  "ApiKeySelectionExpression",
  "Description",
  "DisableExecuteApiEndpoint",
  "DisableSchemaValidation",
  "IpAddressType",
] as const;
const ofRoute = [
  "ApiKeyRequired",
  "ModelSelectionExpression",
  "OperationName",
  "RequestModels",
  "RequestParameters",
  "RouteResponseSelectionExpression",
] as const;

export function expandWebSocketApi(expansion: Expansion, declared: Declared): void {
  const { id, properties } = declared;
  checkProperties(
    declared,
    [
      ...ofApi,
      "AccessLogSettings",
      "Auth",
      "DefaultRouteSettings",
      "Domain",
      "FailOnWarnings",
      "Name",
      "PropagateTags",
      "RouteSelectionExpression",
      "RouteSettings",
      "Routes",
      "StageName",
      "StageVariables",
      "Tags",
    ],
    ["Routes", "RouteSelectionExpression"],
  );
  const { Routes, StageName = "default" } = properties;
  if (!isFields(Routes)) refuse("Property 'Routes' should be a map.");
  if (Object.keys(Routes).length === 0) refuse("WebSocket API must have at least one route.");
  if (StageName === "$default") refuse("Stages cannot be named $default for WebSocket APIs.");
  const own = isFields(properties.Tags) ? properties.Tags : {};
  add(expansion, id, {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: defined({
      ...pick(properties, ofApi),
      Name: properties.Name ?? id,
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: properties.RouteSelectionExpression,
      Tags: { ...own, [createdBy]: "SAM" },
    }),
  });
  const auth = authOf(declared, Routes);
  const routes = Object.entries(Routes).map(([key, route]) =>
    addRoute(expansion, id, { key, route, StageName, auth: key === "$connect" ? auth.route : {} }),
  );
  const stageId = `${id}${stageText(StageName)}Stage`;
  // SAM hands on neither the resource's condition nor its policies.
  addDomain(expansion, { ...declared, resource: {} }, "websocket", stageId);
  add(expansion, stageId, {
    Type: "AWS::ApiGatewayV2::Stage",
    // Settings of routes want the routes to be there.
    ...(properties.RouteSettings === undefined ? {} : { DependsOn: routes }),
    Properties: defined({
      ...pick(properties, ["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables"]),
      ApiId: ref(id),
      StageName,
      Tags: { ...(properties.PropagateTags === true ? own : {}), [createdBy]: "SAM" },
      AutoDeploy: true,
    }),
  });
  expansion.names.set(`${id}.Stage`, stageId);
  if (auth.function !== undefined) addAuthorizer(expansion, id, auth.function, auth.settings);
}

/** A name that is known only later is no part of the id. */
function stageText(name: Value): string {
  if (typeof name !== "string") return "";
  if (name === "default") return "Default";
  if (/[^A-Za-z0-9]/.test(name)) refuse("Logical ids must be alphanumeric.");
  return name;
}

interface Auth {
  readonly settings: Fields;
  /** What the route of $connect says of it. */
  readonly route: Fields;
  readonly function: Value | undefined;
}

function authOf({ id, properties }: Declared, routes: Fields): Auth {
  const { Auth } = properties;
  if (Auth === undefined) return { settings: {}, route: {}, function: undefined };
  if (!isFields(Auth)) refuse("Property 'Auth' should be a map.");
  const { AuthType, AuthArn, ...others } = Auth;
  if (AuthType === undefined) refuse("AuthType must be specified for additional auth configurations.");
  if (AuthType !== "NONE" && AuthType !== "AWS_IAM" && AuthType !== "CUSTOM")
    refuse("AuthType is not one of AWS_IAM, CUSTOM or NONE.");
  if (routes.$connect === undefined) refuse("Authorization is only available if there is a $connect route.");
  if (AuthType === "CUSTOM") {
    if (AuthArn === undefined) refuse("AuthArn must be specified if AuthType is CUSTOM.");
    const route = { AuthorizationType: AuthType, AuthorizerId: ref(`${id}ConnectAuthorizer`) };
    return { settings: others, route, function: AuthArn };
  }
  if (AuthArn !== undefined || Object.keys(others).length > 0)
    refuse(`No additional configurations supported for AuthType ${AuthType}.`);
  return { settings: {}, route: { AuthorizationType: AuthType }, function: undefined };
}

/** Answers the route's id. */
function addRoute(
  expansion: Expansion,
  id: string,
  { key, route, StageName, auth }: { key: string; route: Value; StageName: Value; auth: Fields },
): string {
  const special = key === "$connect" || key === "$disconnect" || key === "$default";
  const plain = special ? key.slice(1) : key;
  if (!/^[A-Za-z0-9]+$/.test(plain))
    refuse(
      `Route key '${key}' must be alphanumeric. Only $connect, $disconnect, and $default special routes are supported.`,
    );
  if (!isFields(route) || route.FunctionArn === undefined) refuse("Route must have associated function.");
  if (route.RequestParameters !== undefined && key !== "$connect")
    refuse("Request parameters are only supported for the $connect route in WebSocket APIs.");
  const base = `${id}${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
  const { FunctionArn, IntegrationTimeout } = route;
  add(expansion, `${base}Route`, {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: defined({
      ApiId: ref(id),
      ...auth,
      ...pick(route, ofRoute),
      RouteKey: key,
      Target: { "Fn::Join": ["/", ["integrations", ref(`${base}Integration`)]] },
    }),
  });
  add(expansion, `${base}Integration`, {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: defined({
      ApiId: ref(id),
      IntegrationType: "AWS_PROXY",
      IntegrationUri: invocation("FunctionArn", FunctionArn),
      TimeoutInMillis: IntegrationTimeout,
    }),
  });
  add(
    expansion,
    `${base}Permission`,
    allowed(
      FunctionArn,
      typeof StageName === "string"
        ? sub(`${executeApi}:\${${id}.ApiId}/${StageName}/${key}`)
        : sub(`${executeApi}:\${${id}.ApiId}/\${__StageName__}/${key}`, { __StageName__: StageName }),
    ),
  );
  return `${base}Route`;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: for Fn::Sub.
const executeApi = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}";

function addAuthorizer(expansion: Expansion, id: string, called: Value, settings: Fields): void {
  const { InvokeRole, IdentitySource, Name = `${id}ConnectAuthorizer` } = settings;
  add(expansion, `${id}ConnectAuthorizer`, {
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: defined({
      ApiId: ref(id),
      AuthorizerCredentialsArn: InvokeRole,
      AuthorizerType: "REQUEST",
      AuthorizerUri: invocation("AuthArn", called),
      IdentitySource,
      Name,
    }),
  });
  if (InvokeRole !== undefined) return;
  const source = sub(`${executeApi}:\${__ApiId__}/authorizers/*`, { __ApiId__: ref(id) });
  add(expansion, `${id}AuthorizerPermission`, allowed(called, source));
}

function invocation(name: string, arn: Value): Fields {
  const path = `arn:$\{AWS::Partition}:apigateway:$\{AWS::Region}:lambda:path/2015-03-31/functions/\${${name}}/invocations`;
  return sub(path, { [name]: arn });
}

function allowed(called: Value, SourceArn: Value): Fields {
  return permission(called, "apigateway.amazonaws.com", { SourceArn });
}
