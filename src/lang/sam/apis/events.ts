// Events of kinds Api and HttpApi: a route of an API, and leave for it to call.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { checkEvent, type Event, permission } from "../events/event.ts";
import { addStarter } from "../events/rule.ts";
import {
  add,
  attribute,
  type Declared,
  defined,
  pick,
  propagated,
  ref,
  resolved,
  sub,
} from "../expansion.ts";
import { refuse } from "../refusal.ts";

export const implicitRest = "ServerlessRestApi";
export const implicitHttp = "ServerlessHttpApi";

/** The API that an event names; undefined where it is not one of SAM's in this template. */
function apiOf(event: Event, property: string, type: string, implicit: string): string | undefined {
  const given = event.properties[property];
  if (given === undefined) return implicit;
  const id = isFields(given) ? given.Ref : given;
  if (typeof id !== "string") return undefined;
  const { expansion } = event;
  return expansion.declared.get(id)?.type === type ? id : undefined;
}

/** As a permission names a path: what is variable becomes a star. */
const starred = (path: string): string => path.replace(/\{[^}]*\}/g, "*").replace(/^(?!\/)/, "/");

function stageSuffix(api: Declared | undefined): string {
  if (api === undefined) return "Prod";
  const stage = api.properties.StageName;
  return typeof stage === "string" ? stage : "Stage";
}

export function restRoute(event: Event): void {
  const { expansion, id, owner, properties, called, condition } = event;
  checkEvent(
    event,
    [
      "Path",
      "Method",
      "RestApiId",
      "Stage",
      "Auth",
      "RequestModel",
      "RequestParameters",
      "ResponseTransferMode",
      "TimeoutInMillis",
      "UnescapeMappingTemplate",
    ],
    ["Path", "Method"],
  );
  const path = resolved(expansion, properties.Path);
  const method = resolved(expansion, properties.Method);
  if (typeof path !== "string") refuse("Api Event must have a String specified for 'Path'.");
  if (typeof method !== "string") refuse("Api Event must have a String specified for 'Method'.");
  const api = apiOf(event, "RestApiId", "AWS::Serverless::Api", implicitRest);
  const declared = api === undefined ? undefined : expansion.declared.get(api);
  const machine = owner.type === "AWS::Serverless::StateMachine";
  if (machine) addStarter(event, `${id}Role`, "apigateway.amazonaws.com", `${id}RoleStartExecutionPolicy`);
  else {
    const verb = /^any$/i.test(method) ? "*" : method.toUpperCase();
    const source = sub(
      `arn:${expansion.partition}:execute-api:$\{AWS::Region}:$\{AWS::AccountId}:$\{__ApiId__}/$\{__Stage__}/${verb}${starred(path)}`,
      { __ApiId__: api === undefined ? (properties.RestApiId ?? null) : ref(api), __Stage__: "*" },
    );
    const suffix = api === implicitRest ? "Prod" : api === undefined ? "" : stageSuffix(declared);
    add(
      expansion,
      `${id}Permission${suffix}`,
      permission(called, "apigateway.amazonaws.com", { SourceArn: source }),
      condition,
    );
  }
  if (api === undefined || (declared !== undefined && declared.properties.DefinitionUri !== undefined))
    return;
  checkNames(event, declared, method, path);
  checkOnce(event, api, method, path);
  expansion.routes.push({
    kind: "rest",
    api,
    path,
    method: method.toLowerCase(),
    integration: machine ? startsExecution(event, id) : callsFunction(expansion.partition, calledArn(event)),
    event: properties,
    condition,
    kept: pick(owner.resource, ["DeletionPolicy", "UpdateReplacePolicy"]),
    tags: propagated(owner),
    responses: machine ? { "200": { description: "OK" }, "400": { description: "Bad Request" } } : {},
  });
}

function callsFunction(partition: string, arn: string): Fields {
  return {
    httpMethod: "POST",
    type: "aws_proxy",
    uri: sub(
      `arn:${partition}:apigateway:$\{AWS::Region}:lambda:path/2015-03-31/functions/$\{${arn}}/invocations`,
    ),
  };
}

/** An alias's `Ref` is its ARN already; a function's is its name. */
function calledArn({ expansion, owner, called }: Event): string {
  const id = String(called.Ref);
  return expansion.names.get(`${owner.id}.Alias`) === id ? id : `${id}.Arn`;
}

