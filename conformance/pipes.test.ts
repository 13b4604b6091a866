// Pipes across sudden deaths: every record acknowledged arrives, and each
// shard's in order.

import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { CreatePipeCommand, PipesClient } from "@aws-sdk/client-pipes";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

const RoleArn = "arn:aws:iam::000000000000:role/pipe";
const keys = ["a", "b", "c", "d"];

/** The texts without those that came before. */
function firsts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

test("what was put arrives in order, over three times kill -9", { timeout: 60_000 }, async () => {
  const options = { ...clientOptions(cloud), maxAttempts: 10 };
  const kinesis = new KinesisClient(options);
  const sqs = new SQSClient(options);
  const pipes = new PipesClient(options);
  await kinesis.send(new CreateStreamCommand({ StreamName: "s", ShardCount: 2 }));
  // Of a FIFO queue a crash cannot change the order; deduplication is not to hide what came twice.
  const Attributes = { FifoQueue: "true" };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "out.fifo", Attributes }));
  await pipes.send(
    new CreatePipeCommand({
      Name: "p",
      RoleArn,
      Source: "arn:aws:kinesis:us-east-1:000000000000:stream/s",
      SourceParameters: { KinesisStreamParameters: { StartingPosition: "TRIM_HORIZON", BatchSize: 5 } },
      Target: "arn:aws:sqs:us-east-1:000000000000:out.fifo",
      TargetParameters: {
        InputTemplate: "<$.data>",
        SqsQueueParameters: {
          MessageGroupId: "$.partitionKey",
          MessageDeduplicationId: "$.sequenceNumber",
        },
      },
    }),
  );

  const acknowledged: string[] = [];
  for (let round = 0; round < 40; round++) {
    const texts = keys.map((key) => `${key}${round}`);
    const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text[0]! }));
    await kinesis.send(new PutRecordsCommand({ StreamName: "s", Records }));
    acknowledged.push(...texts);
    if (round % 10 === 5 && round < 30) {
      await cloud.kill();
      await cloud.restart();
    }
  }

  const came: string[] = [];
  await eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    came.push(...Messages.map(({ Body }) => Body!));
    if (Messages.length > 0) {
      const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    return new Set(came).size >= acknowledged.length;
  }, 45_000);
  for (const key of keys) {
    const of = (texts: readonly string[]) => texts.filter((text) => text.startsWith(key));
    expect(firsts(of(came))).toEqual(of(acknowledged));
  }
  for (const client of [kinesis, sqs, pipes]) client.destroy();
});
