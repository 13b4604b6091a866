import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rootPrincipal } from "../../core/principal.ts";
import type { Transaction } from "../../core/transaction.ts";
import {
  appendChange,
  type Change,
  type ChangeStream,
  closeChangeStream,
  openChangeStream,
} from "../../sources/change-stream.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import dynamodbstreams from "./index.ts";

const hour = 3_600_000;

describe("DynamoDB Streams", () => {
  let cloud: TestCloud;
  let stream: ChangeStream;

  const write = <T>(body: (tx: Transaction) => Promise<T>): Promise<T> =>
    cloud.kernel.transact(
      { account: "000000000000", region: "us-east-1" },
      {
        requestId: "",
        principal: rootPrincipal("000000000000"),
        endpoint: "",
        sourceIp: "",
        userAgent: "",
      },
      body,
    );

  const append = (name: string, more: Partial<Change> = {}): Promise<void> =>
    write(async (tx) =>
      appendChange(
        tx,
        stream,
        { eventName: "INSERT", at: tx.now, keys: { id: { S: name } }, sizeBytes: 3, ...more },
        true,
      ),
    );

  const call = (operation: string, input: object = {}) => cloud.call("dynamodbstreams", operation, input);
  const shards = async () =>
    (await call("DescribeStream", { StreamArn: stream.arn })).StreamDescription.Shards as {
      ShardId: string;
      ParentShardId?: string;
      SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
    }[];
  const iterator = async (ShardIteratorType: string, more: object = {}): Promise<string> => {
    const [shard] = await shards();
    const input = { StreamArn: stream.arn, ShardId: shard?.ShardId, ShardIteratorType, ...more };
    return (await call("GetShardIterator", input)).ShardIterator;
  };
  const read = async (ShardIterator: string, Limit?: number) => {
    const { Records, NextShardIterator } = await call("GetRecords", { ShardIterator, Limit });
    const names = (Records as { dynamodb: { Keys: { id: { S: string } } } }[]).map(
      ({ dynamodb }) => dynamodb.Keys.id.S,
    );
    return { names, records: Records, next: NextShardIterator as string | undefined };
  };

  beforeEach(async () => {
    cloud = await testCloud([dynamodbstreams]);
    stream = await write((tx) =>
      openChangeStream(tx, {
        tableName: "orders",
        viewType: "NEW_AND_OLD_IMAGES",
        keySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
  });
  afterEach(() => cloud.stop());

  it("lists and describes a stream", async () => {
    expect(stream.arn).toBe(
      "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2024-01-01T00:00:00.000",
    );
    expect((await call("ListStreams", { TableName: "orders" })).Streams).toEqual([
      { StreamArn: stream.arn, TableName: "orders", StreamLabel: "2024-01-01T00:00:00.000" },
    ]);
    expect((await call("ListStreams", { TableName: "others" })).Streams).toEqual([]);
    const { StreamDescription } = await call("DescribeStream", { StreamArn: stream.arn });
    expect(StreamDescription).toMatchObject({
      StreamStatus: "ENABLED",
      StreamViewType: "NEW_AND_OLD_IMAGES",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    });
    expect(StreamDescription.Shards).toHaveLength(1);
    expect(StreamDescription.Shards[0].SequenceNumberRange.EndingSequenceNumber).toBeUndefined();
  });

  it("gives back the changes in order, page by page, with images of any type", async () => {
    const image = { id: { S: "a" }, b: { B: Buffer.from([0, 255]) }, n: { N: "1" } };
    await append("a", { newImage: image });
    for (const name of ["b", "c"]) await append(name);
    const first = await read(await iterator("TRIM_HORIZON"), 2);
    expect(first.names).toEqual(["a", "b"]);
    expect(first.records[0]).toMatchObject({
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      dynamodb: {
        ApproximateCreationDateTime: Date.UTC(2024, 0, 1),
        SizeBytes: 3,
        StreamViewType: "NEW_AND_OLD_IMAGES",
        NewImage: { id: { S: "a" }, n: { N: "1" } },
      },
    });
    expect(Buffer.from(first.records[0].dynamodb.NewImage.b.B)).toEqual(Buffer.from([0, 255]));
    const second = await read(first.next!);
    expect(second.names).toEqual(["c"]);
    expect((await read(second.next!)).names).toEqual([]);
  });

  it("starts at, after and behind a sequence number", async () => {
    await append("a");
    await append("b");
    const { records } = await read(await iterator("TRIM_HORIZON"));
    const SequenceNumber = records[0].dynamodb.SequenceNumber;
    const latest = await iterator("LATEST");
    await append("c");
    expect((await read(await iterator("AT_SEQUENCE_NUMBER", { SequenceNumber }))).names).toEqual([
      "a",
      "b",
      "c",
    ]);
    const after = await iterator("AFTER_SEQUENCE_NUMBER", { SequenceNumber });
    expect((await read(after)).names).toEqual(["b", "c"]);
    expect((await read(latest)).names).toEqual(["c"]);
    await expect(iterator("AT_SEQUENCE_NUMBER")).rejects.toMatchObject({ code: "ValidationException" });
  });

  it("goes on in a child shard every four hours, and ends the closed one", async () => {
    await append("a");
    const old = await iterator("TRIM_HORIZON");
    await cloud.advance(4 * hour + 60_000);
    await append("b");
    const fresh = await iterator("LATEST").then(() => shards());
    expect(fresh).toHaveLength(2);
    expect(fresh[1]!.ParentShardId).toBe(fresh[0]!.ShardId);
    expect(fresh[0]!.SequenceNumberRange.EndingSequenceNumber).toBe(
      fresh[0]!.SequenceNumberRange.StartingSequenceNumber,
    );
    await expect(read(old)).rejects.toMatchObject({ code: "ExpiredIteratorException" });
    const again = await read(await iterator("TRIM_HORIZON"));
    expect(again).toMatchObject({ names: ["a"], next: undefined });
    const ShardFilter = { Type: "CHILD_SHARDS", ShardId: fresh[0]!.ShardId };
    const children = await call("DescribeStream", { StreamArn: stream.arn, ShardFilter });
    expect(children.StreamDescription.Shards).toMatchObject([{ ShardId: fresh[1]!.ShardId }]);
    expect(
      fresh[1]!.SequenceNumberRange.StartingSequenceNumber > again.records[0].dynamodb.SequenceNumber,
    ).toBe(true);
  });

  it("trims what is older than 24 hours, and says so to those who ask for it", async () => {
    await append("a");
    const { records } = await read(await iterator("TRIM_HORIZON"));
    const SequenceNumber = records[0].dynamodb.SequenceNumber;
    await cloud.advance(2 * hour);
    await append("b");
    await cloud.advance(22 * hour + 1);
    expect((await read(await iterator("TRIM_HORIZON"))).names).toEqual(["b"]);
    await expect(iterator("AT_SEQUENCE_NUMBER", { SequenceNumber })).rejects.toMatchObject({
      code: "TrimmedDataAccessException",
    });
    await cloud.advance(30 * hour);
    expect((await shards()).length).toBeLessThanOrEqual(7);
    const left = await cloud.kernel.transact(
      { account: "000000000000", region: "us-east-1" },
      { requestId: "", principal: rootPrincipal("0"), endpoint: "", sourceIp: "", userAgent: "" },
      (tx) =>
        Promise.resolve(
          tx.raw.scan({
            start: tx.key("dynamodbstreams", "log"),
            end: `${tx.key("dynamodbstreams", "log")}\xff`,
          }),
        ),
    );
    expect(left).toEqual([]);
  });

  it("a disabled stream is closed, and gone after a day", async () => {
    await append("a");
    await write((tx) => closeChangeStream(tx, stream.tableName, stream.label));
    const described = await call("DescribeStream", { StreamArn: stream.arn });
    expect(described.StreamDescription.StreamStatus).toBe("DISABLED");
    expect(await read(await iterator("TRIM_HORIZON"))).toMatchObject({ names: ["a"], next: undefined });
    await cloud.advance(24 * hour + 1);
    await expect(call("DescribeStream", { StreamArn: stream.arn })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
    expect((await call("ListStreams")).Streams).toEqual([]);
  });

  it("refuses iterators, shards and numbers that are not its own", async () => {
    await expect(read("nothing like an iterator")).rejects.toMatchObject({ code: "ValidationException" });
    const input = { StreamArn: stream.arn, ShardIteratorType: "LATEST" };
    await expect(
      call("GetShardIterator", { ...input, ShardId: "shardId-00000000000000000000-00000000" }),
    ).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    const SequenceNumber = "100000000000000000000000000001";
    await expect(iterator("AT_SEQUENCE_NUMBER", { SequenceNumber })).rejects.toMatchObject({
      code: "ValidationException",
    });
  });
});