function startsExecution(event: Event, id: string): Fields {
  const { properties } = event;
  const replaced = properties.UnescapeMappingTemplate === true ? '.replaceAll("\\\\\'","\'")' : "";
  const input = `$util.escapeJavaScript($input.json('$'))${replaced}`;
  return {
    type: "aws",
    httpMethod: "POST",
    credentials: attribute(`${id}Role`, "Arn"),
    uri: sub("arn:$" + "{AWS::Partition}:apigateway:$" + "{AWS::Region}:states:action/StartExecution"),
    requestTemplates: {
      "application/json": sub(`{"input": "${input}", "stateMachineArn": "$\{${String(event.called.Ref)}}"}`),
    },
    responses: { "200": { statusCode: "200" }, "400": { statusCode: "400" } },
  };
}

export function httpRoute(event: Event): void {
  const { expansion, id, properties, called, condition } = event;
  checkEvent(
    event,
    ["Path", "Method", "ApiId", "Stage", "Auth", "TimeoutInMillis", "RouteSettings", "PayloadFormatVersion"],
    [],
  );
  const { ApiId } = properties;
  if (isFields(ApiId) && ApiId.Ref === undefined) refuse("Property 'ApiId' should be a string.");
  const given = resolved(expansion, properties.Path);
  const verb = resolved(expansion, properties.Method);
  if ((given === undefined) !== (verb === undefined) && verb !== undefined)
    refuse("Invalid combination of Path and Method. Both must be specified or neither.");
  const path = typeof given === "string" ? given : "$default";
  const method = typeof verb === "string" ? verb.toLowerCase() : "x-amazon-apigateway-any-method";
  const api = apiOf(event, "ApiId", "AWS::Serverless::HttpApi", implicitHttp);
  const target: Value = api === undefined ? (properties.ApiId ?? null) : ref(api);
  const place =
    path === "$default" ? "*" : `${/any/.test(method) ? "*" : method.toUpperCase()}${starred(path)}`;
  const source = sub(
    `arn:$\{AWS::Partition}:execute-api:$\{AWS::Region}:$\{AWS::AccountId}:$\{__ApiId__}/$\{__Stage__}/${place}`,
    { __ApiId__: target, __Stage__: "*" },
  );
  // Leave for the default route is leave for every other.
  if (path === "$default" || !hasDefaultRoute(event))
    add(
      expansion,
      `${id}Permission`,
      permission(called, "apigateway.amazonaws.com", { SourceArn: source }),
      condition,
    );
  const declared = api === undefined ? undefined : expansion.declared.get(api);
  if (api === undefined || declared?.properties.DefinitionUri !== undefined) return;
  checkNames(event, declared, method, path);
  checkOnce(event, api, method, path);
  expansion.routes.push({
    kind: "http",
    api,
    path,
    method,
    integration: defined({
      ...callsFunction("$" + "{AWS::Partition}", calledArn(event)),
      payloadFormatVersion: properties.PayloadFormatVersion ?? "2.0",
      timeoutInMillis: properties.TimeoutInMillis,
    }),
    event: properties,
    condition,
    kept: pick(event.owner.resource, ["DeletionPolicy", "UpdateReplacePolicy"]),
    tags: propagated(event.owner),
    responses: {},
  });
}

function hasDefaultRoute({ owner, properties }: Event): boolean {
  const events = isFields(owner.properties.Events) ? Object.values(owner.properties.Events) : [];
  return events.some((other) => {
    if (!isFields(other) || other.Type !== "HttpApi") return false;
    const own = isFields(other.Properties) ? other.Properties : {};
    return own.Path === undefined && JSON.stringify(own.ApiId) === JSON.stringify(properties.ApiId);
  });
}

function checkOnce({ expansion }: Event, api: string, given: string, path: string): void {
  const method = given.toLowerCase();
  if (expansion.routes.some((each) => each.api === api && each.path === path && each.method === method))
    refuse(`API method "${method}" defined multiple times for path "${path}".`);
}

/** A route may name what its API declares, and nothing else. */
function checkNames(event: Event, api: Declared | undefined, method: string, path: string): void {
  const auth = isFields(event.properties.Auth) ? event.properties.Auth : {};
  const ofApi = isFields(api?.properties.Auth) ? api.properties.Auth : {};
  const model = isFields(event.properties.RequestModel) ? event.properties.RequestModel.Model : undefined;
  const check = (
    name: Value | undefined,
    kind: string,
    declared: Value | undefined,
    singular: string,
  ): void => {
    if (typeof name !== "string") return;
    const unable = `Unable to set ${singular} [${name}] on API method [${method.toLowerCase()}] for path [${path}] because`;
    if (!isFields(declared)) refuse(`${unable} the related API does not define any ${kind}.`);
    else if (declared[name] === undefined) refuse(`${unable} it wasn't defined in the API's ${kind}.`);
  };
  const known = auth.Authorizer === "NONE" || auth.Authorizer === "AWS_IAM";
  if (!known) check(auth.Authorizer, "Authorizers", ofApi.Authorizers, "Authorizer");
  check(model, "Models", api?.properties.Models, "RequestModel");
}
