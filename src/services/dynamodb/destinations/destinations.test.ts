import { afterEach, beforeEach, expect, test } from "vitest";
import kinesis from "../../kinesis/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import dynamodb from "../index.ts";
import { id, plain } from "../test-tables.ts";

let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([dynamodb, kinesis]);
  await call("CreateTable", plain);
});
afterEach(async () => {
  await cloud.stop();
  expect(cloud.log.filter((entry) => entry.level === "error")).toEqual([]);
});

// biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
const call = async (operation: string, input: object): Promise<any> =>
  JSON.parse(JSON.stringify(await cloud.call("dynamodb", operation, input)));

const StreamArn = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
const about = { TableName: "plain", StreamArn };
const status = async () =>
  (
    await call("DescribeKinesisStreamingDestination", { TableName: "plain" })
  ).KinesisDataStreamDestinations.map((one: { DestinationStatus: string }) => one.DestinationStatus);

// biome-ignore lint/suspicious/noExplicitAny: records are read freely.
async function records(): Promise<any[]> {
  const { ShardIterator } = await cloud.call("kinesis", "GetShardIterator", {
    StreamName: "changes",
    ShardId: "shardId-000000000000",
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await cloud.call("kinesis", "GetRecords", { ShardIterator });
  return Records.map((record: { Data: Uint8Array }) => JSON.parse(Buffer.from(record.Data).toString()));
}

test("a Kinesis destination gets every change, in order, until it is disabled", async () => {
  await cloud.call("kinesis", "CreateStream", { StreamName: "changes", ShardCount: 1 });
  await cloud.settle();
  await cloud.advance(60_000);
  expect(await call("EnableKinesisStreamingDestination", about)).toMatchObject({
    DestinationStatus: "ENABLING",
  });
  await call("PutItem", { TableName: "plain", Item: id("a") });
  await cloud.settle();
  expect(await status()).toEqual(["ACTIVE"]);
  await call("UpdateItem", {
    TableName: "plain",
    Key: id("a"),
    UpdateExpression: "SET n = :n",
    ExpressionAttributeValues: { ":n": { N: "1" } },
  });
  await expect(call("EnableKinesisStreamingDestination", about)).rejects.toMatchObject({
    code: "ValidationException",
  });
  await call("DisableKinesisStreamingDestination", about);
  await call("DeleteItem", { TableName: "plain", Key: id("a") });
  await cloud.settle();
  expect(await status()).toEqual(["DISABLED"]);
  expect(await records()).toMatchObject([
    {
      awsRegion: "us-east-1",
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      recordFormat: "application/json",
      tableName: "plain",
      userIdentity: null,
      dynamodb: { Keys: id("a"), NewImage: id("a"), SizeBytes: 6 },
    },
    { eventName: "MODIFY", dynamodb: { OldImage: id("a"), NewImage: { ...id("a"), n: { N: "1" } } } },
  ]);
});

test("a destination that is not there cannot be enabled", async () => {
  await call("EnableKinesisStreamingDestination", about);
  await cloud.settle();
  expect(await status()).toEqual(["ENABLE_FAILED"]);
  await expect(call("DisableKinesisStreamingDestination", about)).rejects.toMatchObject({
    code: "ValidationException",
  });
});
