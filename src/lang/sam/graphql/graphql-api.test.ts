import { expect, test } from "vitest";
import type { Fields } from "../../template/value.ts";
import { expandServerless } from "../transform.ts";

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

function expand(properties: object): Resources {
  const api = { SchemaInline: "type Query { a: String }", Auth: { Type: "API_KEY" }, ...properties };
  const template = { Resources: { G: { Type: "AWS::Serverless::GraphQLApi", Properties: api } } };
  const made = expandServerless(template as unknown as Fields, { parameters: {}, region: "eu-central-1" });
  return made.Resources as unknown as Resources;
}

const Runtime = { Name: "APPSYNC_JS", Version: "1.0.0" };

test("a GraphQL API becomes an API, its schema and the role that logs", () => {
  const made = expand({});
  expect(Object.keys(made).sort()).toEqual(["G", "GCloudWatchRole", "GSchema"]);
  expect(made.G?.Properties).toEqual({
    Name: "G",
    Tags: [{ Key: "graphqlapi:createdBy", Value: "SAM" }],
    AuthenticationType: "API_KEY",
    LogConfig: { FieldLogLevel: "ALL", CloudWatchLogsRoleArn: { "Fn::GetAtt": ["GCloudWatchRole", "Arn"] } },
  });
  expect(made.GSchema?.Properties.Definition).toBe("type Query { a: String }");
});

test("resolvers run functions over data sources, which have leave to", () => {
  const made = expand({
    Logging: false,
    DataSources: {
      DynamoDb: { D: { TableName: "t", Permissions: ["Read"] } },
      Lambda: { L: { FunctionArn: "arn:f" } },
    },
    Functions: { one: { DataSource: "D", InlineCode: "x", Runtime }, two: { Id: "abc" } },
    Resolvers: { Query: { a: { Pipeline: ["one", "two"] } } },
  });
  expect(Object.keys(made).sort()).toEqual([
    "G",
    "GDDynamoDBDataSource",
    "GDDynamoDBDataSourceRole",
    "GDDynamoDBDataSourceToTableConnectorPolicy",
    "GLLambdaDataSource",
    "GLLambdaDataSourceRole",
    "GLLambdaDataSourceToLambdaConnectorPolicy",
    "GQuerya",
    "GSchema",
    "Gone",
  ]);
  expect(made.Gone?.Properties).toMatchObject({
    DataSourceName: { "Fn::GetAtt": ["GDDynamoDBDataSource", "Name"] },
    Runtime: { Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" },
  });
  expect(made.GQuerya).toMatchObject({
    DependsOn: ["GSchema"],
    Properties: {
      FieldName: "a",
      TypeName: "Query",
      PipelineConfig: { Functions: [{ "Fn::GetAtt": ["Gone", "FunctionId"] }, "abc"] },
    },
  });
});

test("a function that authorizes may be called by the API", () => {
  const LambdaAuthorizer = { AuthorizerUri: "arn:f" };
  const Additional = [{ Type: "AWS_LAMBDA", LambdaAuthorizer }];
  const made = expand({ Auth: { Type: "AWS_IAM", Additional } });
  expect(made.GToLambdaAuthConnector1WriteLambdaPermission?.Properties).toMatchObject({
    FunctionName: "arn:f",
    Principal: "appsync.amazonaws.com",
  });
});

test.each([
  [{ SchemaUri: "s3://a/b" }, "[G] is invalid. Both 'SchemaInline' and 'SchemaUri'"],
  [{ Auth: { Type: "X" } }, "[G] is invalid. Property 'Auth.Type' is invalid."],
  [{ Resolvers: { Q: { a: { Pipeline: ["no"] } } } }, "[a] is invalid. Function 'no' does not exist."],
  [{ Resolvers: { Q: { a: {} } } }, "[a] is invalid. Resolver 'a' must have Pipeline defined."],
  [{ Functions: { f: { InlineCode: "x", Runtime } } }, "[f] is invalid. 'DataSource' must be set."],
  [{ DataSources: { DynamoDb: { D: {} } } }, "[G] is invalid. Property 'DataSources.DynamoDb.D.TableName'"],
])("what is invalid is told in SAM's words (%#)", (properties, message) => {
  expect(() => expand(properties)).toThrow(`Resource with id ${message}`);
});
