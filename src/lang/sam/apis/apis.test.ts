// APIs of SAM's templates: those that are declared, and those that events imply.

import { expect, test } from "vitest";
import type { Fields } from "../../template/value.ts";
import { expand, fn, input, type Resources } from "../test-expand.ts";
import { expandServerless } from "../transform.ts";

test("a REST API secures its methods and answers preflights", () => {
  const { A } = expand({
    A: {
      Type: "AWS::Serverless::Api",
      Properties: {
        StageName: "p",
        Cors: "'*'",
        Auth: { DefaultAuthorizer: "C", Authorizers: { C: { UserPoolArn: "arn:u" } } },
      },
    },
    F: fn({
      Events: { E: { Type: "Api", Properties: { RestApiId: { Ref: "A" }, Path: "/a", Method: "get" } } },
    }),
  });
  expect(A?.Properties.Body).toMatchObject({
    swagger: "2.0",
    paths: {
      "/a": {
        get: { security: [{ C: [] }] },
        options: {
          "x-amazon-apigateway-integration": {
            type: "mock",
            responses: {
              default: {
                responseParameters: {
                  "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
                },
              },
            },
          },
        },
      },
    },
    securityDefinitions: { C: { "x-amazon-apigateway-authorizer": { providerARNs: ["arn:u"] } } },
  });
});

const when = (name: string, routes: object) => ({
  ...fn({ Role: "arn:r", Events: routes }),
  Condition: name,
});
const get = (Path: string) => ({ E: { Type: "Api", Properties: { Path, Method: "get" } } });

test("an API that nobody declared is there where any of its routes is", () => {
  const template = {
    Conditions: Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [`C${at + 10}`, { "Fn::Equals": ["a", "a"] }]),
    ),
    Resources: Object.fromEntries(
      Array.from({ length: 12 }, (_, at) => [
        `F${at}`,
        when(`C${at + 10}`, get(`/${at % 6}/{id}`.replace("{id}", at < 6 ? "a" : "b"))),
      ]),
    ),
  } as unknown as Fields;
  const made = expandServerless(template, input) as unknown as {
    Conditions: Record<string, { "Fn::Or": { Condition: string }[] }>;
    Resources: Resources;
  };
  expect(made.Resources.ServerlessRestApi?.Condition).toBe("ServerlessRestApiCondition");
  expect(made.Conditions.ServerlessRestApiCondition1?.["Fn::Or"]).toHaveLength(10);
  expect(made.Conditions.ServerlessRestApiCondition?.["Fn::Or"].map(({ Condition }) => Condition)).toEqual([
    "C20",
    "C21",
    "ServerlessRestApiCondition1",
  ]);
});

test("a path that two conditions share has a condition of its own", () => {
  const template = {
    Conditions: { A: { "Fn::Equals": ["a", "a"] }, B: { "Fn::Equals": ["a", "b"] } },
    Resources: {
      F: when("A", get("/x/{id}")),
      G: when("B", { E: { Type: "Api", Properties: { Path: "/x/{id}", Method: "post" } } }),
    },
  } as unknown as Fields;
  const made = expandServerless(template, input) as unknown as { Conditions: object; Resources: Resources };
  expect(Object.keys(made.Conditions)).toContain("ServerlessRestApiSLASHxSLASHOBidCBPathCondition");
});

test("AlwaysDeploy makes another deployment each second", () => {
  const template = {
    Resources: { A: { Type: "AWS::Serverless::Api", Properties: { StageName: "p", AlwaysDeploy: true } } },
  } as unknown as Fields;
  const ids = (now: number): string[] =>
    Object.keys(expandServerless(template, { ...input, now }).Resources as object);
  expect(ids(1_795_290_869_000)).toContain("ADeploymenta7a98fb365");
  expect(ids(1_795_290_870_000)).not.toContain("ADeploymenta7a98fb365");
});

test("a resource policy allows accounts and denies networks", () => {
  const ResourcePolicy = {
    AwsAccountWhitelist: ["123456789012"],
    IpRangeBlacklist: ["5.6.7.8"],
    SourceVpcWhitelist: ["vpc-1", "vpce-2"],
  };
  const { A } = expand({
    A: { Type: "AWS::Serverless::Api", Properties: { StageName: "p", Auth: { ResourcePolicy } } },
    F: fn({
      Events: { E: { Type: "Api", Properties: { RestApiId: { Ref: "A" }, Path: "/a", Method: "get" } } },
    }),
  });
  const body = A?.Properties.Body as { "x-amazon-apigateway-policy": { Statement: object[] } };
  expect(body["x-amazon-apigateway-policy"].Statement).toMatchObject([
    { Effect: "Allow", Principal: { AWS: ["123456789012"] } },
    { Effect: "Allow", Principal: "*" },
    { Effect: "Deny", Condition: { IpAddress: { "aws:SourceIp": ["5.6.7.8"] } } },
    {
      Effect: "Deny",
      Condition: { StringNotEquals: { "aws:SourceVpc": ["vpc-1"], "aws:SourceVpce": ["vpce-2"] } },
    },
  ]);
});

test.each([
  ["plain", {}, "ADeployment896b21a1d0"],
  [
    "a policy",
    { Auth: { ResourcePolicy: { AwsAccountWhitelist: ["123456789012"] } } },
    "ADeployment7e76f8190c",
  ],
  [
    "a domain",
    {
      Domain: {
        DomainName: "d.example.com",
        CertificateArn: "c",
        EndpointConfiguration: "REGIONAL",
        MutualTlsAuthentication: { TruststoreUri: "s3://a/b" },
        Route53: { HostedZoneName: "z.", SetIdentifier: "s", Region: "us-east-1" },
        NormalizeBasePath: false,
        BasePath: ["/x"],
      },
    },
    "ADeployment1031dab711",
  ],
])("the id of a REST API's deployment is AWS's (%s)", (_name, more, id) => {
  const made = expand({
    A: { Type: "AWS::Serverless::Api", Properties: { StageName: "prod", ...more } },
    F: fn({
      Events: {
        E: { Type: "Api", Properties: { RestApiId: { Ref: "A" }, Path: "/a/{id}/{rest+}", Method: "post" } },
      },
    }),
  });
  expect(Object.keys(made).filter((each) => /^ADeployment/.test(each))).toEqual([id]);
});

test("tags that a function hands on stand on all that is made of it", () => {
  const made = expand({
    F: fn({
      Tags: { team: "t" },
      PropagateTags: true,
      Events: {
        S: {
          Type: "ScheduleV2",
          Properties: { ScheduleExpression: "rate(1 day)", DeadLetterConfig: { Type: "SQS" } },
        },
        A: { Type: "Api", Properties: { Path: "/", Method: "get" } },
      },
    }),
  });
  const tagged = Object.entries(made).filter(([, { Properties }]) => Properties.Tags !== undefined);
  const team = [{ Key: "team", Value: "t" }];
  expect(Object.fromEntries(tagged.map(([id, { Properties }]) => [id, Properties.Tags]))).toEqual({
    F: team,
    FRole: team,
    FSRole: team,
    FSQueue: team,
    ServerlessRestApi: team,
    ServerlessRestApiProdStage: team,
  });
});
