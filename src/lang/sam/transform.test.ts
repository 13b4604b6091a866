import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fields, Value } from "../template/value.ts";
import { expand, fn, input, type Resources } from "./test-expand.ts";
import { expandServerless } from "./transform.ts";

const withEvent = (Type: string, Properties: object, others: object = {}): Resources =>
  expand({ F: fn({ Role: "arn:r", Events: { E: { Type, Properties } } }), ...others });

test("a function becomes a function and its role", () => {
  const { F, FRole } = expand({
    F: fn({ Policies: ["AWSLambdaRole", { SQSPollerPolicy: { QueueName: "q" } }] }),
  });
  expect(F).toEqual({
    Type: "AWS::Lambda::Function",
    Properties: {
      Code: { ZipFile: "x" },
      Handler: "a.b",
      Runtime: "nodejs20.x",
      Role: { "Fn::GetAtt": ["FRole", "Arn"] },
      Tags: [{ Key: "lambda:createdBy", Value: "SAM" }],
    },
  });
  expect(FRole?.Properties.ManagedPolicyArns).toEqual([
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaRole",
  ]);
  expect(FRole?.Properties.Policies).toEqual([
    {
      PolicyName: "FRolePolicy1",
      PolicyDocument: {
        Statement: [
          {
            Effect: "Allow",
            Action: [
              "sqs:ChangeMessageVisibility",
              "sqs:ChangeMessageVisibilityBatch",
              "sqs:DeleteMessage",
              "sqs:DeleteMessageBatch",
              "sqs:GetQueueAttributes",
              "sqs:ReceiveMessage",
            ],
            Resource: {
              "Fn::Sub": [
                // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own.
                "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}",
                { queueName: "q" },
              ],
            },
          },
        ],
      },
    },
  ]);
});

test("logical ids carry the hashes that AWS gives them", () => {
  const s3 = { Handler: "a", Runtime: "r", CodeUri: "s3://b/k", AutoPublishAlias: "live" };
  const made = expand({
    F: { Type: "AWS::Serverless::Function", Properties: s3 },
    M: { Type: "AWS::Serverless::Function", Properties: { ...s3, MemorySize: 256 } },
    S: {
      Type: "AWS::Serverless::Function",
      Properties: { ...s3, SnapStart: { ApplyOn: "PublishedVersions" } },
    },
    E: { Type: "AWS::Serverless::Function", Properties: { ...s3, Environment: { Variables: { a: "b" } } } },
    L: { Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "s3://b/k" } },
    A: {
      Type: "AWS::Serverless::HttpApi",
      Properties: {
        Domain: { DomainName: "d.example.com", CertificateArn: "c", Route53: { HostedZoneId: "z" } },
      },
    },
  });
  expect(Object.keys(made)).toEqual(
    expect.arrayContaining([
      "FVersion03ba323aca",
      "FAliaslive",
      "MVersion5c6b603bfd",
      "SVersion85a77ad8ef",
      "EVersionbbf149a924",
      "L0fe3d22673",
      "ApiGatewayDomainNameV2d279bdd46f",
      "RecordSetGroup395df8f7c5",
    ]),
  );
});

test("references by SAM's names lead to what was made", () => {
  const template = {
    Resources: {
      F: fn({ AutoPublishAlias: "a-b_c", Layers: [{ Ref: "L" }] }),
      L: { Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "s3://b/k" } },
    },
    Outputs: {
      A: { Value: { Ref: "F.Alias" } },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own.
      B: { Value: { "Fn::Sub": "${F.Alias}/${F.Arn}/${!F.Alias}" } },
      C: { Value: { "Fn::GetAtt": ["F", "Version.Version"] } },
    },
  } as unknown as Fields;
  const made = expandServerless(template, input) as unknown as {
    Resources: Resources;
    Outputs: Record<string, { Value: Value }>;
  };
  expect(made.Resources.F?.Properties.Layers).toEqual([{ Ref: "L0fe3d22673" }]);
  expect(made.Outputs.A?.Value).toEqual({ Ref: "FAliasaDbUc" });
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own.
  expect(made.Outputs.B?.Value).toEqual({ "Fn::Sub": "${FAliasaDbUc}/${F.Arn}/${!F.Alias}" });
  expect(made.Outputs.C?.Value).toEqual({ "Fn::GetAtt": ["FVersion5168f5ed55", "Version"] });
});

