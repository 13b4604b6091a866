import { afterEach, describe, expect, it } from "vitest";
import { arn, type PipesCloud, pipesCloud, queueArn } from "../testing/fixtures.ts";

let cloud: PipesCloud;
afterEach(() => cloud.stop());

type Events = readonly Readonly<Record<string, unknown>>[];

const Source = arn("kinesis", "stream/s");
const Target = arn("lambda", "function:f");

async function start(handler: (texts: readonly string[], events: Events) => unknown): Promise<void> {
  const handle = ({ event }: { readonly event: unknown }) =>
    handler(textsOf(event as Events), event as Events);
  cloud = await pipesCloud({ "index.handler": handle });
  await cloud.create("f");
  await cloud.queue("out");
  await cloud.queue("dead");
  await cloud.call("kinesis", "CreateStream", { StreamName: "s", ShardCount: 1 });
  await cloud.advance(1000);
}

const textsOf = (events: Events) => events.map(({ data }) => Buffer.from(String(data), "base64").toString());
const stream = (more: object = {}) => ({
  Source,
  SourceParameters: { KinesisStreamParameters: { StartingPosition: "TRIM_HORIZON", ...more } },
});
const put = (...texts: readonly string[]) =>
  cloud.call("kinesis", "PutRecords", {
    StreamName: "s",
    Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: text[0] })),
  });

