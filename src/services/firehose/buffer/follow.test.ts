// Streams whose source is a Kinesis stream.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import kinesis from "../../kinesis/index.ts";
import { DeliveryStreamName, testFirehose } from "../test-firehose.ts";

const KinesisStreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/events";
const source = {
  DeliveryStreamType: "KinesisStreamAsSource",
  KinesisStreamSourceConfiguration: {
    KinesisStreamARN,
    RoleARN: "arn:aws:iam::000000000000:role/firehose",
  },
};
const BufferingHints = { SizeInMBs: 1, IntervalInSeconds: 60 };

test("records of all shards are delivered from the stream's creation on, also after resharding", async () => {
  const hose = await testFirehose([kinesis]);
  const { cloud } = hose;
  const put = (PartitionKey: string) =>
    cloud.call("kinesis", "PutRecord", {
      StreamName: "events",
      PartitionKey,
      Data: Buffer.from(`${PartitionKey}\n`),
    });
  await cloud.call("kinesis", "CreateStream", { StreamName: "events", ShardCount: 2 });
  await cloud.settle();
  await put("before");
  await cloud.advance(1000);
  await hose.create({ BufferingHints }, source);
  for (const key of ["a", "b", "c", "d"]) await put(key);
  await cloud.advance(2000);
  await cloud.call("kinesis", "UpdateShardCount", {
    StreamName: "events",
    TargetShardCount: 4,
    ScalingType: "UNIFORM_SCALING",
  });
  await cloud.settle();
  for (const key of ["e", "f", "g"]) await put(key);
  await cloud.advance(180_000);
  const lines = (await hose.objects()).flatMap(({ text }) => text.trim().split("\n"));
  expect(lines.toSorted()).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  const { DeliveryStreamDescription } = await hose.call("DescribeDeliveryStream", { DeliveryStreamName });
  expect(DeliveryStreamDescription).toMatchObject({
    DeliveryStreamType: "KinesisStreamAsSource",
    Source: { KinesisStreamSourceDescription: { KinesisStreamARN, DeliveryStartTimestamp: 1704067201000 } },
  });
  await expect(hose.put("x")).rejects.toMatchObject({
    code: "InvalidArgumentException",
    message: "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
  });
  await cloud.stop();
});

test("a source that comes later is read when it is there", async () => {
  const hose = await testFirehose([kinesis]);
  await hose.create({ BufferingHints }, source);
  await hose.cloud.advance(30_000);
  await hose.cloud.call("kinesis", "CreateStream", { StreamName: "events", ShardCount: 1 });
  await hose.cloud.settle();
  await hose.cloud.call("kinesis", "PutRecord", {
    StreamName: "events",
    PartitionKey: "k",
    Data: Buffer.from("late"),
  });
  await hose.cloud.advance(120_000);
  expect((await hose.objects()).map(({ text }) => text)).toEqual(["late"]);
  await hose.cloud.stop();
});

test("records that a producer has packed into one are delivered one by one", async () => {
  const hose = await testFirehose([kinesis]);
  await hose.cloud.call("kinesis", "CreateStream", { StreamName: "events", ShardCount: 1 });
  await hose.cloud.settle();
  const lines = { Type: "AppendDelimiterToRecord", Parameters: [] };
  await hose.create(
    { BufferingHints, ProcessingConfiguration: { Enabled: true, Processors: [lines] } },
    source,
  );
  const field = (number: number, content: Uint8Array) =>
    Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
  const record = (text: string) =>
    field(3, Buffer.concat([Buffer.from([8, 0]), field(3, Buffer.from(text))]));
  const message = Buffer.concat([field(1, Buffer.from("key")), record("one"), record("two")]);
  const digest = createHash("md5").update(message).digest();
  const Data = Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, digest]);
  await hose.cloud.call("kinesis", "PutRecord", { StreamName: "events", PartitionKey: "k", Data });
  await hose.cloud.advance(120_000);
  expect((await hose.objects()).map(({ text }) => text)).toEqual(["one\ntwo\n"]);
  await hose.cloud.stop();
});