test("Globals are merged: maps deeply, lists one after the other", () => {
  const { F } = expand(
    { F: fn({ Layers: ["own"], Environment: { Variables: { A: "own" } }, Timeout: 3 }) },
    {
      Globals: {
        Function: { Layers: ["all"], Environment: { Variables: { A: "all", B: "b" } }, Timeout: 9 },
      },
    },
  );
  expect(F?.Properties).toMatchObject({
    Layers: ["all", "own"],
    Environment: { Variables: { A: "own", B: "b" } },
    Timeout: 3,
  });
});

describe("events", () => {
  const arn = { "Fn::GetAtt": ["F", "Arn"] };
  const called = { Ref: "F" };
  test.each([
    ["SQS", { Queue: "arn:q", BatchSize: 5 }, { EventSourceArn: "arn:q", BatchSize: 5 }],
    [
      "Kinesis",
      { Stream: "arn:k", StartingPosition: "LATEST" },
      { EventSourceArn: "arn:k", StartingPosition: "LATEST" },
    ],
    [
      "DynamoDB",
      { Stream: "arn:d", StartingPosition: "LATEST" },
      { EventSourceArn: "arn:d", StartingPosition: "LATEST" },
    ],
    ["MSK", { Stream: "arn:m", Topics: ["t"] }, { EventSourceArn: "arn:m", Topics: ["t"] }],
    [
      "MQ",
      { Broker: "arn:b", Queues: ["q"], SourceAccessConfigurations: [{ Type: "BASIC_AUTH", URI: "arn:s" }] },
      { EventSourceArn: "arn:b", Queues: ["q"] },
    ],
    [
      "DocumentDB",
      {
        Cluster: "arn:c",
        DatabaseName: "d",
        SourceAccessConfigurations: [{ Type: "BASIC_AUTH", URI: "arn:s" }],
      },
      { EventSourceArn: "arn:c", DocumentDBEventSourceConfig: { DatabaseName: "d" } },
    ],
    [
      "SelfManagedKafka",
      {
        KafkaBootstrapServers: ["a:1"],
        Topics: ["t"],
        SourceAccessConfigurations: [{ Type: "BASIC_AUTH", URI: "s" }],
      },
      { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ["a:1"] } }, Topics: ["t"] },
    ],
  ])("%s is a mapping", (type, properties, expected) => {
    const { FE } = withEvent(type, properties);
    expect(FE?.Type).toBe("AWS::Lambda::EventSourceMapping");
    expect(FE?.Properties).toMatchObject({ ...expected, FunctionName: called });
  });

  test.each([
    [
      "SNS",
      { Topic: "arn:t" },
      "AWS::SNS::Subscription",
      { Protocol: "lambda", TopicArn: "arn:t", Endpoint: arn },
      "sns.amazonaws.com",
    ],
    [
      "Schedule",
      { Schedule: "rate(1 hour)", Enabled: false },
      "AWS::Events::Rule",
      {
        ScheduleExpression: "rate(1 hour)",
        State: "DISABLED",
        Targets: [{ Arn: arn, Id: "FELambdaTarget" }],
      },
      "events.amazonaws.com",
    ],
    [
      "EventBridgeRule",
      { Pattern: { source: ["s"] } },
      "AWS::Events::Rule",
      { EventPattern: { source: ["s"] } },
      "events.amazonaws.com",
    ],
    [
      "CloudWatchEvent",
      { Pattern: { source: ["s"] }, InputPath: "$.a" },
      "AWS::Events::Rule",
      { Targets: [{ Arn: arn, Id: "FELambdaTarget", InputPath: "$.a" }] },
      "events.amazonaws.com",
    ],
    [
      "CloudWatchLogs",
      { LogGroupName: "g", FilterPattern: "p" },
      "AWS::Logs::SubscriptionFilter",
      { LogGroupName: "g", FilterPattern: "p", DestinationArn: arn },
      "logs.amazonaws.com",
    ],
    [
      "IoTRule",
      { Sql: "s" },
      "AWS::IoT::TopicRule",
      { TopicRulePayload: { Sql: "s", RuleDisabled: false, Actions: [{ Lambda: { FunctionArn: arn } }] } },
      "iot.amazonaws.com",
    ],
  ])("%s sends by permission", (type, properties, made, expected, principal) => {
    const { FE, FEPermission } = withEvent(type, properties);
    expect(FE?.Type).toBe(made);
    expect(FE?.Properties).toMatchObject(expected);
    expect(FEPermission?.Properties).toMatchObject({ FunctionName: called, Principal: principal });
  });

  test("AlexaSkill is a permission alone", () => {
    const { FEPermission } = withEvent("AlexaSkill", { SkillId: "id" });
    expect(FEPermission?.Properties).toEqual({
      Action: "lambda:InvokeFunction",
      FunctionName: called,
      Principal: "alexa-appkit.amazon.com",
      EventSourceToken: "id",
    });
  });

  test("ScheduleV2 is a schedule with a role", () => {
    const { FE, FERole } = withEvent("ScheduleV2", { ScheduleExpression: "rate(1 day)" });
    expect(FE?.Properties).toEqual({
      Name: "FE",
      ScheduleExpression: "rate(1 day)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: arn, RoleArn: { "Fn::GetAtt": ["FERole", "Arn"] } },
    });
    expect(FERole?.Type).toBe("AWS::IAM::Role");
  });

  test("S3 changes the bucket, which waits for the permission", () => {
    const { B } = withEvent(
      "S3",
      { Bucket: { Ref: "B" }, Events: ["s3:ObjectCreated:*"] },
      { B: { Type: "AWS::S3::Bucket" } },
    );
    expect(B).toMatchObject({
      DependsOn: ["FEPermission"],
      Properties: {
        NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: arn }] },
      },
    });
  });

  test("Cognito changes the user pool", () => {
    const { P, FCognitoPermission } = withEvent(
      "Cognito",
      { UserPool: { Ref: "P" }, Trigger: ["PreSignUp"] },
      { P: { Type: "AWS::Cognito::UserPool" } },
    );
    expect(P?.Properties.LambdaConfig).toEqual({ PreSignUp: arn });
    expect(FCognitoPermission?.Type).toBe("AWS::Lambda::Permission");
  });

  test("Api and HttpApi without an API make one", () => {
    const made = expand({
      F: fn({
        Role: "arn:r",
        Events: {
          Rest: { Type: "Api", Properties: { Path: "/a/{id}", Method: "get" } },
          Http: { Type: "HttpApi", Properties: { Path: "/b", Method: "post" } },
        },
      }),
    });
    expect(
      Object.keys(made)
        .map((id) => id.replace(/[0-9a-f]{10}$/, "*"))
        .sort(),
    ).toEqual([
      "F",
      "FHttpPermission",
      "FRestPermissionProd",
      "ServerlessHttpApi",
      "ServerlessHttpApiApiGatewayDefaultStage",
      "ServerlessRestApi",
      "ServerlessRestApiDeployment*",
      "ServerlessRestApiProdStage",
    ]);
    expect(made.ServerlessHttpApi?.Properties.Body).toMatchObject({
      openapi: "3.0.1",
      paths: {
        "/b": {
          post: { "x-amazon-apigateway-integration": { payloadFormatVersion: "2.0", type: "aws_proxy" } },
        },
      },
    });
  });
});

