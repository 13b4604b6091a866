import { afterEach, describe, expect, it } from "vitest";
import sqs from "../../sqs/index.ts";
import type { FakeFunction } from "../testing/fake-function-host.ts";
import { bytes, type LambdaCloud, lambdaCloud } from "../testing/fixtures.ts";

const minute = 60_000;
const QueueUrl = "http://localhost:4566/000000000000/q";
const queueArn = "arn:aws:sqs:us-east-1:000000000000:q";

describe("asynchronous invocation", () => {
  let cloud: LambdaCloud;
  afterEach(() => cloud.stop());

  const start = async (handler: FakeFunction, input: object = {}): Promise<void> => {
    cloud = await lambdaCloud({ "index.handler": handler, "other.handler": () => null }, [sqs]);
    await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    await cloud.create("f", input);
  };
  const fail: FakeFunction = () => {
    throw new Error("no");
  };
  const send = (): Promise<{ StatusCode: number }> =>
    cloud.call("lambda", "Invoke", { FunctionName: "f", InvocationType: "Event", Payload: bytes({ n: 1 }) });
  const messages = async () => {
    const { Messages } = await cloud.call("sqs", "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
    });
    return (Messages ?? []) as {
      Body: string;
      MessageAttributes?: Record<string, { StringValue: string }>;
    }[];
  };

  it("answers 202 and runs the function afterwards", async () => {
    await start(() => 1);
    expect(await send()).toMatchObject({ StatusCode: 202 });
    await cloud.settle();
    expect(cloud.host.calls).toHaveLength(1);
    expect(cloud.host.calls[0]!.event).toEqual({ n: 1 });
  });

  it("retries twice, after one and two minutes, with the same request id", async () => {
    await start(fail);
    await send();
    await cloud.settle();
    expect(cloud.host.calls).toHaveLength(1);
    await cloud.advance(minute);
    expect(cloud.host.calls).toHaveLength(2);
    await cloud.advance(2 * minute - 1);
    expect(cloud.host.calls).toHaveLength(2);
    await cloud.advance(1);
    expect(cloud.host.calls).toHaveLength(3);
    await cloud.advance(60 * minute);
    expect(cloud.host.calls).toHaveLength(3);
    expect(new Set(cloud.host.calls.map(({ invocation }) => invocation.requestId)).size).toBe(1);
  });

  it("sends the record of a failed event to the on-failure destination", async () => {
    await start(fail);
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
    await send();
    await cloud.advance(minute);
    const [message] = await messages();
    expect(JSON.parse(message!.Body)).toMatchObject({
      version: "1.0",
      timestamp: "2024-01-01T00:01:00.000Z",
      requestContext: {
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",
        condition: "RetriesExhausted",
        approximateInvokeCount: 2,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorMessage: "no", errorType: "Error" },
    });
  });

  it("sends the record of a success to the on-success destination, a function here", async () => {
    await start(() => ({ ok: true }));
    await cloud.create("g", { Handler: "other.handler" });
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      DestinationConfig: {
        OnSuccess: { Destination: "arn:aws:lambda:us-east-1:000000000000:function:g" },
      },
    });
    await send();
    await cloud.settle();
    expect(cloud.host.calls.at(-1)!.event).toMatchObject({
      requestContext: { condition: "Success", approximateInvokeCount: 1 },
      responsePayload: { ok: true },
    });
  });

  it("a dead letter is the event itself, with the error in its attributes", async () => {
    await start(fail, { DeadLetterConfig: { TargetArn: queueArn } });
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      MaximumRetryAttempts: 0,
    });
    await send();
    await cloud.settle();
    const [message] = await messages();
    expect(JSON.parse(message!.Body)).toEqual({ n: 1 });
    expect(message!.MessageAttributes).toMatchObject({
      ErrorCode: { StringValue: "200" },
      ErrorMessage: { StringValue: "no" },
    });
  });

  it("an event that would grow too old is not retried", async () => {
    await start(fail);
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      MaximumEventAgeInSeconds: 90,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
    await send();
    await cloud.advance(10 * minute);
    expect(cloud.host.calls).toHaveLength(2);
    const [message] = await messages();
    expect(JSON.parse(message!.Body).requestContext.condition).toBe("EventAgeExceeded");
  });

  it("a function with no concurrency at all refuses its events at once", async () => {
    await start(() => 1);
    await cloud.call("lambda", "PutFunctionConcurrency", {
      FunctionName: "f",
      ReservedConcurrentExecutions: 0,
    });
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
    await send();
    await cloud.settle();
    expect(cloud.host.calls).toHaveLength(0);
    expect(await messages()).toHaveLength(1);
  });

  it("refuses an event for a function that is not there", async () => {
    await start(() => 1);
    await expect(
      cloud.call("lambda", "Invoke", { FunctionName: "none", InvocationType: "Event" }),
    ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});
