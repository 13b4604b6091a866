// Resources of many types as they are made are in sync, and what is changed
// behind their stack's back is found.

import { expect, test } from "vitest";
import events from "../../events/index.ts";
import kinesis from "../../kinesis/index.ts";
import kms from "../../kms/index.ts";
import logs from "../../logs/index.ts";
import secretsmanager from "../../secretsmanager/index.ts";
import stepfunctions from "../../stepfunctions/index.ts";
import { stackCloud } from "../test-stacks.ts";

const trust = (Service: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
});
const policy = (Action: string, Resource: unknown) => ({
  Version: "2012-10-17",
  Statement: [{ Sid: "s", Effect: "Allow", Principal: { AWS: "000000000000" }, Action, Resource }],
});
const Tags = [
  { Key: "a", Value: "1" },
  { Key: "b", Value: "2" },
];
const of = (Type: string, Properties: object = {}) => ({ Type, Properties });
const arn = (name: string) => ({ "Fn::GetAtt": [name, "Arn"] });

const Resources = {
  Bucket: of("AWS::S3::Bucket", {
    Tags,
    VersioningConfiguration: { Status: "Enabled" },
    LifecycleConfiguration: { Rules: [{ Id: "old", Status: "Enabled", ExpirationInDays: 3, Prefix: "x/" }] },
  }),
  Bus: of("AWS::Events::EventBus", { Name: "orders", Description: "of orders" }),
  Group: of("AWS::Logs::LogGroup", { RetentionInDays: 7, Tags }),
  Key: of("AWS::KMS::Key", {
    Description: "of it",
    EnableKeyRotation: true,
    KeyPolicy: policy("kms:*", "*"),
  }),
  Machine: of("AWS::StepFunctions::StateMachine", {
    DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
    RoleArn: arn("Role"),
    Tags,
  }),
  Queue: of("AWS::SQS::Queue", { DelaySeconds: 4, Tags, MessageRetentionPeriod: 600 }),
  Role: of("AWS::IAM::Role", {
    AssumeRolePolicyDocument: trust("states.amazonaws.com"),
    Description: "runs",
    Path: "/it/",
    Tags,
    ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    Policies: [
      {
        PolicyName: "p",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: arn("Queue") }],
        },
      },
    ],
  }),
  Rule: of("AWS::Events::Rule", {
    EventBusName: { Ref: "Bus" },
    EventPattern: { source: ["shop"] },
    Targets: [{ Id: "q", Arn: arn("Queue") }],
  }),
  Secret: of("AWS::SecretsManager::Secret", { Description: "hush", SecretString: "x", Tags }),
  Stream: of("AWS::Kinesis::Stream", { ShardCount: 1, RetentionPeriodHours: 48, Tags }),
  Table: of("AWS::DynamoDB::Table", {
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamViewType: "NEW_IMAGE" },
    TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    Tags,
  }),
  Topic: of("AWS::SNS::Topic", {
    DisplayName: "News",
    Tags,
    Subscription: [{ Protocol: "sqs", Endpoint: arn("Queue") }],
  }),
};

test("what is as it was made is in sync, whatever its type; what was changed is not", async () => {
  const stacks = await stackCloud([events, kinesis, kms, logs, secretsmanager, stepfunctions]);
  const { StackId } = await stacks.create("s", { Resources }, { Tags: [{ Key: "team", Value: "a" }] });
  for (let at = 0; at < 50; at++) {
    if ((await stacks.describe(StackId)).StackStatus !== "CREATE_IN_PROGRESS") break;
    await stacks.cloud.advance(1000);
  }
  expect((await stacks.describe(StackId)).StackStatus).toBe("CREATE_COMPLETE");
  const detect = async (): Promise<readonly string[]> => {
    await stacks.call("DetectStackDrift", { StackName: "s" });
    await stacks.cloud.settle();
    const { StackResourceDrifts } = await stacks.call("DescribeStackResourceDrifts", { StackName: "s" });
    return StackResourceDrifts.map(
      (each: {
        LogicalResourceId: string;
        StackResourceDriftStatus: string;
        PropertyDifferences: { PropertyPath: string }[];
      }) =>
        [
          each.LogicalResourceId,
          each.StackResourceDriftStatus,
          ...each.PropertyDifferences.map(({ PropertyPath }) => PropertyPath),
        ].join(" "),
    );
  };
  expect(await detect()).toEqual(
    Object.keys(Resources)
      .sort()
      .map((name) => `${name} IN_SYNC`),
  );
  const made = await stacks.resources("s");
  const id = (name: string) => made[name]?.id;
  const { cloud } = stacks;
  await cloud.call("s3", "PutBucketVersioning", {
    Bucket: id("Bucket"),
    VersioningConfiguration: { Status: "Suspended" },
  });
  await cloud.call("logs", "PutRetentionPolicy", { logGroupName: id("Group"), retentionInDays: 30 });
  await cloud.call("kms", "DisableKeyRotation", { KeyId: id("Key") });
  await cloud.call("iam", "UpdateRole", { RoleName: id("Role"), Description: "walks" });
  await cloud.call("sns", "SetTopicAttributes", {
    TopicArn: id("Topic"),
    AttributeName: "DisplayName",
    AttributeValue: "Olds",
  });
  await cloud.call("stepfunctions", "UpdateStateMachine", {
    stateMachineArn: id("Machine"),
    definition: '{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}',
  });
  await cloud.call("secretsmanager", "UntagResource", { SecretId: id("Secret"), TagKeys: ["a"] });
  expect((await detect()).filter((each) => !each.endsWith("IN_SYNC"))).toEqual([
    "Bucket MODIFIED /VersioningConfiguration/Status",
    "Group MODIFIED /RetentionInDays",
    "Key MODIFIED /EnableKeyRotation",
    "Machine MODIFIED /DefinitionString",
    "Role MODIFIED /Description",
    "Secret MODIFIED /Tags/0",
    "Topic MODIFIED /DisplayName",
  ]);
  await cloud.stop();
});
