import { afterEach, describe, expect, it } from "vitest";
import dynamodb from "../../../dynamodb/index.ts";
import dynamodbstreams from "../../../dynamodbstreams/index.ts";
import kinesis from "../../../kinesis/index.ts";
import sqs from "../../../sqs/index.ts";
import type { FakeFunction } from "../../testing/fake-function-host.ts";
import { type LambdaCloud, lambdaCloud } from "../../testing/fixtures.ts";

interface KinesisRecord {
  readonly eventID: string;
  readonly kinesis: { readonly data: string; readonly sequenceNumber: string; readonly partitionKey: string };
}
interface StreamEvent {
  readonly Records: readonly KinesisRecord[];
  readonly state?: Readonly<Record<string, number>>;
  readonly isFinalInvokeForWindow?: boolean;
  readonly window?: { readonly start: string; readonly end: string };
}

const StreamName = "s";
const EventSourceArn = "arn:aws:kinesis:us-east-1:000000000000:stream/s";
const queue = { QueueUrl: "http://localhost:4566/000000000000/failed" };
const queueArn = "arn:aws:sqs:us-east-1:000000000000:failed";

let cloud: LambdaCloud;
/** The texts of each invocation, in order. */
let seen: string[][];

const textsOf = (event: unknown): string[] =>
  (event as StreamEvent).Records.map(({ kinesis: { data } }) => Buffer.from(data, "base64").toString());

const start = async (handler?: FakeFunction, ShardCount = 1): Promise<void> => {
  seen = [];
  const noting: FakeFunction = (call) => {
    seen.push(textsOf(call.event));
    return handler?.(call);
  };
  cloud = await lambdaCloud({ "index.handler": noting }, [kinesis, sqs]);
  await cloud.call("kinesis", "CreateStream", { StreamName, ShardCount });
  await cloud.call("sqs", "CreateQueue", { QueueName: "failed" });
  await cloud.create("f");
};

const map = async (input: object = {}): Promise<string> => {
  const { UUID } = await cloud.call("lambda", "CreateEventSourceMapping", {
    EventSourceArn,
    FunctionName: "f",
    StartingPosition: "TRIM_HORIZON",
    ...input,
  });
  await cloud.settle();
  return UUID;
};

const put = (...texts: string[]) =>
  cloud.call("kinesis", "PutRecords", {
    StreamName,
    Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text })),
  });
const failures = async (): Promise<object[]> => {
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", { ...queue, MaxNumberOfMessages: 10 });
  return Messages.map(({ Body }: { Body: string }) => JSON.parse(Body));
};
const failing =
  (fails: (texts: readonly string[]) => boolean): FakeFunction =>
  ({ event }) => {
    if (fails(textsOf(event))) throw new Error("no");
  };

afterEach(() => cloud.stop());

