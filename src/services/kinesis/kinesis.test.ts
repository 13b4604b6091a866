import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import kinesis from "./index.ts";

const hour = 3_600_000;
const StreamName = "s";
const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

interface Shown {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: { StartingSequenceNumber: string; EndingSequenceNumber?: string };
}

describe("Kinesis", () => {
  let cloud: TestCloud;
  const call = (operation: string, input: object = {}) => cloud.call("kinesis", operation, input);
  const create = async (ShardCount = 1, more: object = {}): Promise<void> => {
    await call("CreateStream", { StreamName, ShardCount, ...more });
    await cloud.settle();
  };
  const put = (text: string, PartitionKey = text) =>
    call("PutRecord", { StreamName, PartitionKey, Data: Buffer.from(text) });
  const shards = async (input: object = {}): Promise<Shown[]> =>
    (await call("ListShards", { StreamName, ...input })).Shards;
  const iterator = async (ShardIteratorType = "TRIM_HORIZON", more: object = {}): Promise<string> =>
    (
      await call("GetShardIterator", {
        StreamName,
        ShardId: "shardId-000000000000",
        ShardIteratorType,
        ...more,
      })
    ).ShardIterator;
  const read = async (ShardIterator: string, Limit?: number) => {
    await cloud.advance(1000);
    const answer = await call("GetRecords", { ShardIterator, Limit });
    const records = answer.Records as { Data: Uint8Array; SequenceNumber: string }[];
    return {
      ...answer,
      records,
      texts: records.map(({ Data }) => Buffer.from(Data).toString()),
      next: answer.NextShardIterator as string,
    };
  };
  const refused = (operation: string, input: object, code: string, message?: string | RegExp) =>
    expect(call(operation, input)).rejects.toMatchObject({
      code,
      ...(message === undefined
        ? {}
        : { message: typeof message === "string" ? message : expect.stringMatching(message) }),
    });

  beforeEach(async () => {
    cloud = await testCloud([kinesis]);
  });
  afterEach(() => cloud.stop());

  describe("a stream", () => {
    it("is created, described, listed and deleted", async () => {
      await call("CreateStream", { StreamName, ShardCount: 2, Tags: { a: "b" } });
      await cloud.settle();
      const { StreamDescription } = await call("DescribeStream", { StreamName });
      expect(StreamDescription).toMatchObject({
        StreamARN,
        StreamStatus: "ACTIVE",
        StreamModeDetails: { StreamMode: "PROVISIONED" },
        RetentionPeriodHours: 24,
        EncryptionType: "NONE",
        HasMoreShards: false,
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      });
      expect(StreamDescription.Shards.map(({ HashKeyRange }: Shown) => HashKeyRange)).toEqual([
        { StartingHashKey: "0", EndingHashKey: "170141183460469231731687303715884105727" },
        {
          StartingHashKey: "170141183460469231731687303715884105728",
          EndingHashKey: "340282366920938463463374607431768211455",
        },
      ]);
      expect((await call("ListStreams")).StreamNames).toEqual(["s"]);
      expect((await call("DescribeLimits")).OpenShardCount).toBe(2);
      await refused(
        "CreateStream",
        { StreamName, ShardCount: 1 },
        "ResourceInUseException",
        "Stream s under account 000000000000 already exists.",
      );
      await call("DeleteStream", { StreamARN });
      await cloud.settle();
      expect((await call("DescribeLimits")).OpenShardCount).toBe(0);
      await refused(
        "DescribeStream",
        { StreamName },
        "ResourceNotFoundException",
        "Stream s under account 000000000000 not found.",
      );
    });

    it("created again under a name has none of the old one's records", async () => {
      await create();
      await put("old");
      const old = await iterator();
      await call("DeleteStream", { StreamName });
      await cloud.settle();
      await create();
      expect((await read(await iterator())).texts).toEqual([]);
      await refused("GetRecords", { ShardIterator: old }, "ResourceNotFoundException");
    });

    it("in on-demand mode has four shards and cannot be resharded", async () => {
      const StreamModeDetails = { StreamMode: "ON_DEMAND" };
      await refused(
        "CreateStream",
        { StreamName, ShardCount: 1, StreamModeDetails },
        "InvalidArgumentException",
      );
      await call("CreateStream", { StreamName, StreamModeDetails });
      await cloud.settle();
      expect(await shards()).toHaveLength(4);
      await refused(
        "UpdateShardCount",
        { StreamName, TargetShardCount: 5, ScalingType: "UNIFORM_SCALING" },
        "InvalidArgumentException",
      );
      await call("UpdateStreamMode", { StreamARN, StreamModeDetails: { StreamMode: "PROVISIONED" } });
      const summary = await call("DescribeStreamSummary", { StreamName });
      expect(summary.StreamDescriptionSummary).toMatchObject({ OpenShardCount: 4, ConsumerCount: 0 });
    });
  });

  it("an on-demand stream splits the shards that have to refuse records, once they are a minute old", async () => {
    await call("CreateStream", { StreamName, StreamModeDetails: { StreamMode: "ON_DEMAND" } });
    await cloud.settle();
    const Records = Array.from({ length: 500 }, () => ({ Data: Buffer.from("x"), PartitionKey: "hot" }));
    const burst = async (): Promise<number> => {
      let refusals = 0;
      for (let times = 0; times < 3; times++) {
        refusals += (await call("PutRecords", { StreamName, Records })).FailedRecordCount;
      }
      await cloud.settle();
      return refusals;
    };
    expect(await burst()).toBe(500);
    expect(await shards()).toHaveLength(4);
    await cloud.advance(60_000);
    expect(await burst()).toBe(500);
    const grown = await shards();
    expect(grown).toHaveLength(6);
    const [one, other] = [grown[4]!, grown[5]!];
    expect(one.ParentShardId).toBe(other.ParentShardId);
    expect(BigInt(one.HashKeyRange.EndingHashKey) + 1n).toBe(BigInt(other.HashKeyRange.StartingHashKey));
    await burst();
    expect(await shards()).toHaveLength(6);
  });

  describe("records", () => {
    it("go to the shard of their hash key and come back in order", async () => {
      await create(2);
      const high = "340282366920938463463374607431768211455";
      const Records = ["a", "b", "c"].map((text, index) => ({
        Data: Buffer.from(text),
        PartitionKey: "p",
        ExplicitHashKey: index === 1 ? high : "0",
      }));
      const { Records: results, FailedRecordCount } = await call("PutRecords", { StreamName, Records });
      expect(FailedRecordCount).toBe(0);
      expect(results.map(({ ShardId }: { ShardId: string }) => ShardId)).toEqual([
        "shardId-000000000000",
        "shardId-000000000001",
        "shardId-000000000000",
      ]);
      const page = await read(await iterator());
      expect(page.texts).toEqual(["a", "c"]);
      expect(page.records[1]!.SequenceNumber).toBe(results[2].SequenceNumber);
      expect(BigInt(results[2].SequenceNumber) > BigInt(results[0].SequenceNumber)).toBe(true);
      expect(page.records[0]).toMatchObject({
        PartitionKey: "p",
        ApproximateArrivalTimestamp: Date.UTC(2024, 0, 1),
      });
    });

    it("keep any bytes and any partition key", async () => {
      await create();
      const Data = Uint8Array.from({ length: 300 }, (_each, index) => index & 255);
      await call("PutRecord", { StreamName, PartitionKey: "schlüssel 🔑", Data });
      const { records } = await read(await iterator());
      expect(Buffer.compare(records[0]!.Data, Data)).toBe(0);
      expect(records[0]).toMatchObject({ PartitionKey: "schlüssel 🔑" });
    });

    it("are read from every kind of starting position", async () => {
      await create();
      const first = await put("a");
      await cloud.advance(60_000);
      await put("b");
      const latest = await iterator("LATEST");
      await put("c");
      const StartingSequenceNumber = first.SequenceNumber;
      expect((await read(await iterator("AT_SEQUENCE_NUMBER", { StartingSequenceNumber }))).texts).toEqual([
        "a",
        "b",
        "c",
      ]);
      const after = await iterator("AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber });
      expect((await read(after)).texts).toEqual(["b", "c"]);
      expect((await read(latest)).texts).toEqual(["c"]);
      const Timestamp = Date.UTC(2024, 0, 1) + 1;
      expect((await read(await iterator("AT_TIMESTAMP", { Timestamp }))).texts).toEqual(["b", "c"]);
      await expect(iterator("AT_TIMESTAMP", { Timestamp: Timestamp + 9 * hour })).rejects.toMatchObject({
        code: "InvalidArgumentException",
      });
      await expect(iterator("AT_SEQUENCE_NUMBER", { StartingSequenceNumber: "1" })).rejects.toMatchObject({
        code: "InvalidArgumentException",
      });
    });

    it("are read page by page, and the reader learns how far behind it is", async () => {
      await create();
      for (const text of ["a", "b", "c"]) await put(text);
      const first = await read(await iterator(), 2);
      expect(first).toMatchObject({ texts: ["a", "b"], MillisBehindLatest: 1000 });
      const second = await read(first.next, 2);
      expect(second).toMatchObject({ texts: ["c"], MillisBehindLatest: 0 });
      expect(await read(second.next)).toMatchObject({ texts: [], MillisBehindLatest: 0 });
    });

    it("an iterator lives for five minutes", async () => {
      await create();
      const old = await iterator();
      await cloud.advance(299_000);
      await read(old);
      const ShardIterator = await iterator();
      await cloud.advance(300_001);
      await refused(
        "GetRecords",
        { ShardIterator },
        "ExpiredIteratorException",
        /^Iterator expired\. The iterator was created at time Mon Jan 01 00:05:00 UTC 2024 while right now it is Mon Jan 01 00:10:00 UTC 2024 which is further in the future than the tolerated delay of 300000 milliseconds\.$/,
      );
      await refused(
        "GetRecords",
        { ShardIterator: "xyz" },
        "InvalidArgumentException",
        "Invalid ShardIterator.",
      );
    });

    it("vanish when their retention is over, and not before", async () => {
      await create();
      await call("IncreaseStreamRetentionPeriod", { StreamName, RetentionPeriodHours: 48 });
      await put("a");
      await cloud.advance(47 * hour);
      await put("b");
      expect((await read(await iterator())).texts).toEqual(["a", "b"]);
      await call("DecreaseStreamRetentionPeriod", { StreamName, RetentionPeriodHours: 24 });
      expect((await read(await iterator())).texts).toEqual(["b"]);
      await cloud.advance(30 * hour);
      expect((await read(await iterator())).texts).toEqual([]);
      await refused(
        "DecreaseStreamRetentionPeriod",
        { StreamName, RetentionPeriodHours: 23 },
        "InvalidArgumentException",
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
      );
    });

    it("over the shard's rate fail one by one in a batch, and alone", async () => {
      await create();
      const Records = Array.from({ length: 500 }, (_each, index) => ({
        Data: Buffer.from(String(index)),
        PartitionKey: "p",
      }));
      expect((await call("PutRecords", { StreamName, Records })).FailedRecordCount).toBe(0);
      expect((await call("PutRecords", { StreamName, Records })).FailedRecordCount).toBe(0);
      const third = await call("PutRecords", { StreamName, Records: Records.slice(0, 2) });
      expect(third).toMatchObject({
        FailedRecordCount: 2,
        Records: [
          {
            ErrorCode: "ProvisionedThroughputExceededException",
            ErrorMessage:
              "Rate exceeded for shard shardId-000000000000 in stream s under account 000000000000.",
          },
          {},
        ],
      });
      await expect(put("x")).rejects.toMatchObject({ code: "ProvisionedThroughputExceededException" });
      await cloud.advance(1000);
      await put("x");
    });

    it("are limited in bytes in and out, and in reads", async () => {
      await create();
      const Data = Buffer.alloc(1_048_576 - 1);
      await call("PutRecord", { StreamName, PartitionKey: "p", Data });
      await expect(put("more")).rejects.toMatchObject({ code: "ProvisionedThroughputExceededException" });
      await refused(
        "PutRecord",
        { StreamName, PartitionKey: "p", Data: Buffer.alloc(1_048_577) },
        "ValidationException",
      );
      for (let second = 0; second < 4; second++) {
        await cloud.advance(1000);
        await call("PutRecord", { StreamName, PartitionKey: "p", Data });
      }
      const ShardIterator = await iterator();
      expect((await call("GetRecords", { ShardIterator })).Records).toHaveLength(5);
      await refused("GetRecords", { ShardIterator }, "ProvisionedThroughputExceededException");
      await cloud.advance(2500);
      for (let time = 0; time < 5; time++)
        await call("GetRecords", { ShardIterator: await iterator("LATEST") });
      await refused("GetRecords", { ShardIterator }, "ProvisionedThroughputExceededException");
    });
  });

  describe("shards", () => {
    it("split: the parent ends, and its readers are told of the children", async () => {
      await create();
      await put("a");
      await call("SplitShard", {
        StreamName,
        ShardToSplit: "shardId-000000000000",
        NewStartingHashKey: "170141183460469231731687303715884105728",
      });
      await cloud.settle();
      await put("b");
      const [parent, low, high] = await shards();
      expect(parent!.SequenceNumberRange.EndingSequenceNumber).toBeDefined();
      expect(low).toMatchObject({ ShardId: "shardId-000000000001", ParentShardId: parent!.ShardId });
      expect(
        high!.SequenceNumberRange.StartingSequenceNumber > parent!.SequenceNumberRange.EndingSequenceNumber!,
      ).toBe(true);
      const end = await read(await iterator());
      expect(end.texts).toEqual(["a"]);
      expect(end.next).toBeUndefined();
      expect(end.ChildShards).toEqual([
        { ShardId: low!.ShardId, ParentShards: [parent!.ShardId], HashKeyRange: low!.HashKeyRange },
        { ShardId: high!.ShardId, ParentShards: [parent!.ShardId], HashKeyRange: high!.HashKeyRange },
      ]);
      await refused(
        "SplitShard",
        { StreamName, ShardToSplit: parent!.ShardId, NewStartingHashKey: "5" },
        "InvalidArgumentException",
        /already been merged or split/,
      );
      await refused(
        "SplitShard",
        { StreamName, ShardToSplit: low!.ShardId, NewStartingHashKey: "0" },
        "InvalidArgumentException",
        /is not both greater than one plus/,
      );
    });

    it("merge into one with two parents, if they are adjacent", async () => {
      await create(3);
      const [a, b, c] = (await shards()).map(({ ShardId }) => ShardId);
      await refused(
        "MergeShards",
        { StreamName, ShardToMerge: a, AdjacentShardToMerge: c },
        "InvalidArgumentException",
        /are not an adjacent pair/,
      );
      await call("MergeShards", { StreamName, ShardToMerge: b, AdjacentShardToMerge: a });
      await cloud.settle();
      const merged = (await shards()).at(-1);
      expect(merged).toMatchObject({ ParentShardId: b, AdjacentParentShardId: a });
      expect(merged!.HashKeyRange.StartingHashKey).toBe("0");
    });

    it.each([
      [4, 5],
      [4, 8],
      [6, 3],
      [5, 4],
      [3, 3],
    ])("from %i to %i become equal ranges that cover everything", async (from, to) => {
      await create(from);
      const input = { StreamName, TargetShardCount: to, ScalingType: "UNIFORM_SCALING" };
      expect(await call("UpdateShardCount", input)).toMatchObject({
        CurrentShardCount: from,
        TargetShardCount: to,
      });
      await cloud.settle();
      const open = (await shards({ ShardFilter: { Type: "AT_LATEST" } })).toSorted((one, other) =>
        BigInt(one.HashKeyRange.StartingHashKey) < BigInt(other.HashKeyRange.StartingHashKey) ? -1 : 1,
      );
      expect(open).toHaveLength(to);
      let next = 0n;
      for (const { HashKeyRange } of open) {
        expect(BigInt(HashKeyRange.StartingHashKey)).toBe(next);
        next = BigInt(HashKeyRange.EndingHashKey) + 1n;
      }
      expect(next).toBe(1n << 128n);
    });

    it("more than double or less than half at once are refused", async () => {
      await create(2);
      const input = { StreamName, ScalingType: "UNIFORM_SCALING" };
      await refused("UpdateShardCount", { ...input, TargetShardCount: 5 }, "InvalidArgumentException");
      await call("UpdateShardCount", { ...input, TargetShardCount: 4 });
      await cloud.settle();
      await refused("UpdateShardCount", { ...input, TargetShardCount: 1 }, "InvalidArgumentException");
    });

    it("are listed by filter and by page, with tokens that expire", async () => {
      await create(2);
      await cloud.advance(hour);
      await call("SplitShard", {
        StreamName,
        ShardToSplit: "shardId-000000000000",
        NewStartingHashKey: "100000",
      });
      await cloud.settle();
      const ids = async (ShardFilter: object) =>
        (await shards({ ShardFilter })).map(({ ShardId }) => Number(ShardId.slice(-1)));
      const Timestamp = Date.UTC(2024, 0, 1) + 1;
      expect(await ids({ Type: "AT_LATEST" })).toEqual([1, 2, 3]);
      expect(await ids({ Type: "AT_TRIM_HORIZON" })).toEqual([0, 1]);
      expect(await ids({ Type: "FROM_TRIM_HORIZON" })).toEqual([0, 1, 2, 3]);
      expect(await ids({ Type: "AT_TIMESTAMP", Timestamp })).toEqual([0, 1]);
      expect(await ids({ Type: "FROM_TIMESTAMP", Timestamp: Timestamp + hour })).toEqual([1, 2, 3]);
      expect(await ids({ Type: "AFTER_SHARD_ID", ShardId: "shardId-000000000001" })).toEqual([2, 3]);
      const first = await call("ListShards", { StreamName, MaxResults: 3 });
      expect(first.Shards).toHaveLength(3);
      const { NextToken } = first;
      expect((await call("ListShards", { NextToken })).Shards).toHaveLength(1);
      await refused("ListShards", { StreamName, NextToken }, "InvalidArgumentException");
      await cloud.advance(300_001);
      await refused("ListShards", { NextToken }, "ExpiredNextTokenException");
      await cloud.advance(25 * hour);
      expect((await shards()).map(({ ShardId }) => Number(ShardId.slice(-1)))).toEqual([1, 2, 3]);
    });
  });

  it("encryption shows on the stream and on the records put while it was on", async () => {
    await create();
    await put("plain");
    const key = { StreamName, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" };
    await refused("StartStreamEncryption", { ...key, KeyId: "no key!" }, "KMSNotFoundException");
    await call("StartStreamEncryption", key);
    await cloud.settle();
    expect(await put("secret")).toMatchObject({ EncryptionType: "KMS" });
    const { records } = await read(await iterator());
    expect(records.map((record: object) => "EncryptionType" in record)).toEqual([false, true]);
    await call("StopStreamEncryption", key);
    const { StreamDescription } = await call("DescribeStream", { StreamName });
    expect(StreamDescription).toMatchObject({ EncryptionType: "NONE" });
  });

  it("keeps tags, policies, metrics and settings", async () => {
    await create();
    await call("AddTagsToStream", { StreamName, Tags: { b: "2", a: "1" } });
    expect(await call("ListTagsForStream", { StreamName, Limit: 1 })).toEqual({
      Tags: [{ Key: "a", Value: "1" }],
      HasMoreTags: true,
    });
    await call("UntagResource", { ResourceARN: StreamARN, TagKeys: ["a"] });
    expect((await call("ListTagsForResource", { ResourceARN: StreamARN })).Tags).toEqual([
      { Key: "b", Value: "2" },
    ]);
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await call("PutResourcePolicy", { ResourceARN: StreamARN, Policy });
    expect(await call("GetResourcePolicy", { ResourceARN: StreamARN })).toEqual({ Policy });
    await call("DeleteResourcePolicy", { ResourceARN: StreamARN });
    expect(await call("EnableEnhancedMonitoring", { StreamName, ShardLevelMetrics: ["ALL"] })).toMatchObject({
      CurrentShardLevelMetrics: [],
      DesiredShardLevelMetrics: expect.arrayContaining(["IncomingBytes"]),
    });
    const commitment = { MinimumThroughputBillingCommitment: { Status: "ENABLED" } };
    expect(await call("UpdateAccountSettings", commitment)).toMatchObject(commitment);
    expect(await call("DescribeAccountSettings")).toMatchObject(commitment);
  });
});
