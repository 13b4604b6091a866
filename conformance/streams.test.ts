// Streams by the SDK for JavaScript, which speaks HTTP/2 to Kinesis, by real
// functions, and across a crash.

import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateStreamCommand,
  KinesisClient,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { zip } from "./support/zip.ts";

let cloud: RunningCloud;
let kinesis: KinesisClient;
beforeAll(async () => {
  cloud = await startCloud();
  kinesis = new KinesisClient(clientOptions(cloud));
});
afterAll(async () => {
  kinesis?.destroy();
  await cloud?.stop();
});

async function createStream(StreamName: string, ShardCount: number): Promise<string> {
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
  const { reason } = await waitUntilStreamExists(
    { client: kinesis, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
    { StreamName },
  );
  return reason.StreamDescription.StreamARN;
}

const put = (StreamName: string, text: string, key = text) =>
  kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: key, Data: Buffer.from(text) }));

test("a subscription over HTTP/2 sends what is there and what comes", async () => {
  const StreamARN = await createStream("subscribed", 1);
  const { Consumer } = await kinesis.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "c" }),
  );
  await put("subscribed", "before");
  const subscribe = new SubscribeToShardCommand({
    ConsumerARN: Consumer!.ConsumerARN,
    ShardId: "shardId-000000000000",
    StartingPosition: { Type: "TRIM_HORIZON" },
  });
  const { EventStream } = await eventually(() => kinesis.send(subscribe).catch(() => undefined));
  const seen: string[] = [];
  for await (const { SubscribeToShardEvent: event } of EventStream!) {
    for (const { Data } of event?.Records ?? []) seen.push(Buffer.from(Data!).toString());
    if (seen.length === 1) await put("subscribed", "after");
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(["before", "after"]);
});

describe("an event source mapping", () => {
  test("hands every acknowledged record to the function, over kill -9", { timeout: 60_000 }, async () => {
    const EventSourceArn = await createStream("crashed", 2);
    const options = { ...clientOptions(cloud), maxAttempts: 5 };
    const lambda = new LambdaClient(options);
    const iam = new IAMClient(options);
    const sqs = new SQSClient(options);
    const role = await iam.send(
      new CreateRoleCommand({
        RoleName: "streams",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        }),
      }),
    );
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "given-up" }));
    // What it is given it gives up, so that each record shows in the queue.
    const source = "exports.handler = async () => { throw new Error('seen'); };";
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "witness",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: role.Role!.Arn,
        Code: { ZipFile: await zip({ "index.js": source }) },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: "witness" });
    const { UUID } = await lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn,
        FunctionName: "witness",
        StartingPosition: "LATEST",
        BatchSize: 1,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:us-east-1:000000000000:given-up" } },
      }),
    );
    await eventually(async () => {
      const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
      return State === "Enabled";
    });

    const acknowledged = new Set<string>();
    for (let at = 0; at < 150; at++) {
      if (at === 75) {
        await cloud.kill();
        kinesis.destroy();
        await cloud.restart();
        kinesis = new KinesisClient(clientOptions(cloud));
      }
      acknowledged.add((await put("crashed", String(at))).SequenceNumber!);
    }

    const handled = new Set<string>();
    await eventually(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body } of Messages) {
        const { KinesisBatchInfo } = JSON.parse(Body!) as {
          KinesisBatchInfo: { startSequenceNumber: string };
        };
        handled.add(KinesisBatchInfo.startSequenceNumber);
      }
      if (Messages.length > 0) {
        const Entries = Messages.map(({ ReceiptHandle }: Message, at) => ({ Id: String(at), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
      return [...acknowledged].every((number) => handled.has(number));
    }, 45_000);
    expect(handled).toEqual(acknowledged);
    for (const client of [lambda, iam, sqs]) client.destroy();
  });
});