describe("event source mappings from Kinesis", () => {
  it("hand records over in order, as AWS shows them", async () => {
    await start();
    await put("a", "b");
    const UUID = await map();
    expect(await cloud.call("lambda", "GetEventSourceMapping", { UUID })).toMatchObject({
      State: "Enabled",
      BatchSize: 100,
      StartingPosition: "TRIM_HORIZON",
      ParallelizationFactor: 1,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      BisectBatchOnFunctionError: false,
      TumblingWindowInSeconds: 0,
      DestinationConfig: { OnFailure: {} },
      LastProcessingResult: "OK",
    });
    await put("c");
    await cloud.advance(1000);
    expect(seen).toEqual([["a", "b"], ["c"]]);
    const [record] = (cloud.host.calls[0]!.event as StreamEvent).Records;
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "a",
        sequenceNumber: expect.stringMatching(/^49\d{54}$/),
        data: "YQ==",
        approximateArrivalTimestamp: Date.UTC(2024, 0, 1) / 1000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `shardId-000000000000:${record!.kinesis.sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: "arn:aws:iam::000000000000:role/app",
      awsRegion: "us-east-1",
      eventSourceARN: EventSourceArn,
    });
  });

  it("begin at the latest record, or at a time", async () => {
    await start();
    await put("old");
    await cloud.advance(60_000);
    await put("middle");
    await cloud.advance(1);
    await map({ StartingPosition: "LATEST" });
    await put("new");
    await cloud.advance(1000);
    expect(seen).toEqual([["new"]]);
    await cloud.create("g");
    await map({
      FunctionName: "g",
      StartingPosition: "AT_TIMESTAMP",
      StartingPositionTimestamp: Date.UTC(2024, 0, 1) + 30_000,
    });
    expect(seen.slice(1)).toEqual([["middle", "new"]]);
  });

  it("fill batches up to their size, and wait for a batching window", async () => {
    await start();
    await put("a", "b", "c");
    await map({ BatchSize: 2, MaximumBatchingWindowInSeconds: 10 });
    expect(seen).toEqual([["a", "b"]]);
    await cloud.advance(5000);
    await put("d");
    await cloud.advance(1000);
    expect(seen).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    await put("e");
    await cloud.advance(9000);
    expect(seen).toHaveLength(2);
    await cloud.advance(2000);
    expect(seen[2]).toEqual(["e"]);
  });

  it("skip what no filter matches", async () => {
    await start();
    await put('{"kind":"x","n":1}', "text", '{"kind":"y"}', '{"kind":"x","n":2}');
    await map({ FilterCriteria: { Filters: [{ Pattern: '{"data":{"kind":["x"]}}' }] } });
    expect(seen).toEqual([['{"kind":"x","n":1}', '{"kind":"x","n":2}']]);
  });

  it("try a failing batch again, and hold up what comes after it", async () => {
    let fails = 3;
    await start(failing(() => fails-- > 0));
    await put("a");
    const UUID = await map();
    await put("b");
    expect(await cloud.call("lambda", "GetEventSourceMapping", { UUID })).toMatchObject({
      LastProcessingResult: "PROBLEM: Function call failed",
    });
    await cloud.advance(60_000);
    expect(seen).toEqual([["a"], ["a"], ["a"], ["a"], ["b"]]);
  });

  it("give a batch up after so many retries, and tell the destination", async () => {
    await start(failing((texts) => texts.includes("bad")));
    await put("bad", "good");
    await map({
      BatchSize: 1,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
    await cloud.advance(60_000);
    expect(seen).toEqual([["bad"], ["bad"], ["bad"], ["good"]]);
    expect(await failures()).toEqual([
      {
        requestContext: {
          requestId: expect.any(String),
          functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        version: "1.0",
        timestamp: expect.any(String),
        KinesisBatchInfo: {
          shardId: "shardId-000000000000",
          startSequenceNumber: expect.any(String),
          endSequenceNumber: expect.any(String),
          approximateArrivalOfFirstRecord: "2024-01-01T00:00:00.000Z",
          approximateArrivalOfLastRecord: "2024-01-01T00:00:00.000Z",
          batchSize: 1,
          streamArn: EventSourceArn,
        },
      },
    ]);
  });

  it("split a failing batch until the bad record stands alone", async () => {
    await start(failing((texts) => texts.includes("bad")));
    await put("a", "b", "bad", "c");
    await map({
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
    await cloud.advance(60_000);
    expect(seen).toEqual([["a", "b", "bad", "c"], ["a", "b"], ["bad", "c"], ["bad"], ["c"]]);
    expect((await failures())[0]).toMatchObject({ KinesisBatchInfo: { batchSize: 1 } });
  });

  it("go on behind the record that a partial failure names", async () => {
    let first = true;
    await start(({ event }) => {
      const { Records } = event as StreamEvent;
      if (!first) return undefined;
      first = false;
      return { batchItemFailures: [{ itemIdentifier: Records[1]!.kinesis.sequenceNumber }] };
    });
    await put("a", "b", "c");
    await map({ FunctionResponseTypes: ["ReportBatchItemFailures"] });
    await cloud.advance(60_000);
    expect(seen).toEqual([
      ["a", "b", "c"],
      ["b", "c"],
    ]);
  });

  it("leave out records that are too old", async () => {
    await start();
    await put("old");
    await cloud.advance(120_000);
    await put("new");
    await map({
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    });
    await cloud.advance(1000);
    expect(seen).toEqual([["new"]]);
    expect((await failures())[0]).toMatchObject({
      requestContext: { condition: "RecordAgeExceeded", approximateInvokeCount: 0 },
    });
  });

  it("handle several batches of a shard at once, each key in order", async () => {
    await start();
    const Records = Array.from({ length: 60 }, (_each, index) => ({
      Data: Buffer.from(String(index)),
      PartitionKey: `key-${index % 6}`,
    }));
    await cloud.call("kinesis", "PutRecords", { StreamName, Records });
    await map({ ParallelizationFactor: 3, BatchSize: 10 });
    await cloud.advance(10_000);
    const all = seen.flat().map(Number);
    expect(all.toSorted((a, b) => a - b)).toEqual(Records.map((_each, index) => index));
    for (let key = 0; key < 6; key++) {
      const own = all.filter((number) => number % 6 === key);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    expect(seen.length).toBeGreaterThan(5);
  });

  it("read a shard's children when all of it is handled", async () => {
    let fails = 1;
    await start(failing((texts) => texts.includes("a") && fails-- > 0));
    await map();
    await put("a");
    await cloud.call("kinesis", "SplitShard", {
      StreamName,
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: "170141183460469231731687303715884105728",
    });
    await put("b", "c", "d");
    await cloud.advance(60_000);
    expect(seen.slice(0, 2)).toEqual([["a"], ["a"]]);
    expect(seen.slice(2).flat().toSorted()).toEqual(["b", "c", "d"]);
  });

  it("go on where they were after having been disabled", async () => {
    await start();
    const UUID = await map();
    await put("a");
    await cloud.advance(1000);
    await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
    await cloud.settle();
    await put("b");
    await cloud.advance(1_000_000);
    expect(seen).toEqual([["a"]]);
    await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: true });
    await cloud.advance(1000);
    expect(seen).toEqual([["a"], ["b"]]);
  });

  it("pass a tumbling window's state on, and close the window", async () => {
    const events: StreamEvent[] = [];
    await start(({ event }) => {
      const { Records, state = {}, isFinalInvokeForWindow } = event as StreamEvent;
      events.push(event as StreamEvent);
      return isFinalInvokeForWindow ? {} : { state: { sum: (state.sum ?? 0) + Records.length } };
    });
    await map({ TumblingWindowInSeconds: 60 });
    await put("a", "b");
    await cloud.advance(10_000);
    await put("c");
    await cloud.advance(60_000);
    await put("d");
    await cloud.advance(1000);
    expect(
      events.map(({ Records, state, isFinalInvokeForWindow }) => [
        Records.length,
        state?.sum,
        isFinalInvokeForWindow,
      ]),
    ).toEqual([
      [2, undefined, false],
      [1, 2, false],
      [0, 3, true],
      [1, undefined, false],
    ]);
    expect(events[2]!.window).toEqual({ start: "2024-01-01T00:00:00Z", end: "2024-01-01T00:01:00Z" });
  });

  it("refuse streams that are not there and settings that do not suit", async () => {
    await start();
    await expect(map({ EventSourceArn: `${EventSourceArn}x` })).rejects.toMatchObject({
      code: "InvalidParameterValueException",
    });
    for (const wrong of [
      { StartingPosition: undefined },
      { ScalingConfig: { MaximumConcurrency: 2 } },
      { MaximumRecordAgeInSeconds: 30 },
      { StartingPosition: "AT_TIMESTAMP" },
    ]) {
      await expect(map(wrong)).rejects.toMatchObject({ code: "InvalidParameterValueException" });
    }
  });
});

interface ChangeEvent {
  readonly Records: readonly {
    readonly dynamodb: { readonly Keys: { readonly id: { readonly S: string } } };
  }[];
}

describe("event source mappings from DynamoDB Streams", () => {
  it("hand over changes with images, matched by filters, across shards", async () => {
    const events: ChangeEvent[] = [];
    cloud = await lambdaCloud({ "index.handler": ({ event }) => void events.push(event as ChangeEvent) }, [
      dynamodb,
      dynamodbstreams,
    ]);
    await cloud.create("f");
    const { TableDescription } = await cloud.call("dynamodb", "CreateTable", {
      TableName: "table",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    await cloud.settle();
    const item = (id: string, kind: string) =>
      cloud.call("dynamodb", "PutItem", {
        TableName: "table",
        Item: { id: { S: id }, kind: { S: kind }, bytes: { B: Buffer.from("b") } },
      });
    await item("before", "x");
    await cloud.call("lambda", "CreateEventSourceMapping", {
      EventSourceArn: TableDescription.LatestStreamArn,
      FunctionName: "f",
      StartingPosition: "LATEST",
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"kind":{"S":["x"]}}}}' }] },
    });
    await cloud.settle();
    await item("one", "x");
    await item("two", "y");
    await cloud.settle();
    await cloud.advance(5 * 3_600_000);
    await item("three", "x");
    await cloud.advance(1000);
    const records = events.flatMap(({ Records }) => Records);
    expect(records.map(({ dynamodb: { Keys } }) => Keys.id.S)).toEqual(["one", "three"]);
    expect(records[0]).toMatchObject({
      eventName: "INSERT",
      eventSource: "aws:dynamodb",
      eventSourceARN: TableDescription.LatestStreamArn,
      dynamodb: {
        ApproximateCreationDateTime: Date.UTC(2024, 0, 1) / 1000,
        NewImage: { id: { S: "one" }, kind: { S: "x" }, bytes: { B: "Yg==" } },
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    });
  });
});
