// AWS::Serverless::Api: the REST API with its OpenAPI document, a deployment named
// after the document's hash, and the stage.

import { type Fields, isFields, type Value } from "../../template/value.ts";
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
  sha1,
  tagsOf,
} from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { addPreflights } from "./cors.ts";
import { deploymentText } from "./deployment-text.ts";
import { addDomain } from "./domain.ts";
import {
  addRoute,
  alphanumeric,
  conditionalPaths,
  type Document,
  emptyDocument,
  pathsOf,
  routesOf,
} from "./open-api.ts";
import { addAuthorizers, type RestAuth, restAuth, secured, withPolicy } from "./rest-auth.ts";
import { cacheKeys, gatewayResponses, requestOf } from "./rest-request.ts";
import { addUsagePlan } from "./usage-plan.ts";

const stageProperties = [
  "CacheClusterEnabled",
  "CacheClusterSize",
  "CanarySetting",
  "MethodSettings",
  "TracingEnabled",
  "Variables",
];
const apiProperties = [
  "ApiKeySourceType",
  "BinaryMediaTypes",
  "Description",
  "FailOnWarnings",
  "MinimumCompressionSize",
  "Mode",
  "Name",
];

export function expandRestApi(expansion: Expansion, declared: Declared): void {
  const { id, properties, resource } = declared;
  const before = new Set(Object.keys(expansion.resources));
  checkProperties(
    declared,
    [
      ...apiProperties,
      ...stageProperties,
      "AccessLogSetting",
      "AlwaysDeploy",
      "Auth",
      "Cors",
      "DefinitionBody",
      "DefinitionUri",
      "DisableExecuteApiEndpoint",
      "Domain",
      "EndpointConfiguration",
      "GatewayResponses",
      "MergeDefinitions",
      "Models",
      "OpenApiVersion",
      "PropagateTags",
      "StageName",
      "Tags",
    ],
    ["StageName"],
  );
  const stage = resolved(expansion, properties.StageName);
  // Only a name that is written out becomes part of the logical id.
  const given = properties.StageName;
  const stageId = `${id}${typeof given === "string" ? alphanumeric(given) : ""}Stage`;
  const document = documentOf(expansion, declared, stage);
  const place =
    document === undefined
      ? objectOf(properties.DefinitionUri, "DefinitionUri", ["Bucket", "Key", "Version"])
      : undefined;
  const endpoint = endpointOf(properties.EndpointConfiguration);
  add(expansion, id, {
    Type: "AWS::ApiGateway::RestApi",
    ...attributesOf(declared),
    Properties: defined({
      Body: document,
      BodyS3Location: place,
      ...endpoint,
      ...pick(properties, apiProperties),
    }),
  });
  // Before the deployment: its id depends on the domain.
  addDomain(expansion, declared, "rest", stageId);
  const always = properties.AlwaysDeploy === true;
  const hash = sha1(always ? String(expansion.now) : deploymentText(expansion, declared, document, place));
  const deploymentId = `${id}Deployment${hash.slice(0, 10)}`;
  add(
    expansion,
    deploymentId,
    {
      Type: "AWS::ApiGateway::Deployment",
      Properties: defined({
        Description: `RestApi deployment id: ${hash}`,
        RestApiId: ref(id),
        StageName: properties.OpenApiVersion === undefined ? "Stage" : undefined,
      }),
    },
    resource.Condition,
  );
  add(
    expansion,
    stageId,
    {
      Type: "AWS::ApiGateway::Stage",
      Properties: defined({
        DeploymentId: ref(deploymentId),
        RestApiId: ref(id),
        StageName: properties.StageName,
        AccessLogSetting: properties.AccessLogSetting,
        ...pick(properties, stageProperties),
        Tags: properties.Tags === undefined ? undefined : tagsOf(undefined, properties.Tags),
      }),
    },
    resource.Condition,
  );
  expansion.names.set(`${id}.Stage`, stageId).set(`${id}.Deployment`, deploymentId);
  addUsagePlan(expansion, declared, stageId);
  if (resolved(expansion, properties.PropagateTags) === true) propagate(expansion, declared, before);
}

/** What the API is made of carries its tags, where the type has tags. */
function propagate(expansion: Expansion, { properties }: Declared, before: ReadonlySet<string>): void {
  for (const [id, made] of Object.entries(expansion.resources)) {
    const tagged = ["RestApi", "DomainName", "UsagePlan", "ApiKey"].some(
      (type) => made.Type === `AWS::ApiGateway::${type}`,
    );
    if (before.has(id) || !tagged) continue;
    const Properties = isFields(made.Properties) ? made.Properties : {};
    expansion.resources[id] = {
      ...made,
      Properties: { ...Properties, Tags: tagsOf(undefined, properties.Tags) },
    };
  }
}

