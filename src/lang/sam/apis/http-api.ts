// AWS::Serverless::HttpApi: the HTTP API with its OpenAPI document, and the stage.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { permission } from "../events/event.ts";
import {
  add,
  attributesOf,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  objectOf,
  pick,
  ref,
  resolved,
  sub,
} from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { addDomain } from "./domain.ts";
import {
  addRoute,
  alphanumeric,
  anyMethod,
  conditionalPaths,
  type Document,
  emptyDocument,
  pathParameters,
  pathsOf,
  routesOf,
} from "./open-api.ts";

const fieldsOf = (value: Value | undefined): Fields => (isFields(value) ? value : {});

export function expandHttpApi(expansion: Expansion, declared: Declared): void {
  const { id, properties, resource } = declared;
  checkProperties(declared, [
    "AccessLogSettings",
    "Auth",
    "CorsConfiguration",
    "DefaultRouteSettings",
    "DefinitionBody",
    "DefinitionUri",
    "Description",
    "DisableExecuteApiEndpoint",
    "Domain",
    "FailOnWarnings",
    "Name",
    "PropagateTags",
    "RouteSettings",
    "StageName",
    "StageVariables",
    "Tags",
  ]);
  const document = documentOf(expansion, declared);
  add(expansion, id, {
    Type: "AWS::ApiGatewayV2::Api",
    ...attributesOf(declared),
    Properties: defined({
      Body: document,
      BodyS3Location:
        document === undefined
          ? objectOf(properties.DefinitionUri, "DefinitionUri", ["Bucket", "Key", "Version"])
          : undefined,
      FailOnWarnings: properties.FailOnWarnings === false ? undefined : properties.FailOnWarnings,
    }),
  });
  const stage = resolved(expansion, properties.StageName) ?? "$default";
  const plain = typeof stage === "string" ? alphanumeric(stage) : "";
  const stageId = `${id}${stage === "$default" ? "ApiGatewayDefault" : plain}Stage`;
  const routes = routesOf(expansion, id);
  const settings: Record<string, Value> = { ...fieldsOf(properties.RouteSettings) };
  for (const { event, method, path } of routes) {
    if (event.RouteSettings === undefined) continue;
    const key = path === "$default" ? path : `${method === "any" ? "ANY" : method.toUpperCase()} ${path}`;
    settings[key] = { ...fieldsOf(settings[key]), ...fieldsOf(event.RouteSettings) };
  }
  add(
    expansion,
    stageId,
    {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: defined({
        ...pick(properties, ["AccessLogSettings", "DefaultRouteSettings", "StageVariables"]),
        RouteSettings: Object.keys(settings).length === 0 ? undefined : settings,
        ApiId: ref(id),
        StageName: properties.StageName ?? "$default",
        Tags:
          document === undefined ? undefined : { "httpapi:createdBy": "SAM", ...fieldsOf(properties.Tags) },
        AutoDeploy: true,
      }),
    },
    resource.Condition,
  );
  expansion.names.set(`${id}.Stage`, stageId);
  addDomain(expansion, declared, "http", stageId);
}

function documentOf(expansion: Expansion, declared: Declared): Document | undefined {
  const { id, properties } = declared;
  const { DefinitionBody, DefinitionUri } = properties;
  if (DefinitionBody !== undefined && DefinitionUri !== undefined)
    refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  if (DefinitionUri !== undefined) {
    for (const name of ["Cors", "Auth", "Tags"]) {
      if (properties[name === "Cors" ? "CorsConfiguration" : name] !== undefined)
        refuse(`${name} works only with inline OpenApi specified in 'DefinitionBody' property.`);
    }
    return undefined;
  }
  const document: Document = isFields(DefinitionBody)
    ? { ...DefinitionBody }
    : emptyDocument({ openapi: "3.0.1" });
  if (document["Fn::Transform"] !== undefined && document.paths === undefined) return document;
  const paths = pathsOf(document);
  const auth = authOf(expansion, declared);
  for (const route of routesOf(expansion, id)) {
    const parameters = pathParameters(route.path);
    const method = route.method === "any" ? anyMethod : route.method;
    const operation = fieldsOf(paths[route.path]?.[method]);
    // A document that names the route itself is only told its parameters.
    if (operation["x-amazon-apigateway-integration"] !== undefined && isFields(DefinitionBody)) {
      const known = Array.isArray(operation.parameters) ? operation.parameters : [];
      const named = new Set(known.map((each) => fieldsOf(each).name));
      const all = [...known, ...parameters.filter(({ name }) => !named.has(name))];
      if (all.length > 0) (paths[route.path] ?? {})[method] = { ...operation, parameters: all };
      continue;
    }
    addRoute(
      paths,
      route,
      defined({
        "x-amazon-apigateway-integration": route.integration,
        isDefaultRoute: route.path === "$default" ? true : undefined,
        security: securityOf(route.event, route.method, route.path, auth),
        responses: route.responses,
        parameters: parameters.length === 0 ? undefined : parameters,
      }),
    );
  }
  document.paths = conditionalPaths(expansion, id, paths, routesOf(expansion, id));
  const { Description, Name } = properties;
  if (document.info !== undefined || Description !== undefined || Name !== undefined)
    document.info = { ...fieldsOf(document.info), ...defined({ description: Description, title: Name }) };
  if (Object.keys(auth.schemes).length > 0) {
    const components = fieldsOf(document.components);
    document.components = {
      ...components,
      securitySchemes: { ...fieldsOf(components.securitySchemes), ...auth.schemes },
    };
  }
  const cors = corsOf(properties.CorsConfiguration);
  if (cors !== undefined) document["x-amazon-apigateway-cors"] = cors;
  const tags = { ...fieldsOf(properties.Tags), "httpapi:createdBy": "SAM" };
  const given = Array.isArray(document.tags) ? document.tags : [];
  document.tags = [
    ...given,
    ...Object.entries(tags).map(([name, value]) => ({ name, "x-amazon-apigateway-tag-value": value })),
  ];
  if (properties.DisableExecuteApiEndpoint !== undefined)
    document.servers = [
      {
        "x-amazon-apigateway-endpoint-configuration": {
          disableExecuteApiEndpoint: properties.DisableExecuteApiEndpoint,
        },
      },
    ];
  return document;
}

