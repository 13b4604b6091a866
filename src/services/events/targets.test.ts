// Rules whose targets belong to other services: streams, topics, log groups and
// state machines.

import { afterEach, beforeEach, expect, test } from "vitest";
import kinesis from "../kinesis/index.ts";
import logs from "../logs/index.ts";
import sns from "../sns/index.ts";
import sqs from "../sqs/index.ts";
import stepfunctions from "../stepfunctions/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import events from "./index.ts";

let cloud: TestCloud;
const RoleArn = "arn:aws:iam::000000000000:role/events";

beforeEach(async () => {
  cloud = await testCloud([events, kinesis, logs, sns, sqs, stepfunctions]);
  await cloud.call("events", "PutRule", { Name: "r", EventPattern: '{"source":["app"]}' });
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

async function put(target: object): Promise<void> {
  const Targets = [{ Id: "t", InputPath: "$.detail", ...target }];
  await cloud.call("events", "PutTargets", { Rule: "r", Targets });
  const entry = { Source: "app", DetailType: "t", Detail: '{"order":"o1"}' };
  await cloud.call("events", "PutEvents", { Entries: [entry, entry] });
  await cloud.settle();
}

test("a stream receives records under the partition key that the event names", async () => {
  await cloud.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  await cloud.advance(60_000);
  const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
  await put({ Arn: StreamARN, RoleArn, KinesisParameters: { PartitionKeyPath: "$.detail.order" } });
  const { Shards } = await cloud.call("kinesis", "ListShards", { StreamARN });
  const { ShardIterator } = await cloud.call("kinesis", "GetShardIterator", {
    StreamARN,
    ShardId: Shards[0].ShardId,
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await cloud.call("kinesis", "GetRecords", { ShardIterator });
  expect(
    Records.map((record: { readonly PartitionKey: string; readonly Data: Uint8Array }) => [
      record.PartitionKey,
      Buffer.from(record.Data).toString(),
    ]),
  ).toEqual([
    ["o1", '{"order":"o1"}'],
    ["o1", '{"order":"o1"}'],
  ]);
});

test("a log group receives log events", async () => {
  await cloud.call("logs", "CreateLogGroup", { logGroupName: "/aws/events/all" });
  await put({ Arn: "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/all" });
  const { events: found } = await cloud.call("logs", "FilterLogEvents", { logGroupName: "/aws/events/all" });
  expect(found.map(({ message }: { readonly message: string }) => message)).toEqual([
    '{"order":"o1"}',
    '{"order":"o1"}',
  ]);
});

test("a topic passes them on", async () => {
  const { TopicArn } = await cloud.call("sns", "CreateTopic", { Name: "t" });
  const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: "arn:aws:sqs:us-east-1:000000000000:q",
    Attributes: { RawMessageDelivery: "true" },
  });
  await put({ Arn: TopicArn });
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
  expect(Messages.map(({ Body }: { readonly Body: string }) => Body)).toEqual([
    '{"order":"o1"}',
    '{"order":"o1"}',
  ]);
});

test("a state machine starts executions", async () => {
  const definition = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });
  const { stateMachineArn } = await cloud.call("stepfunctions", "CreateStateMachine", {
    name: "m",
    definition,
    roleArn: RoleArn,
  });
  await put({ Arn: stateMachineArn, RoleArn });
  const { executions } = await cloud.call("stepfunctions", "ListExecutions", { stateMachineArn });
  expect(executions.map(({ status }: { readonly status: string }) => status)).toEqual([
    "SUCCEEDED",
    "SUCCEEDED",
  ]);
});