describe("from a Kinesis stream", () => {
  it("hands records over in order, flat", async () => {
    const seen: string[] = [];
    let first: unknown;
    await start((texts, events) => {
      first ??= events[0];
      seen.push(...texts);
    });
    await cloud.pipe({ ...stream(), Target });
    const texts = Array.from({ length: 250 }, (_each, at) => `m${at}`);
    await put(...texts);
    await cloud.settle();
    expect(seen).toEqual(texts);
    expect(first).toMatchObject({
      kinesisSchemaVersion: "1.0",
      partitionKey: "m",
      eventSource: "aws:kinesis",
      eventID: expect.stringMatching(/^shardId-000000000000:\d+$/),
      eventName: "aws:kinesis:record",
      awsRegion: "us-east-1",
      eventSourceARN: Source,
    });
    const { SourceParameters } = await cloud.call("pipes", "DescribePipe", { Name: "p" });
    expect(SourceParameters).toEqual({
      KinesisStreamParameters: { BatchSize: 100, StartingPosition: "TRIM_HORIZON" },
    });
  });

  it("decodes data for filters, templates and parameters", async () => {
    await start(() => undefined);
    const Filters = [{ Pattern: '{"data":{"kind":["order"]}}' }];
    await cloud.pipe({
      Source,
      SourceParameters: {
        FilterCriteria: { Filters },
        KinesisStreamParameters: { StartingPosition: "TRIM_HORIZON" },
      },
      Target: queueArn("out"),
      TargetParameters: { InputTemplate: '{"id": "<$.data.id>"}' },
    });
    await put('{"kind":"order","id":1}', '{"kind":"other","id":2}', "plain");
    await cloud.settle();
    expect(await cloud.bodies("out")).toEqual(['{"id": "1"}']);
  });

  it("goes on behind what is done when it is stopped and started", async () => {
    const seen: string[] = [];
    await start((texts) => void seen.push(...texts));
    await cloud.pipe({ ...stream(), Target });
    await put("a1");
    await cloud.settle();
    await cloud.call("pipes", "StopPipe", { Name: "p" });
    await cloud.settle();
    await put("a2");
    await cloud.settle();
    await cloud.call("pipes", "StartPipe", { Name: "p" });
    await cloud.advance(1000);
    expect(seen).toEqual(["a1", "a2"]);
  });

  it("begins at its creation where it is to read the latest", async () => {
    const seen: string[] = [];
    await start((texts) => void seen.push(...texts));
    await put("old");
    await cloud.advance(1000);
    await cloud.pipe({ ...stream({ StartingPosition: "LATEST" }), Target });
    await put("new");
    await cloud.settle();
    expect(seen).toEqual(["new"]);
  });

  it("tries a batch again, then gives it up to the dead-letter queue, and goes on", async () => {
    const runs: string[] = [];
    await start((texts) => {
      runs.push(texts.join());
      if (texts.includes("bad")) throw new Error("no");
    });
    const DeadLetterConfig = { Arn: queueArn("dead") };
    await cloud.pipe({
      ...stream({ MaximumRetryAttempts: 1, BatchSize: 1, DeadLetterConfig }),
      Target,
    });
    await put("bad", "good");
    await cloud.advance(60_000);
    expect(runs).toEqual(["bad", "bad", "good"]);
    const [letter] = await cloud.bodies("dead");
    expect(JSON.parse(letter ?? "")).toMatchObject({
      context: { partnerResourceArn: arn("pipes", "pipe/p"), condition: "RetryAttemptsExhausted" },
      version: "1.0",
      KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1, streamArn: Source },
    });
  });

  it("splits a batch that fails", async () => {
    const runs: string[] = [];
    await start((texts) => {
      runs.push(texts.join());
      if (texts.includes("bad")) throw new Error("no");
    });
    await cloud.pipe({
      ...stream({ MaximumRetryAttempts: 0, OnPartialBatchItemFailure: "AUTOMATIC_BISECT" }),
      Target,
      DesiredState: "STOPPED",
    });
    await put("a", "b", "bad", "c");
    await cloud.call("pipes", "StartPipe", { Name: "p" });
    await cloud.advance(60_000);
    expect(runs).toEqual(["a,b,bad,c", "a,b", "bad,c", "bad", "c"]);
  });

  it("goes on behind what a partial failure names", async () => {
    const runs: string[] = [];
    await start((texts, events) => {
      runs.push(texts.join());
      const failed = runs.length === 1 ? events.filter((_event, at) => at === 2) : [];
      return { batchItemFailures: failed.map(({ eventID }) => ({ itemIdentifier: eventID })) };
    });
    await cloud.pipe({ ...stream(), Target, DesiredState: "STOPPED" });
    await put("a", "b", "c", "d");
    await cloud.call("pipes", "StartPipe", { Name: "p" });
    await cloud.advance(60_000);
    expect(runs).toEqual(["a,b,c,d", "c,d"]);
  });

  it("follows shards when they are split, parents first", async () => {
    const seen: string[] = [];
    await start((texts) => void seen.push(...texts));
    await cloud.pipe({ ...stream(), Target });
    await put("a1", "b1");
    const { Shards } = await cloud.call("kinesis", "ListShards", { StreamName: "s" });
    await cloud.call("kinesis", "SplitShard", {
      StreamName: "s",
      ShardToSplit: Shards[0].ShardId,
      NewStartingHashKey: String(2n ** 127n),
    });
    await cloud.advance(30_000);
    await put("a2", "b2");
    await cloud.advance(30_000);
    expect(seen.slice(0, 2)).toEqual(["a1", "b1"]);
    expect(seen.slice(2).toSorted()).toEqual(["a2", "b2"]);
  });
});

describe("from a table's stream", () => {
  it("hands changes over in order", async () => {
    await start(() => undefined);
    const { TableDescription } = await cloud.call("dynamodb", "CreateTable", {
      TableName: "table",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    await cloud.advance(10_000);
    await cloud.pipe({
      Source: TableDescription.LatestStreamArn,
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: "LATEST" } },
      Target: queueArn("out"),
      TargetParameters: { InputTemplate: "<$.eventName> <$.dynamodb.NewImage.n.N>" },
    });
    for (const n of ["1", "2", "3"]) {
      await cloud.call("dynamodb", "PutItem", { TableName: "table", Item: { id: { S: "a" }, n: { N: n } } });
    }
    await cloud.settle();
    expect(await cloud.bodies("out")).toEqual(["INSERT 1", "MODIFY 2", "MODIFY 3"]);
  });
});
