// FIFO queues: order and locks of message groups, deduplication, sequence
// numbers, handles that expire, receives that are asked for again.

import { describe, expect, test } from "vitest";
import { sqsCloud, type TestQueue, testQueue } from "../test-queue.ts";

const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };

function send(queue: TestQueue, group: string, body: string, more = {}) {
  return queue.call("SendMessage", { MessageBody: body, MessageGroupId: group, ...more });
}

describe("message groups", () => {
  test("are received in order, and several messages of one group at once", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    for (const body of ["1", "2", "3"]) await send(queue, "g", body);
    expect(await queue.bodies({ MaxNumberOfMessages: 2 })).toEqual(["1", "2"]);
  });

  test("are locked while one of their messages is in flight", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, VisibilityTimeout: "10" });
    for (const body of ["a1", "a2", "a3"]) await send(queue, "a", body);
    await send(queue, "b", "b1");
    const [first, second] = await queue.receive({ MaxNumberOfMessages: 2 });
    expect(await queue.bodies()).toEqual(["b1"]);
    await queue.delete(first!);
    expect(await queue.bodies()).toEqual([]);
    await queue.delete(second!);
    expect(await queue.bodies()).toEqual(["a3"]);
  });

  test("return what was not deleted, in order, when the visibility timeout is over", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, VisibilityTimeout: "10" });
    for (const body of ["1", "2", "3"]) await send(queue, "g", body);
    await queue.receive({ MaxNumberOfMessages: 2 });
    await cloud.advance(10_000);
    expect(await queue.bodies()).toEqual(["1", "2", "3"]);
  });

  test("take turns, so that a long one does not starve the others", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", fifo);
    for (let at = 0; at < 5; at++) await send(queue, "long", `long${at}`);
    await cloud.advance(1_000);
    await send(queue, "short", "short0");
    const seen: string[] = [];
    for (let round = 0; round < 3; round++) {
      const [message] = await queue.receive({ MaxNumberOfMessages: 1 });
      seen.push(message!.Body);
      await queue.delete(message!);
    }
    expect(seen).toContain("short0");
  });

  test("wake those who wait when they are unlocked", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", fifo);
    await send(queue, "g", "1");
    await send(queue, "g", "2");
    const [first] = await queue.receive({ MaxNumberOfMessages: 1 });
    const waiting = queue.bodies({ WaitTimeSeconds: 20 });
    await cloud.settle();
    await queue.delete(first!);
    expect(await waiting).toEqual(["2"]);
  });

  test("are counted by message, not by group", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, DelaySeconds: "10" });
    for (const body of ["1", "2", "3"]) await send(queue, "g", body);
    expect(await queue.counts()).toEqual([0, 0, 3]);
    expect(await queue.receive()).toEqual([]);
    await cloud.advance(10_000);
    await queue.receive({ MaxNumberOfMessages: 1 });
    expect(await queue.counts()).toEqual([2, 1, 0]);
  });

  test("drop messages whose retention is over", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, MessageRetentionPeriod: "60" });
    await send(queue, "g", "old");
    await cloud.advance(30_000);
    await send(queue, "g", "young");
    await cloud.advance(30_000);
    expect(await queue.counts()).toEqual([1, 0, 0]);
    expect(await queue.bodies()).toEqual(["young"]);
  });
});

describe("SendMessage to a FIFO queue", () => {
  test("asks for a message group", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    await expect(queue.call("SendMessage", { MessageBody: "a" })).rejects.toMatchObject({
      code: "MissingParameter",
      message: "The request must contain the parameter MessageGroupId.",
    });
  });

  test("asks for a deduplication id unless the queue makes one of the content", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", { FifoQueue: "true" });
    await expect(send(queue, "g", "a")).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message:
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    });
    await send(queue, "g", "a", { MessageDeduplicationId: "d" });
  });

  test("takes no delay of its own", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    await expect(send(queue, "g", "a", { DelaySeconds: 5 })).rejects.toMatchObject({
      message:
        "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
    });
  });

  test.each(["has space", "", "x".repeat(129), "ü"])("rejects the message group %j", async (group) => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    await expect(send(queue, group, "a")).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });

  test("numbers messages with twenty digits that rise", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    const numbers: string[] = [];
    for (const body of ["1", "2", "3"]) numbers.push((await send(queue, body, body)).SequenceNumber);
    expect(numbers.every((number) => /^\d{20}$/.test(number))).toBe(true);
    expect([...numbers].sort()).toEqual(numbers);
    expect(new Set(numbers).size).toBe(3);
    const [message] = await queue.receive({ AttributeNames: ["All"] });
    expect(message?.Attributes).toMatchObject({
      SequenceNumber: numbers[0],
      MessageGroupId: "1",
      MessageDeduplicationId: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
    });
  });
});

