import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import kinesis from "./index.ts";

const StreamName = "s";
const StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/s";

let cloud: TestCloud;
const call = (operation: string, input: object = {}) => cloud.call("kinesis", operation, input);
const create = async (): Promise<void> => {
  await call("CreateStream", { StreamName, ShardCount: 1 });
  await cloud.settle();
};
const put = (text: string) => call("PutRecord", { StreamName, PartitionKey: text, Data: Buffer.from(text) });
const refused = (operation: string, input: object, code: string) =>
  expect(call(operation, input)).rejects.toMatchObject({ code });

beforeEach(async () => {
  cloud = await testCloud([kinesis]);
});
afterEach(() => cloud.stop());

describe("consumers", () => {
  const register = async (ConsumerName = "c"): Promise<string> => {
    const { Consumer } = await call("RegisterStreamConsumer", { StreamARN, ConsumerName });
    await cloud.settle();
    return Consumer.ConsumerARN;
  };
  const subscribe = async (ConsumerARN: string, StartingPosition: object = { Type: "TRIM_HORIZON" }) => {
    const input = { ConsumerARN, ShardId: "shardId-000000000000", StartingPosition };
    const { EventStream } = await call("SubscribeToShard", input);
    return (EventStream as AsyncIterable<unknown>)[Symbol.asyncIterator]() as AsyncIterator<{
      SubscribeToShardEvent: {
        Records: { Data: Uint8Array }[];
        ContinuationSequenceNumber: string;
        ChildShards?: unknown[];
      };
    }>;
  };
  const texts = (result: IteratorResult<{ SubscribeToShardEvent: { Records: { Data: Uint8Array }[] } }>) =>
    result.value.SubscribeToShardEvent.Records.map(({ Data }: { Data: Uint8Array }) =>
      Buffer.from(Data).toString(),
    );

  it("are registered, listed, described and deregistered", async () => {
    await create();
    const ConsumerARN = await register();
    expect(ConsumerARN).toBe(`${StreamARN}/consumer/c:${Date.UTC(2024, 0, 1) / 1000}`);
    expect((await call("ListStreamConsumers", { StreamARN })).Consumers).toMatchObject([
      { ConsumerName: "c", ConsumerStatus: "ACTIVE" },
    ]);
    expect(await call("DescribeStreamConsumer", { ConsumerARN })).toMatchObject({
      ConsumerDescription: { StreamARN },
    });
    await refused("RegisterStreamConsumer", { StreamARN, ConsumerName: "c" }, "ResourceInUseException");
    await refused("DeleteStream", { StreamName }, "ResourceInUseException");
    await call("DeregisterStreamConsumer", { StreamARN, ConsumerName: "c" });
    await cloud.settle();
    await refused("DescribeStreamConsumer", { ConsumerARN }, "ResourceNotFoundException");
  });

  it("are sent what is there and what comes", async () => {
    await create();
    await put("a");
    const subscription = await subscribe(await register());
    expect(texts(await subscription.next())).toEqual(["a"]);
    const next = subscription.next();
    await new Promise((resolve) => setImmediate(resolve));
    const { SequenceNumber } = await put("b");
    const event = await next;
    expect(texts(event)).toEqual(["b"]);
    expect(event.value.SubscribeToShardEvent.ContinuationSequenceNumber).toBe(SequenceNumber);
    await subscription.return?.();
  });

  it("have one subscription a shard: a later one takes the place", async () => {
    await create();
    const arn = await register();
    const first = await subscribe(arn);
    await expect(subscribe(arn)).rejects.toMatchObject({ code: "ResourceInUseException" });
    await cloud.advance(5000);
    const waiting = first.next();
    const second = await subscribe(arn, { Type: "LATEST" });
    expect((await waiting).done).toBe(true);
    await second.return?.();
  });

  it("are told of the children when the shard ends", async () => {
    await create();
    const subscription = await subscribe(await register());
    await put("a");
    expect(texts(await subscription.next())).toEqual(["a"]);
    const last = subscription.next();
    await call("SplitShard", {
      StreamName,
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: "100000",
    });
    expect((await last).value.SubscribeToShardEvent.ChildShards).toHaveLength(2);
    expect((await subscription.next()).done).toBe(true);
  });
});
