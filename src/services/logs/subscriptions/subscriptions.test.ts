// Subscribers of log groups: functions, streams of Kinesis and of Firehose.

import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import { defineService } from "../../../core/service.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../model/handle.ts";
import firehose from "../../firehose/index.ts";
import kinesis from "../../kinesis/index.ts";
import s3 from "../../s3/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import logs from "../index.ts";

const group = { logGroupName: "/app" };
const stream = { ...group, logStreamName: "one" };
const roleArn = "arn:aws:iam::000000000000:role/logs";
const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";
const streamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
const now = Date.UTC(2024, 0, 1);

let cloud: TestCloud;
const call = (operation: string, input: object = {}) => cloud.call("logs", operation, input);
const put = (...messages: string[]) =>
  call("PutLogEvents", { ...stream, logEvents: messages.map((message) => ({ timestamp: now, message })) });
const subscribe = (destinationArn: string, more: object = {}) =>
  call("PutSubscriptionFilter", { ...group, filterName: "f", filterPattern: "", destinationArn, ...more });
const open = (data: Uint8Array) => JSON.parse(gunzipSync(data).toString());

let told: { readonly awslogs: { readonly data: string } }[];
let refusals: number;

const lambda = defineService<Lambda>({
  model: modelOf<Lambda>("lambda"),
  resources: [],
  operations: {
    Invoke: {
      waits: async ({ FunctionName, InvocationType, Payload = new Uint8Array() }) => {
        if (!FunctionName.endsWith(":f")) throw new Fault("lambda", "ResourceNotFoundException", "no");
        if (InvocationType === "DryRun") return { StatusCode: 204 };
        if (refusals-- > 0) throw new Fault("lambda", "TooManyRequestsException", "slower");
        told.push(JSON.parse(Buffer.from(Payload).toString()));
        return { StatusCode: 202 };
      },
    },
  },
});

beforeEach(async () => {
  told = [];
  refusals = 0;
  cloud = await testCloud([logs, lambda, kinesis, firehose, s3], { now });
  await call("CreateLogGroup", group);
  await call("CreateLogStream", stream);
});
afterEach(() => cloud.stop());

test("a function gets the events that match, once it can", async () => {
  await subscribe(functionArn, { filterPattern: "ERROR" });
  refusals = 2;
  await put("ERROR one", "fine", "ERROR two");
  await put("fine");
  await cloud.advance(60_000);
  expect(told).toHaveLength(1);
  expect(open(Buffer.from(told[0]!.awslogs.data, "base64"))).toEqual({
    messageType: "DATA_MESSAGE",
    owner: "000000000000",
    logGroup: "/app",
    logStream: "one",
    subscriptionFilters: ["f"],
    logEvents: [
      { id: expect.stringMatching(/^\d{56}$/), timestamp: now, message: "ERROR one" },
      { id: expect.stringMatching(/^\d{56}$/), timestamp: now, message: "ERROR two" },
    ],
  });
});

test("a stream of Kinesis gets a test message, then the events of a log stream under its name", async () => {
  await cloud.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  await cloud.settle();
  await subscribe(streamArn, { roleArn });
  await put("hello");
  await cloud.settle();
  const { ShardIterator } = await cloud.call("kinesis", "GetShardIterator", {
    StreamName: "s",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await cloud.call("kinesis", "GetRecords", { ShardIterator });
  expect(Records.map(({ Data }: { Data: Uint8Array }) => open(Data))).toMatchObject([
    { messageType: "CONTROL_MESSAGE", owner: "CloudwatchLogs" },
    { messageType: "DATA_MESSAGE", logEvents: [{ message: "hello" }] },
  ]);
  expect(Records[1].PartitionKey).toBe("one");
});

test("messages reach a bucket by way of Firehose, which takes them out", async () => {
  await cloud.call("s3", "CreateBucket", { Bucket: "lake" });
  const processors = [
    { Type: "Decompression", Parameters: [{ ParameterName: "CompressionFormat", ParameterValue: "GZIP" }] },
    {
      Type: "CloudWatchLogProcessing",
      Parameters: [{ ParameterName: "DataMessageExtraction", ParameterValue: "true" }],
    },
  ];
  await cloud.call("firehose", "CreateDeliveryStream", {
    DeliveryStreamName: "d",
    ExtendedS3DestinationConfiguration: {
      RoleARN: roleArn,
      BucketARN: "arn:aws:s3:::lake",
      ProcessingConfiguration: { Enabled: true, Processors: processors },
    },
  });
  await cloud.settle();
  const arn = "arn:aws:firehose:us-east-1:000000000000:deliverystream/d";
  const { destination } = await call("PutDestination", { destinationName: "to-d", targetArn: arn, roleArn });
  await subscribe(destination.arn);
  await put("one", "two");
  await cloud.advance(310_000);
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "lake" });
  expect(Contents).toMatchObject([{ Size: "one\ntwo\n".length }]);
});

test("filters are described, replaced and deleted, two of a group at most", async () => {
  await subscribe(functionArn);
  await cloud.advance(1000);
  await subscribe(functionArn, { filterPattern: "x" });
  await subscribe(functionArn, { filterName: "g" });
  expect(await call("DescribeSubscriptionFilters", { ...group, filterNamePrefix: "f" })).toEqual({
    subscriptionFilters: [
      {
        filterName: "f",
        logGroupName: "/app",
        filterPattern: "x",
        destinationArn: functionArn,
        distribution: "ByLogStream",
        creationTime: now,
        applyOnTransformedLogs: false,
      },
    ],
  });
  await expect(subscribe(functionArn, { filterName: "h" })).rejects.toMatchObject({
    code: "LimitExceededException",
  });
  await call("DeleteSubscriptionFilter", { ...group, filterName: "f" });
  await expect(call("DeleteSubscriptionFilter", { ...group, filterName: "f" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "The specified subscription filter does not exist.",
  });
});

test.each([
  [`${functionArn}x`, {}, /^Could not execute the lambda function/],
  [streamArn, { roleArn }, /^Could not deliver test message to specified Kinesis stream/],
  [streamArn, {}, /without roleArn/],
  ["arn:aws:sqs:us-east-1:000000000000:q", {}, /vendor/],
  [functionArn, { filterPattern: "{ $.a = }" }, /Invalid filter pattern/],
])("a subscription of %s with %j is refused", async (arn, more, message) => {
  await expect(subscribe(arn, more)).rejects.toMatchObject({
    code: "InvalidParameterException",
    message: expect.stringMatching(message),
  });
});