function endpointOf(given: Value | undefined): Fields {
  if (given === undefined) return {};
  const type = isFields(given) && given.Type !== undefined ? given.Type : given;
  const endpoints = isFields(given) ? given.VPCEndpointIds : undefined;
  return {
    Parameters: { endpointConfigurationTypes: type },
    EndpointConfiguration: defined({ Types: [type], VpcEndpointIds: endpoints }),
  };
}

/** Undefined where the document lies in S3. */
function documentOf(
  expansion: Expansion,
  declared: Declared,
  stage: Value | undefined,
): Document | undefined {
  const { id, properties } = declared;
  const { DefinitionBody, DefinitionUri } = properties;
  if (DefinitionBody !== undefined && DefinitionUri !== undefined)
    refuse("Specify either 'DefinitionUri' or 'DefinitionBody' property and not both.");
  if (DefinitionUri !== undefined) {
    for (const name of ["Cors", "Auth", "GatewayResponses", "Models"]) {
      if (properties[name] !== undefined)
        refuse(`${name} works only with inline Swagger specified in 'DefinitionBody' property.`);
    }
    return undefined;
  }
  const version = resolved(expansion, properties.OpenApiVersion);
  if (version !== undefined && !/^(2\.0|3(\.\d)(\.\d)?)$/.test(String(version)))
    refuse('The OpenApiVersion value must be of the format "3.0.0".');
  if (DefinitionBody !== undefined && !isFields(DefinitionBody))
    refuse("Property 'DefinitionBody' should be a map.");
  const given = isFields(DefinitionBody) ? DefinitionBody : undefined;
  const third = /^3/.test(String(given === undefined ? version : given.openapi));
  const document: Document =
    given === undefined
      ? emptyDocument(third ? { openapi: version ?? null } : { swagger: "2.0" })
      : { ...given };
  // A document that is included cannot be written into.
  if (given?.["Fn::Transform"] !== undefined && given.paths === undefined) return document;
  const paths = pathsOf(document);
  const auth = restAuth(expansion, declared);
  const request = requestOf(properties, third);
  // A document that is given is expected to name the methods itself.
  const merges = resolved(expansion, properties.MergeDefinitions) === true;
  const routes = given === undefined || merges ? routesOf(expansion, id) : [];
  for (const route of routes) addRoute(paths, route, operationOf(route, auth, request));
  secured(paths, auth);
  addPreflights(paths, properties, auth, third);
  if (properties.DisableExecuteApiEndpoint !== undefined) {
    const configuration: Fields = { disableExecuteApiEndpoint: properties.DisableExecuteApiEndpoint };
    if (third) document.servers = [{ "x-amazon-apigateway-endpoint-configuration": configuration }];
    else document["x-amazon-apigateway-endpoint-configuration"] = configuration;
  }
  document.paths = conditionalPaths(expansion, id, paths, routes);
  addAuthorizers(expansion, declared, document, auth, third);
  withPolicy(document, paths, properties, stage);
  request.addTo(document);
  const responses = gatewayResponses(properties.GatewayResponses);
  if (responses !== undefined) document["x-amazon-apigateway-gateway-responses"] = responses;
  if (properties.BinaryMediaTypes !== undefined && Array.isArray(properties.BinaryMediaTypes))
    document["x-amazon-apigateway-binary-media-types"] = properties.BinaryMediaTypes.map((each) =>
      typeof each === "string" ? each.replaceAll("~1", "/") : each,
    );
  return document;
}

function operationOf(
  route: ReturnType<typeof routesOf>[number],
  auth: RestAuth,
  request: ReturnType<typeof requestOf>,
): Fields {
  const { event } = route;
  const security = auth.ofRoute(route);
  const { uri, ...others } = route.integration;
  const integration = defined({
    ...others,
    cacheKeyParameters: cacheKeys(event),
    timeoutInMillis: event.TimeoutInMillis,
    uri,
    credentials: security.credentials ?? route.integration.credentials,
    responseTransferMode: event.ResponseTransferMode,
  });
  return defined({
    "x-amazon-apigateway-integration": integration,
    security: security.security,
    responses: route.responses,
    ...request.ofRoute(event),
  });
}
