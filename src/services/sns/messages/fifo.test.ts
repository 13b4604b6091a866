// FIFO topics: order, duplicates, archive and replay.

import { describe, expect, test } from "vitest";
import type { TestCloud } from "../../test-cloud.ts";
import { heard, snsCloud, topic } from "../test-topic.ts";

const fifo = { FifoTopic: "true" };

async function setup(attributes: Readonly<Record<string, string>> = {}) {
  const cloud = await snsCloud();
  const TopicArn = await topic(cloud, "t.fifo", { ...fifo, ...attributes });
  const queue = await heard(cloud, TopicArn, "q.fifo", {}, { FifoQueue: "true" });
  return { cloud, TopicArn, queue };
}

const publisher =
  (cloud: TestCloud, TopicArn: string) =>
  (Message: string, MessageDeduplicationId?: string, MessageGroupId = "g") =>
    cloud.call("sns", "Publish", { TopicArn, Message, MessageGroupId, MessageDeduplicationId });

describe("a FIFO topic", () => {
  test("keeps the order of each group, whoever publishes at once", async () => {
    const { cloud, TopicArn, queue } = await setup();
    const publish = publisher(cloud, TopicArn);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) => publish(`m${at}`, `d${at}`, `g${at % 3}`)),
    );
    const numbers = answers.map(({ SequenceNumber }) => SequenceNumber);
    expect(new Set(numbers).size).toBe(60);
    expect(numbers.every((number) => /^1\d{19}$/.test(number))).toBe(true);
    const arrived = (await queue.messages()).map(({ Body, Attributes }) => ({
      group: Attributes.MessageGroupId,
      number: JSON.parse(Body).SequenceNumber,
    }));
    expect(arrived).toHaveLength(60);
    for (const name of ["g0", "g1", "g2"]) {
      const ofGroup = arrived.filter(({ group }) => group === name).map(({ number }) => number);
      expect(ofGroup).toEqual([...ofGroup].sort());
    }
  });

  test("answers a duplicate within five minutes as the first, and delivers it once", async () => {
    const { cloud, TopicArn, queue } = await setup();
    const publish = publisher(cloud, TopicArn);
    const first = await publish("a", "d");
    expect(await publish("b", "d")).toEqual(first);
    await cloud.advance(300_001);
    expect(await publish("c", "d")).not.toEqual(first);
    expect(await queue.texts()).toEqual(["a", "c"]);
  });

  test("knows duplicates by content, and by group where its scope says so", async () => {
    const { cloud, TopicArn } = await setup({
      ContentBasedDeduplication: "true",
      FifoThroughputScope: "MessageGroup",
    });
    const publish = publisher(cloud, TopicArn);
    const { MessageId } = await publish("a");
    expect((await publish("a")).MessageId).toBe(MessageId);
    expect((await publish("a", undefined, "h")).MessageId).not.toBe(MessageId);
  });

  test("sends unsigned envelopes with their sequence numbers", async () => {
    const { cloud, TopicArn, queue } = await setup();
    await publisher(cloud, TopicArn)("a", "d");
    const [{ Body }] = (await queue.messages()) as [{ Body: string }];
    expect(Object.keys(JSON.parse(Body))).toEqual([
      "Type",
      "MessageId",
      "SequenceNumber",
      "TopicArn",
      "Message",
      "Timestamp",
      "UnsubscribeURL",
    ]);
  });

  test("asks for what it needs, and serves queues alone", async () => {
    const { cloud, TopicArn } = await setup();
    const publish = (input: object) => cloud.call("sns", "Publish", { TopicArn, Message: "m", ...input });
    await expect(publish({})).rejects.toThrow(
      "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    );
    await expect(publish({ MessageGroupId: "g" })).rejects.toThrow(
      "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
    const lambda = { Protocol: "lambda", Endpoint: "arn:aws:lambda:us-east-1:000000000000:function:f" };
    await expect(cloud.call("sns", "Subscribe", { TopicArn, ...lambda })).rejects.toMatchObject({
      code: "InvalidParameter",
    });
    await expect(
      cloud.call("sns", "Subscribe", {
        TopicArn: await topic(cloud, "standard"),
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:us-east-1:000000000000:q.fifo",
      }),
    ).rejects.toThrow("FIFO SQS Queues can not be subscribed to standard SNS topics");
  });
});

describe("an archive", () => {
  const archived = { ArchivePolicy: JSON.stringify({ MessageRetentionPeriod: "2" }) };

  test("replays what was published between two times, and then the new messages", async () => {
    const { cloud, TopicArn, queue } = await setup(archived);
    const publish = publisher(cloud, TopicArn);
    for (const at of [0, 1, 2, 3]) {
      await publish(`m${at}`, `d${at}`);
      await cloud.advance(60_000);
    }
    expect(await queue.texts()).toEqual(["m0", "m1", "m2", "m3"]);
    const { Attributes } = await cloud.call("sns", "GetTopicAttributes", { TopicArn });
    expect(Attributes.BeginningArchiveTime).toBe("2024-01-01T00:00:00.000Z");
    const SubscriptionArn = queue.subscription;
    await cloud.call("sns", "SetSubscriptionAttributes", {
      SubscriptionArn,
      AttributeName: "ReplayPolicy",
      AttributeValue: JSON.stringify({
        PointType: "Timestamp",
        StartingPoint: "2024-01-01T00:01:00.000Z",
        EndingPoint: "2024-01-01T00:02:00.000Z",
      }),
    });
    await publish("new", "d9");
    const messages = (await queue.messages()).map(({ Body }) => JSON.parse(Body));
    expect(messages.map(({ Message, Replayed }) => [Message, Replayed])).toEqual([
      ["m1", "true"],
      ["m2", "true"],
      ["new", undefined],
    ]);
    const shown = await cloud.call("sns", "GetSubscriptionAttributes", { SubscriptionArn });
    expect(shown.Attributes.ReplayStatus).toBe("Completed");
    await publish("newer", "d10");
    expect(await queue.texts()).toEqual(["newer"]);
  });

  test("forgets what is older than its retention", async () => {
    const { cloud, TopicArn, queue } = await setup(archived);
    await publisher(cloud, TopicArn)("old", "d");
    await queue.texts();
    await cloud.advance(3 * 86_400_000);
    await cloud.call("sns", "SetSubscriptionAttributes", {
      SubscriptionArn: queue.subscription,
      AttributeName: "ReplayPolicy",
      AttributeValue: JSON.stringify({ PointType: "Timestamp", StartingPoint: "2024-01-01T00:00:00Z" }),
    });
    expect(await queue.texts()).toEqual([]);
  });
});