describe("deduplication", () => {
  test("returns the first MessageId for a duplicate within five minutes, even after its deletion", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", fifo);
    const first = await send(queue, "g", "a");
    const [message] = await queue.receive();
    await queue.delete(message!);
    await cloud.advance(299_999);
    expect(await send(queue, "other", "a")).toEqual(first);
    expect(await queue.receive()).toEqual([]);
    await cloud.advance(1);
    expect((await send(queue, "g", "a")).MessageId).not.toBe(first.MessageId);
  });

  test("takes a given id over the content", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    await send(queue, "g", "a", { MessageDeduplicationId: "1" });
    await send(queue, "g", "a", { MessageDeduplicationId: "2" });
    await send(queue, "g", "b", { MessageDeduplicationId: "2" });
    expect(await queue.bodies()).toEqual(["a", "a"]);
  });

  test("by message group keeps groups apart", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", {
      ...fifo,
      DeduplicationScope: "messageGroup",
    });
    await send(queue, "g", "a");
    await send(queue, "h", "a");
    await send(queue, "h", "a");
    expect(await queue.bodies()).toEqual(["a", "a"]);
  });

  test("holds within one batch, and outlives a purge", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    const Entries = ["1", "2"].map((Id) => ({ Id, MessageBody: "a", MessageGroupId: "g" }));
    const { Successful } = await queue.call("SendMessageBatch", { Entries });
    expect(Successful[0].MessageId).toBe(Successful[1].MessageId);
    expect(await queue.counts()).toEqual([1, 0, 0]);
    await queue.call("PurgeQueue");
    await send(queue, "g", "a");
    expect(await queue.counts()).toEqual([0, 0, 0]);
    await send(queue, "g", "b");
    expect(await queue.bodies()).toEqual(["b"]);
  });
});

describe("receipt handles of a FIFO queue", () => {
  test("expire with the visibility timeout", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, VisibilityTimeout: "10" });
    await send(queue, "g", "a");
    const [message] = await queue.receive();
    await cloud.advance(10_000);
    await expect(queue.delete(message!)).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining("Reason: The receipt handle has expired."),
    });
    expect(await queue.bodies()).toEqual(["a"]);
  });

  test("stay good while the visibility is extended, and delete once", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, VisibilityTimeout: "10" });
    await send(queue, "g", "a");
    const [message] = await queue.receive();
    const { ReceiptHandle } = message!;
    await queue.call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: 60 });
    await cloud.advance(30_000);
    expect(await queue.receive()).toEqual([]);
    await queue.delete(message!);
    await queue.delete(message!);
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });
});

describe("ReceiveRequestAttemptId", () => {
  const attempt = { ReceiveRequestAttemptId: "try" };

  test("finds the same messages and handles again, and hides them anew", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q.fifo", { ...fifo, VisibilityTimeout: "10" });
    await send(queue, "g", "1");
    await send(queue, "h", "2");
    const first = await queue.receive(attempt);
    await cloud.advance(6_000);
    expect(await queue.receive(attempt)).toEqual(first);
    await cloud.advance(6_000);
    expect(await queue.receive()).toEqual([]);
    await cloud.advance(4_000);
    expect(await queue.bodies()).toEqual(["1", "2"]);
  });

  test("is a new receive once one of the messages was deleted or its visibility changed", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", fifo);
    await send(queue, "g", "1");
    await send(queue, "h", "2");
    const [first] = await queue.receive(attempt);
    await queue.delete(first!);
    expect(await queue.receive(attempt)).toEqual([]);
  });
});
