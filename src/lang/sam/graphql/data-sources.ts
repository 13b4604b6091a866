// The data sources of a GraphQL API: tables and functions, each with the role that
// lets AppSync use it.

import { type Fields, isFields, type Value } from "../../template/value.ts";
import { attribute, defined, pick, ref, sub } from "../expansion.ts";
import { refuse } from "../refusal.ts";
import { trust } from "../role.ts";
import { connect, type GraphQl } from "./graphql-api.ts";

/** From the name that functions of the API use to the logical id. */
export function addDataSources(api: GraphQl, given: Value | undefined): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const sources = isFields(given) ? given : {};
  for (const [name, source] of entries(sources.DynamoDb)) ids.set(name, addTable(api, name, source));
  for (const [name, source] of entries(sources.Lambda)) ids.set(name, addFunction(api, name, source));
  return ids;
}

const entries = (value: Value | undefined): readonly (readonly [string, Fields])[] =>
  Object.entries(isFields(value) ? value : {}).map(([name, each]) => [name, isFields(each) ? each : {}]);

function addTable(api: GraphQl, name: string, source: Fields): string {
  const id = `${api.id}${name}DynamoDBDataSource`;
  const path = `DataSources.DynamoDb.${name}`;
  if (source.TableName === undefined) refuse(`Property '${path}.TableName' is invalid.`);
  if (isFields(source.DeltaSync) && source.DeltaSync.DeltaSyncTableName === undefined)
    refuse(`Property '${path}.DeltaSync.DeltaSyncTableName' is invalid.`);
  const region = source.Region ?? ref("AWS::Region");
  put(api, id, name, source, {
    Type: "AMAZON_DYNAMODB",
    DynamoDBConfig: defined({
      AwsRegion: region,
      TableName: source.TableName,
      UseCallerCredentials: source.UseCallerCredentials,
      Versioned: source.Versioned,
      DeltaSyncConfig: source.DeltaSync,
    }),
  });
  if (source.ServiceRoleArn !== undefined) return id;
  const arn =
    source.TableArn ??
    sub(
      "arn:$" +
        "{AWS::Partition}:dynamodb:$" +
        "{__Region__}:$" +
        "{AWS::AccountId}:table/$" +
        "{__TableName__}",
      {
        __TableName__: source.TableName,
        __Region__: region,
      },
    );
  const accesses = Array.isArray(source.Permissions) ? source.Permissions : ["Read", "Write"];
  connect(api, `${id}ToTableConnector`, accesses, [
    { Type: "AWS::AppSync::DataSource", RoleName: ref(`${id}Role`) },
    { Type: "AWS::DynamoDB::Table", Arn: arn },
  ]);
  return id;
}

function addFunction(api: GraphQl, name: string, source: Fields): string {
  const id = `${api.id}${name}LambdaDataSource`;
  if (source.FunctionArn === undefined)
    refuse(`Property 'DataSources.Lambda.${name}.FunctionArn' is invalid.`);
  put(api, id, name, source, {
    Type: "AWS_LAMBDA",
    LambdaConfig: { LambdaFunctionArn: source.FunctionArn },
  });
  if (source.ServiceRoleArn !== undefined) return id;
  connect(
    api,
    `${id}ToLambdaConnector`,
    ["Write"],
    [
      { Type: "AWS::AppSync::DataSource", RoleName: ref(`${id}Role`) },
      { Type: "AWS::Lambda::Function", Arn: source.FunctionArn },
    ],
  );
  return id;
}

/** The source, and the role of its own where none is given. */
function put(api: GraphQl, id: string, name: string, source: Fields, kind: Fields): void {
  const role = `${id}Role`;
  api.put(id, "AWS::AppSync::DataSource", {
    ApiId: api.apiId,
    Name: source.Name ?? name,
    ...pick(source, ["Description"]),
    ...kind,
    ServiceRoleArn: source.ServiceRoleArn ?? attribute(role, "Arn"),
  });
  if (source.ServiceRoleArn === undefined)
    api.put(role, "AWS::IAM::Role", { AssumeRolePolicyDocument: trust("appsync.amazonaws.com") });
}
