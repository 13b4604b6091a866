// AWS::Serverless::GraphQLApi: the API, its schema, keys, cache and domain, and who
// may call it.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { expandConnector } from "../connectors/connector.ts";
import {
  add,
  attribute,
  checkProperties,
  type Declared,
  defined,
  type Expansion,
  pick,
  ref,
  tagsOf,
} from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { trust } from "../role.ts";
import { addDataSources } from "./data-sources.ts";
import { addFunctions, addResolvers } from "./functions.ts";

const asGiven = [
  "IntrospectionConfig",
  "OwnerContact",
  "QueryDepthLimit",
  "ResolverCountLimit",
  "Visibility",
  "XrayEnabled",
];

/** What each resource that is made of the API begins with. */
export interface GraphQl {
  readonly expansion: Expansion;
  readonly id: string;
  readonly apiId: Fields;
  put(id: string, type: string, properties: Fields, others?: Fields): void;
}

export function expandGraphQlApi(expansion: Expansion, declared: Declared): void {
  const { id, properties, resource } = declared;
  checkProperties(
    declared,
    [
      ...asGiven,
      "ApiKeys",
      "Auth",
      "Cache",
      "DataSources",
      "DomainName",
      "Functions",
      "Logging",
      "Name",
      "Resolvers",
      "SchemaInline",
      "SchemaUri",
      "Tags",
    ],
    ["Auth"],
  );
  const kept = pick(resource, ["DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"]);
  const api: GraphQl = {
    expansion,
    id,
    apiId: attribute(id, "ApiId"),
    put: (name, Type, Properties, others = {}) =>
      add(expansion, name, { Type, ...kept, ...others, Properties }),
  };
  const { SchemaInline, SchemaUri } = properties;
  if (SchemaInline !== undefined && SchemaUri !== undefined)
    refuse("Both 'SchemaInline' and 'SchemaUri' cannot be defined at the same time.");
  if (SchemaInline === undefined && SchemaUri === undefined)
    refuse("One of 'SchemaInline' or 'SchemaUri' must be set.");
  const auth = isFields(properties.Auth) ? properties.Auth : {};
  const additional = Array.isArray(auth.Additional) ? auth.Additional.filter(isFields) : [];
  api.put(
    id,
    "AWS::AppSync::GraphQLApi",
    defined({
      Name: properties.Name ?? id,
      Tags: [...tagsOf(undefined, properties.Tags), { Key: "graphqlapi:createdBy", Value: "SAM" }],
      ...providerOf(auth, "Auth"),
      LogConfig: logging(api, properties.Logging),
      AdditionalAuthenticationProviders:
        additional.length === 0
          ? undefined
          : additional.map((each, at) => providerOf(each, `Auth.Additional.${at}`)),
      ...pick(properties, asGiven),
    }),
    pick(resource, ["Metadata"]),
  );
  const byFunction = [auth, ...additional].filter(({ Type }) => Type === "AWS_LAMBDA");
  for (const [at, each] of byFunction.entries()) letCall(api, each, at + 1);
  api.put(
    `${id}Schema`,
    "AWS::AppSync::GraphQLSchema",
    defined({ ApiId: api.apiId, Definition: SchemaInline, DefinitionS3Location: SchemaUri }),
  );
  addKeys(api, properties.ApiKeys);
  if (isFields(properties.Cache))
    api.put(`${id}ApiCache`, "AWS::AppSync::ApiCache", { ApiId: api.apiId, ...properties.Cache });
  if (isFields(properties.DomainName)) {
    const domain = `${id}DomainName`;
    api.put(domain, "AWS::AppSync::DomainName", properties.DomainName);
    api.put(`${domain}ApiAssociation`, "AWS::AppSync::DomainNameApiAssociation", {
      ApiId: api.apiId,
      DomainName: ref(domain),
    });
  }
  const sources = addDataSources(api, properties.DataSources);
  const functions = addFunctions(api, properties.Functions, sources);
  addResolvers(api, properties.Resolvers, functions);
}

/** By the kind: the property that a template says, and the one that AppSync takes. */
const providers: Readonly<Record<string, readonly [string, string] | undefined>> = {
  AMAZON_COGNITO_USER_POOLS: ["UserPool", "UserPoolConfig"],
  API_KEY: undefined,
  AWS_IAM: undefined,
  AWS_LAMBDA: ["LambdaAuthorizer", "LambdaAuthorizerConfig"],
  OPENID_CONNECT: ["OpenIDConnect", "OpenIDConnectConfig"],
};

function providerOf(given: Fields, path: string): Fields {
  const type = given.Type;
  if (typeof type !== "string" || !(type in providers)) refuse(`Property '${path}.Type' is invalid.`);
  const [own, theirs] = providers[type] ?? [];
  if (own === undefined || theirs === undefined) return { AuthenticationType: type };
  const settings = isFields(given[own]) ? given[own] : {};
  const { DefaultAction, ...others } = settings;
  // Only the first way in has a default action.
  const config = path === "Auth" ? defined({ ...others, DefaultAction }) : others;
  return { AuthenticationType: type, [theirs]: config };
}

/** A function that authorizes may be called by the API. */
function letCall(api: GraphQl, given: Fields, at: number): void {
  const authorizer = given.LambdaAuthorizer;
  if (!isFields(authorizer)) return;
  connect(
    api,
    `${api.id}ToLambdaAuthConnector${at}`,
    ["Write"],
    [
      { Type: "AWS::AppSync::GraphQLApi", ResourceId: api.apiId },
      { Type: "AWS::Lambda::Function", Arn: authorizer.AuthorizerUri ?? null },
    ],
  );
}

export function connect(
  { expansion }: GraphQl,
  id: string,
  Permissions: readonly Value[],
  [Source, Destination]: readonly [Fields, Fields],
): void {
  const properties = { Source, Destination, Permissions };
  expandConnector(expansion, { id, type: "AWS::Serverless::Connector", properties, resource: {} });
}

function logging(api: GraphQl, given: Value | undefined): Fields | undefined {
  if (given === false) return undefined;
  const settings = isFields(given) ? given : { FieldLogLevel: "ALL" };
  if (settings.CloudWatchLogsRoleArn !== undefined) return settings;
  const role = `${api.id}CloudWatchRole`;
  api.put(role, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: trust("appsync.amazonaws.com"),
    ManagedPolicyArns: [
      { "Fn::Sub": "arn:$" + "{AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs" },
    ],
  });
  return { ...settings, CloudWatchLogsRoleArn: attribute(role, "Arn") };
}

function addKeys(api: GraphQl, given: Value | undefined): void {
  for (const [name, key] of Object.entries(isFields(given) ? given : {})) {
    const { ExpiresOn, ...others } = isFields(key) ? key : {};
    api.put(
      `${api.id}${name}`,
      "AWS::AppSync::ApiKey",
      defined({ ApiId: api.apiId, ...others, Expires: ExpiresOn }),
    );
  }
}
