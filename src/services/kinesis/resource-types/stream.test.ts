// Streams, consumers and policies as templates declare them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import kinesis from "../index.ts";

let cloud: TestCloud;
let types: Provisioner;
beforeEach(async () => {
  cloud = await testCloud([kinesis]);
  types = provisioner(cloud);
});
afterEach(() => cloud.stop());

const type = "AWS::Kinesis::Stream";
const consumer = "AWS::Kinesis::StreamConsumer";
const policy = "AWS::Kinesis::ResourcePolicy";

/** Moves the clock while a change is waited for. */
async function moving<T>(change: Promise<T>): Promise<T> {
  let over = false;
  const ended = change.finally(() => {
    over = true;
  });
  ended.catch(() => undefined);
  while (!over) await cloud.advance(50);
  return ended;
}

const full = {
  Name: "s",
  ShardCount: "2",
  RetentionPeriodHours: 48,
  StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" },
  DesiredShardLevelMetrics: ["IncomingBytes"],
  MaxRecordSizeInKiB: 2048,
  Tags: [{ Key: "a", Value: "1" }],
};

test("a stream is made with all that is said of it", async () => {
  const made = await moving(types.create(type, full));
  expect(made).toMatchObject({
    id: "s",
    attributes: { Arn: "arn:aws:kinesis:us-east-1:000000000000:stream/s" },
  });
  expect(await types.read(type, "s")).toMatchObject({
    ...full,
    ShardCount: 2,
    StreamModeDetails: { StreamMode: "PROVISIONED" },
  });
  expect(await types.list(type)).toEqual(["s"]);
});

test("what a template no longer says goes back to its default", async () => {
  await moving(types.create(type, full));
  await moving(types.update(type, "s", { Name: "s", Tags: [{ Key: "b", Value: "2" }] }, full));
  const now = await types.read(type, "s");
  expect(now).toMatchObject({
    ShardCount: 1,
    RetentionPeriodHours: 24,
    MaxRecordSizeInKiB: 1024,
    Tags: [{ Key: "b", Value: "2" }],
  });
  expect(now).not.toHaveProperty("StreamEncryption");
  expect(now).not.toHaveProperty("DesiredShardLevelMetrics");
});

test("a stream becomes one on demand, and back", async () => {
  const before = { Name: "s", ShardCount: 2 };
  const after = { Name: "s", StreamModeDetails: { StreamMode: "ON_DEMAND" } };
  await moving(types.create(type, before));
  await moving(types.update(type, "s", after, before));
  expect(await types.read(type, "s")).toMatchObject({ StreamModeDetails: { StreamMode: "ON_DEMAND" } });
});

test("a consumer and a policy belong to a stream", async () => {
  const { attributes } = await moving(types.create(type, { Name: "s" }));
  const StreamARN = String(attributes?.Arn);
  const { id } = await moving(
    types.create(consumer, { ConsumerName: "c", StreamARN }, { token: "c".repeat(32) }),
  );
  expect(id).toMatch(/stream\/s\/consumer\/c:\d+$/);
  expect(await types.read(consumer, id)).toMatchObject({ ConsumerStatus: "ACTIVE", StreamARN });
  const ResourcePolicy = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: ["kinesis:PutRecord"],
        Resource: StreamARN,
      },
    ],
  };
  await types.create(policy, { ResourceArn: StreamARN, ResourcePolicy }, { token: "d".repeat(32) });
  expect(await types.read(policy, StreamARN)).toEqual({ ResourceArn: StreamARN, ResourcePolicy });
  await types.delete(policy, StreamARN);
  expect(await types.read(policy, StreamARN)).toBeUndefined();
  await moving(types.delete(consumer, id));
  await moving(types.delete(type, "s"));
  expect(await types.read(type, "s")).toBeUndefined();
});
