// What becomes of asynchronous events where the destinations are real services.

import { afterEach, expect, it } from "vitest";
import events from "../../events/index.ts";
import s3 from "../../s3/index.ts";
import sns from "../../sns/index.ts";
import sqs from "../../sqs/index.ts";
import { bytes, type LambdaCloud, lambdaCloud } from "../testing/fixtures.ts";

let cloud: LambdaCloud;
afterEach(() => cloud.stop());

const QueueUrl = "http://localhost:4566/000000000000/q";
const queueArn = "arn:aws:sqs:us-east-1:000000000000:q";

async function start(fails: boolean): Promise<void> {
  const handler = () => {
    if (fails) throw new Error("no");
    return { answer: 42 };
  };
  cloud = await lambdaCloud({ "index.handler": handler }, [sqs, sns, s3, events]);
  await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  await cloud.create("f");
}

async function invoke(DestinationConfig: object): Promise<void> {
  await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
    FunctionName: "f",
    MaximumRetryAttempts: 0,
    DestinationConfig,
  });
  await cloud.call("lambda", "Invoke", {
    FunctionName: "f",
    InvocationType: "Event",
    Payload: bytes({ n: 1 }),
  });
  await cloud.settle();
}

async function received(): Promise<unknown> {
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
  return Messages.length === 0 ? undefined : JSON.parse(Messages[0].Body);
}

const success = {
  version: "1.0",
  timestamp: "2024-01-01T00:00:00.000Z",
  requestContext: {
    requestId: expect.any(String),
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",
    condition: "Success",
    approximateInvokeCount: 1,
  },
  requestPayload: { n: 1 },
  responseContext: { statusCode: 200, executedVersion: "$LATEST" },
  responsePayload: { answer: 42 },
};

it("a topic is told of a success", async () => {
  await start(false);
  const { TopicArn } = await cloud.call("sns", "CreateTopic", { Name: "t" });
  await cloud.call("sns", "Subscribe", {
    TopicArn,
    Protocol: "sqs",
    Endpoint: queueArn,
    Attributes: { RawMessageDelivery: "true" },
  });
  await invoke({ OnSuccess: { Destination: TopicArn } });
  expect(await received()).toEqual(success);
});

it("an event bus is told of a success, as an event of Lambda's", async () => {
  await start(false);
  await cloud.call("events", "PutRule", { Name: "r", EventPattern: '{"source":["lambda"]}' });
  await cloud.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "q", Arn: queueArn }] });
  const bus = "arn:aws:events:us-east-1:000000000000:event-bus/default";
  await invoke({ OnSuccess: { Destination: bus } });
  expect(await received()).toMatchObject({
    source: "lambda",
    "detail-type": "Lambda Function Invocation Result - Success",
    resources: [bus, "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST"],
    detail: success,
  });
});

it("a bucket keeps what failed", async () => {
  await start(true);
  await cloud.call("s3", "CreateBucket", { Bucket: "failed" });
  await invoke({ OnFailure: { Destination: "arn:aws:s3:::failed" } });
  const { Contents } = await cloud.call("s3", "ListObjectsV2", { Bucket: "failed" });
  expect(Contents).toHaveLength(1);
  expect(Contents[0].Key).toMatch(/^aws\/lambda\/async\/f\/2024\/01\/01\/2024-01-01T00\.00\.00-/);
});

it("a destination that cannot be one is refused", async () => {
  await start(false);
  for (const Destination of ["arn:aws:kinesis:us-east-1:000000000000:stream/s", "arn:aws:s3:::failed"]) {
    await expect(invoke({ OnSuccess: { Destination } })).rejects.toMatchObject({
      code: "InvalidParameterValueException",
    });
  }
  await expect(
    cloud.call("lambda", "PutFunctionEventInvokeConfig", { FunctionName: "f" }),
  ).rejects.toMatchObject({
    code: "InvalidParameterValueException",
    message: "You must specify at least one of error handling or destination setting.",
  });
});
