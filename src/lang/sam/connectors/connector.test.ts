import { expect, test } from "vitest";
import type { Fields } from "../../template/value.ts";
import { expandServerless } from "../transform.ts";
import { profiles } from "./profiles.ts";

type Resources = Record<string, { Type: string; DependsOn?: unknown; Properties: Record<string, unknown> }>;

function expand(Resources: object): Resources {
  const template = { Transform: "AWS::Serverless-2016-10-31", Resources } as unknown as Fields;
  return expandServerless(template, { parameters: {}, region: "eu-central-1" })
    .Resources as unknown as Resources;
}

const connector = (Source: object, Destination: object, ...Permissions: string[]) => ({
  Type: "AWS::Serverless::Connector",
  Properties: { Source, Destination, Permissions },
});
const code = { Handler: "a.b", Runtime: "nodejs22.x", InlineCode: "x" };
const F = { Type: "AWS::Serverless::Function", Properties: code };
const Q = { Type: "AWS::SQS::Queue" };
const T = { Type: "AWS::Serverless::SimpleTable" };
const S = { Type: "AWS::SNS::Topic" };
const M = { Type: "AWS::Serverless::StateMachine", Properties: { DefinitionUri: "s3://b/k" } };

test("a connector gives the source's role what it asks for, and no more", () => {
  const { CPolicy } = expand({ C: connector({ Id: "F" }, { Id: "Q" }, "Write"), F, Q });
  expect(CPolicy).toEqual({
    Type: "AWS::IAM::ManagedPolicy",
    Metadata: {
      "aws:sam:connectors": {
        C: { Source: { Type: "AWS::Serverless::Function" }, Destination: { Type: "AWS::SQS::Queue" } },
      },
    },
    Properties: {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["sqs:DeleteMessage", "sqs:SendMessage", "sqs:ChangeMessageVisibility", "sqs:PurgeQueue"],
            Resource: [{ "Fn::GetAtt": ["Q", "Arn"] }],
          },
        ],
      },
      Roles: [{ Ref: "FRole" }],
    },
  });
});

test("connectors stand in the resource that they begin at, and lead to several", () => {
  const made = expand({
    F: {
      ...F,
      Connectors: { My: { Properties: { Destination: [{ Id: "T" }, { Id: "Q" }], Permissions: ["Read"] } } },
    },
    T,
    Q,
    S: { ...S, Connectors: { On: { Properties: { Destination: { Id: "Q" }, Permissions: ["Write"] } } } },
  });
  expect(Object.keys(made).sort()).toEqual([
    "F",
    "FMyPolicyDestination0",
    "FMyPolicyDestination1",
    "FRole",
    "Q",
    "S",
    "SOnQueuePolicy",
    "T",
  ]);
  expect(made.S).toEqual(S);
});

test("what reads a queue waits for the leave to", () => {
  const Events = { E: { Type: "SQS", Properties: { Queue: { "Fn::GetAtt": ["Q", "Arn"] } } } };
  const made = expand({
    C: connector({ Id: "Q" }, { Id: "F" }, "Read", "Write"),
    Q,
    F: { ...F, Properties: { ...code, Events } },
    D: connector({ Id: "M" }, { Id: "N" }, "Read"),
    M,
    N: M,
  });
  expect(made.FE?.DependsOn).toEqual(["CPolicy"]);
  expect(made.M?.DependsOn).toEqual(["DPolicy"]);
});

test("what is outside of the template is told by its properties", () => {
  const { CWriteLambdaPermission } = expand({
    C: connector(
      { Type: "AWS::ApiGateway::RestApi", ResourceId: "abc", Qualifier: "Prod/GET/x" },
      { Type: "AWS::Lambda::Function", Arn: "arn:f" },
      "Write",
    ),
  });
  expect(CWriteLambdaPermission?.Properties).toMatchObject({
    FunctionName: "arn:f",
    SourceArn: {
      "Fn::Sub": [expect.any(String), { SourceResourceId: "abc", SourceQualifier: "Prod/GET/x" }],
    },
  });
});

test.each([
  [connector({ Id: "F" }, { Id: "None" }, "Write"), "Unable to find resource with logical ID 'None'."],
  [
    connector({ Id: "F" }, { Id: "Q" }, "Delete"),
    "Unsupported 'Permissions' provided for connector from AWS::Lambda::Function to AWS::SQS::Queue; valid values are: Read, Write.",
  ],
  [
    connector({ Id: "Q" }, { Id: "F" }, "Read"),
    "Unsupported 'Permissions' provided for connector from AWS::SQS::Queue to AWS::Lambda::Function; valid combinations are: Read + Write.",
  ],
  [
    connector({ Id: "T" }, { Id: "Q" }, "Read"),
    "Unable to create connector from AWS::DynamoDB::Table to AWS::SQS::Queue; it's not supported or the template is invalid.",
  ],
  [
    connector({ Id: "F", RoleName: "r" }, { Id: "Q" }, "Read"),
    "Must provide 'Id' (with optional 'Qualifier') or a supported combination of other properties.",
  ],
  [
    connector({ Type: "AWS::Lambda::Function" }, { Id: "Q" }, "Read"),
    "Unable to get IAM role name from 'Source' resource.",
  ],
])("what is invalid is told in SAM's words (%#)", (C, message) => {
  expect(() => expand({ C, F, Q, T })).toThrow(`Resource with id [C] is invalid. ${message}`);
});

test("every pair of types connects by its full set of permissions", () => {
  const end = (Type: string) => ({
    Type,
    Arn: "arn:a",
    Name: "n",
    RoleName: "r",
    QueueUrl: "u",
    ResourceId: "i",
  });
  for (const [source, destinations] of Object.entries(profiles)) {
    for (const [destination, profile] of Object.entries(destinations)) {
      const all = profile.kind === "role" ? profile.statements.map(({ access }) => access) : ["Write"];
      const made = expand({ C: connector(end(source), end(destination), ...new Set<string>(all)) });
      expect(Object.keys(made), `${source} ${destination}`).toHaveLength(1);
    }
  }
});