test("a state machine's definition becomes a string, functions within it substitutions", () => {
  const { S } = expand({
    S: {
      Type: "AWS::Serverless::StateMachine",
      Properties: { Role: "arn:r", Definition: { StartAt: { Ref: "X" }, A: [1] } },
    },
  });
  expect(S?.Properties.DefinitionString).toEqual({
    "Fn::Join": [
      "\n",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Step Functions' own.
      ["{", '    "A": [', "        1", "    ],", '    "StartAt": "${definition_substitution_1}"', "}"],
    ],
  });
  expect(S?.Properties.DefinitionSubstitutions).toEqual({ definition_substitution_1: { Ref: "X" } });
});

test("a simple table has a key of one attribute, and an application is a nested stack", () => {
  const { T, N } = expand({
    T: { Type: "AWS::Serverless::SimpleTable" },
    N: {
      Type: "AWS::Serverless::Application",
      Properties: { Location: "https://b/t.yaml", Parameters: { A: "b" } },
    },
  });
  expect(T).toEqual({
    Type: "AWS::DynamoDB::Table",
    Properties: {
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  });
  expect(N).toMatchObject({
    Type: "AWS::CloudFormation::Stack",
    Properties: { TemplateURL: "https://b/t.yaml", Parameters: { A: "b" } },
  });
});

test.each([
  [{ F: fn({ X: 1 }) }, "property X not defined for resource of type AWS::Serverless::Function"],
  [
    { F: { Type: "AWS::Serverless::Function", Properties: { InlineCode: "x" } } },
    "Runtime and Handler needs to be present when PackageType is of type `Zip`",
  ],
  [
    { F: fn({ Events: { E: { Type: "Nope" } } }) },
    "Event with id [E] is invalid. Resource dict has missing or invalid value for key Type. Event Type is: Nope.",
  ],
  [
    { F: fn({ Policies: [{ DynamoDBCrudPolicy: {} }] }) },
    "Following required parameters of template 'DynamoDBCrudPolicy' don't have values: ['TableName']",
  ],
  [
    { F: { Type: "AWS::Serverless::CapacityProvider" } },
    "Cumulet does not implement the resource type AWS::Serverless::CapacityProvider yet.",
  ],
])("what is invalid is told in SAM's words (%#)", (resources, message) => {
  expect(() => expand(resources)).toThrow(
    `Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. Number of errors found: 1. Resource with id [F] is invalid. ${message}`,
  );
});

test("nothing of SAM is left of any mixture of resources", () => {
  const event = fc.constantFrom(
    { Type: "SQS", Properties: { Queue: "arn:q" } },
    { Type: "Schedule", Properties: { Schedule: "rate(1 day)" } },
    { Type: "Api", Properties: { Path: "/x", Method: "any" } },
    { Type: "HttpApi" },
  );
  const resource = fc.oneof(
    fc.record({ E: event }).map((Events) => fn({ Events })),
    fc.constant({ Type: "AWS::Serverless::SimpleTable" }),
    fc.constant({ Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "s3://b/k" } }),
    fc.constant({ Type: "AWS::Serverless::Api", Properties: { StageName: "p" } }),
    fc.constant({ Type: "AWS::Serverless::HttpApi" }),
    fc.constant({ Type: "AWS::Serverless::StateMachine", Properties: { DefinitionUri: "s3://b/k" } }),
    fc.constant({ Type: "AWS::SQS::Queue" }),
  );
  // An implicit API may have a method once.
  const once = (resources: Record<string, object>): Record<string, object> => {
    const seen = new Set<string>();
    return Object.fromEntries(
      Object.entries(resources).filter(([, each]) => {
        const text = JSON.stringify(each);
        const route = /"(Api|HttpApi)"/.exec(text)?.[1];
        if (route === undefined) return true;
        const fresh = !seen.has(route);
        seen.add(route);
        return fresh;
      }),
    );
  };
  fc.assert(
    fc.property(
      fc.dictionary(fc.stringMatching(/^[A-Z][a-z]{3}$/), resource, { maxKeys: 12 }),
      (resources) => {
        for (const { Type } of Object.values(expand(once(resources))))
          expect(Type).not.toMatch(/^AWS::Serverless::/);
      },
    ),
    { numRuns: 100 },
  );
});

test("a policy template may stand within a condition", () => {
  const { FRole } = expand({
    F: fn({
      Policies: [{ "Fn::If": ["C", { SQSPollerPolicy: { QueueName: "q" } }, { Ref: "AWS::NoValue" }] }],
    }),
  });
  expect(FRole?.Properties.Policies).toMatchObject([
    { "Fn::If": ["C", { PolicyName: "FRolePolicy0" }, { Ref: "AWS::NoValue" }] },
  ]);
});