function corsOf(given: Value | undefined): Value | undefined {
  if (isFields(given) && given.AllowCredentials === true) {
    const { AllowOrigins } = given;
    if (AllowOrigins === undefined || (Array.isArray(AllowOrigins) && AllowOrigins.includes("*")))
      refuse(
        "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set.",
      );
  }
  if (given === undefined || given === false) return undefined;
  if (given === true) return { allowOrigins: ["*"] };
  if (!isFields(given)) refuse("Invalid value for 'CorsConfiguration' property.");
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );
}

interface HttpAuth {
  readonly byDefault: Value | undefined;
  readonly schemes: Record<string, Value>;
  readonly scopes: ReadonlyMap<string, Value>;
}

function authOf(expansion: Expansion, { id, properties, resource }: Declared): HttpAuth {
  const auth = fieldsOf(properties.Auth);
  const schemes: Record<string, Value> = {};
  const scopes = new Map<string, Value>();
  for (const [name, given] of Object.entries(fieldsOf(auth.Authorizers))) {
    const authorizer = fieldsOf(given);
    if (authorizer.FunctionArn === undefined && authorizer.IdentitySource === undefined)
      refuse(`${name} OAuth2 Authorizer must define 'IdentitySource'.`);
    if (authorizer.AuthorizationScopes !== undefined) scopes.set(name, authorizer.AuthorizationScopes);
    schemes[name] =
      authorizer.FunctionArn === undefined ? jwt(authorizer) : byFunction(expansion, authorizer);
    if (authorizer.FunctionArn === undefined || authorizer.EnableFunctionDefaultPermissions !== true)
      continue;
    const source = sub(
      `arn:$\{AWS::Partition}:execute-api:$\{AWS::Region}:$\{AWS::AccountId}:$\{__ApiId__}/authorizers/*`,
      { __ApiId__: ref(id) },
    );
    add(
      expansion,
      `${id}${name}AuthorizerPermission`,
      permission({}, "apigateway.amazonaws.com", { SourceArn: source, FunctionName: authorizer.FunctionArn }),
      resource.Condition,
    );
  }
  if (auth.EnableIamAuthorizer === true)
    schemes.AWS_IAM = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "awsSigv4",
    };
  return { byDefault: auth.DefaultAuthorizer, schemes, scopes };
}

function jwt({ JwtConfiguration, IdentitySource }: Fields): Fields {
  return {
    type: "oauth2",
    "x-amazon-apigateway-authorizer": defined({
      type: "jwt",
      jwtConfiguration: JwtConfiguration,
      identitySource: IdentitySource,
    }),
  };
}

function byFunction({ partition }: Expansion, authorizer: Fields): Fields {
  const uri = sub(
    `arn:${partition}:apigateway:$\{AWS::Region}:lambda:path/2015-03-31/functions/$\{__FunctionArn__}/invocations`,
    { __FunctionArn__: authorizer.FunctionArn ?? null },
  );
  if (authorizer.AuthorizerPayloadFormatVersion === undefined)
    refuse("LambdaAuthorizer must define 'AuthorizerPayloadFormatVersion'.");
  const identity = fieldsOf(authorizer.Identity);
  const sources = (
    [
      ["Headers", "$request.header."],
      ["QueryStrings", "$request.querystring."],
      ["StageVariables", "$stageVariables."],
      ["Context", "$context."],
    ] as const
  ).flatMap(([kind, before]) => {
    const given = identity[kind];
    return Array.isArray(given) ? given.map((each) => `${before}${String(each)}`) : [];
  });
  return {
    type: "apiKey",
    name: "Unused",
    in: "header",
    "x-amazon-apigateway-authorizer": defined({
      type: "request",
      authorizerUri: uri,
      authorizerCredentials: authorizer.FunctionInvokeRole,
      identitySource: sources.length === 0 ? undefined : sources,
      authorizerResultTtlInSeconds: identity.ReauthorizeEvery,
      authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
      enableSimpleResponses: authorizer.EnableSimpleResponses,
    }),
  };
}

function securityOf(event: Fields, method: string, path: string, auth: HttpAuth): Value | undefined {
  const own = fieldsOf(event.Auth);
  const authorizer = own.Authorizer ?? auth.byDefault;
  if (typeof authorizer !== "string") return undefined;
  if (authorizer !== "NONE" && auth.schemes[authorizer] === undefined)
    refuse(
      `Unable to set Authorizer [${authorizer}] on API method [${method}] for path [${path}] because it wasn't defined in the API's Authorizers.`,
    );
  if (authorizer === "NONE" && auth.byDefault === undefined) return undefined;
  return [{ [authorizer]: own.AuthorizationScopes ?? auth.scopes.get(authorizer) ?? [] }];
}
