import { afterEach, describe, expect, it } from "vitest";
import sqs from "../../sqs/index.ts";
import type { FakeFunction } from "../testing/fake-function-host.ts";
import { type LambdaCloud, lambdaCloud } from "../testing/fixtures.ts";

interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

const QueueUrl = "http://localhost:4566/000000000000/q";
const EventSourceArn = "arn:aws:sqs:us-east-1:000000000000:q";

describe("event source mappings from SQS", () => {
  let cloud: LambdaCloud;
  let bodies: string[];
  afterEach(() => cloud.stop());

  const note: FakeFunction = ({ event }) => {
    bodies.push(...(event as SqsEvent).Records.map(({ body }) => body));
  };

  const start = async (handler: FakeFunction = note, queue: object = {}): Promise<void> => {
    bodies = [];
    cloud = await lambdaCloud({ "index.handler": handler }, [sqs]);
    await cloud.call("sqs", "CreateQueue", { QueueName: "q", ...queue });
    await cloud.create("f");
  };

  const map = async (input: object = {}): Promise<string> => {
    const created = await cloud.call("lambda", "CreateEventSourceMapping", {
      EventSourceArn,
      FunctionName: "f",
      ...input,
    });
    expect(created).toMatchObject({ State: "Creating", StateTransitionReason: "USER_INITIATED" });
    await cloud.settle();
    return created.UUID;
  };

  const send = (MessageBody: string, more: object = {}): Promise<unknown> =>
    cloud.call("sqs", "SendMessage", { QueueUrl, MessageBody, ...more });

  const left = async (): Promise<number> => {
    const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: names });
    return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  };

  it("goes from Creating to Enabled, hands messages over and deletes them", async () => {
    await start();
    const UUID = await map();
    expect(await cloud.call("lambda", "GetEventSourceMapping", { UUID })).toMatchObject({
      State: "Enabled",
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
    });
    await send("one", { MessageAttributes: { kind: { DataType: "String", StringValue: "x" } } });
    await cloud.settle();
    expect(bodies).toEqual(["one"]);
    expect(await left()).toBe(0);
    const [record] = (cloud.host.calls[0]!.event as SqsEvent).Records;
    expect(record).toMatchObject({
      body: "one",
      eventSource: "aws:sqs",
      eventSourceARN: EventSourceArn,
      awsRegion: "us-east-1",
      attributes: { ApproximateReceiveCount: "1" },
      messageAttributes: {
        kind: { stringValue: "x", dataType: "String", stringListValues: [], binaryListValues: [] },
      },
    });
    expect(Object.keys(record!)).toEqual(
      expect.arrayContaining(["messageId", "receiptHandle", "md5OfBody", "md5OfMessageAttributes"]),
    );
  });

  it("handles a thousand messages that were there before it, each once", async () => {
    await start();
    for (let batch = 0; batch < 100; batch++) {
      const Entries = Array.from({ length: 10 }, (_each, index) => ({
        Id: String(index),
        MessageBody: String(batch * 10 + index),
      }));
      await cloud.call("sqs", "SendMessageBatch", { QueueUrl, Entries });
    }
    await map();
    await cloud.settle();
    expect(new Set(bodies).size).toBe(1000);
    expect(bodies).toHaveLength(1000);
    expect(await left()).toBe(0);
  });

  it("a failing function leaves its messages to the queue, which shows them again", async () => {
    let failures = 1;
    await start((call) => {
      if (failures-- > 0) throw new Error("no");
      return note(call);
    });
    await map();
    await send("one");
    await cloud.settle();
    expect(bodies).toEqual([]);
    await cloud.advance(31_000);
    expect(bodies).toEqual(["one"]);
    expect(await left()).toBe(0);
  });

  it("ReportBatchItemFailures deletes all but the messages reported", async () => {
    const seen: string[][] = [];
    await start(({ event }) => {
      const { Records } = event as SqsEvent;
      seen.push(Records.map(({ body }) => body));
      const bad = Records.filter(({ body }) => body === "bad" && seen.length === 1);
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    for (const body of ["good", "bad"]) await send(body);
    await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await cloud.settle();
    expect(await left()).toBe(1);
    await cloud.advance(31_000);
    expect(seen.flat().toSorted()).toEqual(["bad", "bad", "good"]);
    expect(await left()).toBe(0);
  });

  it("filters by pattern, and deletes what does not match", async () => {
    await start();
    const Pattern = JSON.stringify({ body: { kind: ["order"], amount: [{ numeric: [">", 10] }] } });
    await map({ FilterCriteria: { Filters: [{ Pattern }] } });
    await send(JSON.stringify({ kind: "order", amount: 11 }));
    await send(JSON.stringify({ kind: "order", amount: 9 }));
    await send("plain");
    await cloud.settle();
    expect(bodies).toEqual([JSON.stringify({ kind: "order", amount: 11 })]);
    expect(await left()).toBe(0);
  });

  it("gathers a batch larger than ten within its window", async () => {
    await start();
    await map({ BatchSize: 25, MaximumBatchingWindowInSeconds: 5 });
    for (let index = 0; index < 30; index++) await send(String(index));
    await cloud.settle();
    expect(cloud.host.calls).toHaveLength(1);
    expect((cloud.host.calls[0]!.event as SqsEvent).Records).toHaveLength(25);
    await cloud.advance(6000);
    expect(cloud.host.calls).toHaveLength(2);
    expect(bodies).toHaveLength(30);
  });

  it("keeps the order of a FIFO queue's groups", async () => {
    bodies = [];
    cloud = await lambdaCloud({ "index.handler": note }, [sqs]);
    await cloud.call("sqs", "CreateQueue", { QueueName: "q.fifo", Attributes: { FifoQueue: "true" } });
    await cloud.create("f");
    await map({ EventSourceArn: `${EventSourceArn}.fifo`, BatchSize: 2 });
    for (let index = 0; index < 12; index++) {
      await cloud.call("sqs", "SendMessage", {
        QueueUrl: `${QueueUrl}.fifo`,
        MessageBody: `${index % 2}-${index}`,
        MessageGroupId: String(index % 2),
        MessageDeduplicationId: String(index),
      });
    }
    await cloud.settle();
    const group = (id: string): number[] =>
      bodies.filter((body) => body.startsWith(id)).map((body) => Number(body.slice(2)));
    expect(group("0")).toEqual([0, 2, 4, 6, 8, 10]);
    expect(group("1")).toEqual([1, 3, 5, 7, 9, 11]);
  });

  it("disabling stops it, enabling begins again, deleting ends it", async () => {
    await start();
    const UUID = await map();
    const disabling = await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
    expect(disabling.State).toBe("Disabling");
    await cloud.settle();
    expect(await cloud.call("lambda", "GetEventSourceMapping", { UUID })).toMatchObject({
      State: "Disabled",
    });
    await send("one");
    await cloud.settle();
    expect(bodies).toEqual([]);
    await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: true });
    await cloud.settle();
    expect(bodies).toEqual(["one"]);
    expect(await cloud.call("lambda", "DeleteEventSourceMapping", { UUID })).toMatchObject({
      State: "Deleting",
    });
    await cloud.settle();
    await expect(cloud.call("lambda", "GetEventSourceMapping", { UUID })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "The resource you requested does not exist.",
    });
    await send("two");
    await cloud.settle();
    expect(bodies).toEqual(["one"]);
  });

  it("an update keeps what is not given, and takes effect", async () => {
    await start();
    const Pattern = JSON.stringify({ body: ["yes"] });
    const UUID = await map({ FilterCriteria: { Filters: [{ Pattern }] }, BatchSize: 3 });
    expect(await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, BatchSize: 1 })).toMatchObject({
      State: "Updating",
      BatchSize: 1,
      FilterCriteria: { Filters: [{ Pattern }] },
    });
    await cloud.settle();
    for (const body of ["yes", "no", "yes"]) await send(body);
    await cloud.settle();
    expect(bodies).toEqual(["yes", "yes"]);
    expect(cloud.host.calls).toHaveLength(2);
  });

  it("tries a throttled batch again, and does not give it back to the queue", async () => {
    let finish: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await start(({ event }) => ("Records" in (event as object) ? note({ event } as never) : blocked));
    await cloud.call("lambda", "PutFunctionConcurrency", {
      FunctionName: "f",
      ReservedConcurrentExecutions: 1,
    });
    await map();
    const other = cloud.call("lambda", "Invoke", { FunctionName: "f" });
    await expect.poll(() => cloud.host.calls.length).toBe(1);
    await send("one");
    await expect.poll(left).toBe(1);
    finish();
    await other;
    await cloud.advance(15_000);
    expect(bodies).toEqual(["one"]);
    const [record] = (cloud.host.calls[1]!.event as { Records: { attributes: object }[] }).Records;
    expect(record!.attributes).toMatchObject({ ApproximateReceiveCount: "1" });
  });

  it("has provisioned pollers where it is told so, and limits them", async () => {
    await start();
    const UUID = await map({ ProvisionedPollerConfig: { MinimumPollers: 3 } });
    const pollers = async () =>
      (await cloud.call("lambda", "GetEventSourceMapping", { UUID })).ProvisionedPollerConfig;
    expect(await pollers()).toEqual({ MinimumPollers: 3, MaximumPollers: 200 });
    await send("one");
    await cloud.settle();
    expect(bodies).toEqual(["one"]);
    for (const ProvisionedPollerConfig of [{ MinimumPollers: 1 }, { MinimumPollers: 9, MaximumPollers: 8 }]) {
      await expect(
        cloud.call("lambda", "UpdateEventSourceMapping", { UUID, ProvisionedPollerConfig }),
      ).rejects.toMatchObject({ code: "InvalidParameterValueException" });
    }
    await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, ProvisionedPollerConfig: {} });
    await cloud.settle();
    expect(await pollers()).toBeUndefined();
  });

  it("is listed by source and by function, and carries tags", async () => {
    await start();
    const UUID = await map({ Tags: { a: "1" } });
    for (const by of [{ EventSourceArn }, { FunctionName: "f" }, { EventSourceArn, FunctionName: "f" }]) {
      const { EventSourceMappings } = await cloud.call("lambda", "ListEventSourceMappings", by);
      expect(EventSourceMappings).toMatchObject([{ UUID }]);
    }
    const none = await cloud.call("lambda", "ListEventSourceMappings", { FunctionName: "other" });
    expect(none.EventSourceMappings).toEqual([]);
    const Resource = `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`;
    expect(await cloud.call("lambda", "ListTags", { Resource })).toEqual({ Tags: { a: "1" } });
  });

  it.each([
    ["a queue that does not exist", { EventSourceArn: `${EventSourceArn}x` }, /NonExistentQueue/],
    [
      "a large batch without a window",
      { BatchSize: 11 },
      /^Maximum batch window in seconds must be greater than 0/,
    ],
    [
      "a filter that is no pattern",
      { FilterCriteria: { Filters: [{ Pattern: "{" }] } },
      "Invalid filter pattern definition.",
    ],
    ["parameters of streams", { StartingPosition: "LATEST" }, /^Unsupported StartingPosition parameter/],
  ])("refuses %s", async (_name, input, message) => {
    await start();
    const refusal = await map(input).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "InvalidParameterValueException" });
    expect((refusal as Error).message).toMatch(message);
  });

  it("refuses a function that may outlast the queue's visibility timeout, and a second mapping of the same two", async () => {
    await start();
    await cloud.create("slow", { Timeout: 60 });
    await expect(map({ FunctionName: "slow" })).rejects.toMatchObject({
      message: "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds",
    });
    const UUID = await map();
    await expect(map()).rejects.toMatchObject({
      code: "ResourceConflictException",
      message: expect.stringContaining(UUID),
    });
  });
});
