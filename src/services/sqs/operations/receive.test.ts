// Receiving from standard queues: order, visibility, waiting, what is shown.

import { describe, expect, test } from "vitest";
import { sqsCloud, testQueue } from "../test-queue.ts";

describe("ReceiveMessage", () => {
  test("returns messages in the order sent, one unless more are asked for", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await queue.send("a", "b", "c");
    expect(await queue.bodies({ MaxNumberOfMessages: undefined })).toEqual(["a"]);
    expect(await queue.bodies()).toEqual(["b", "c"]);
  });

  test("answers without Messages where there are none", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    expect(await queue.call("ReceiveMessage")).toEqual({});
  });

  test("hides a message for the queue's visibility timeout, then returns it with another handle", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "10" });
    await queue.send("a");
    const [first] = await queue.receive();
    await cloud.advance(9_999);
    expect(await queue.receive()).toEqual([]);
    await cloud.advance(1);
    const [second] = await queue.receive();
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test("with a VisibilityTimeout of 0 leaves the message receivable", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await queue.send("a");
    expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(["a"]);
    expect(await queue.bodies()).toEqual(["a"]);
  });

  test("waits for a message, and returns it as soon as it is sent", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    const waiting = queue.bodies({ WaitTimeSeconds: 20 });
    await cloud.advance(5_000);
    await queue.send("late");
    expect(await waiting).toEqual(["late"]);
  });

  test("waits as long as the queue says, and then answers nothing", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { ReceiveMessageWaitTimeSeconds: "3" });
    let over = false;
    const waiting = queue.bodies().then((bodies) => {
      over = true;
      return bodies;
    });
    await cloud.advance(2_999);
    expect(over).toBe(false);
    await cloud.advance(1);
    expect(await waiting).toEqual([]);
  });

  test("wakes when a message in flight becomes visible again", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "5" });
    await queue.send("a");
    await queue.receive();
    const waiting = queue.bodies({ WaitTimeSeconds: 20 });
    await cloud.advance(5_000);
    expect(await waiting).toEqual(["a"]);
  });

  test("fails where the queue is deleted while it waits", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    const waiting = queue.bodies({ WaitTimeSeconds: 20 });
    const failed = expect(waiting).rejects.toMatchObject({ code: "QueueDoesNotExist" });
    await cloud.settle();
    await queue.call("DeleteQueue");
    await failed;
  });

  test("gives every message to one of many consumers that ask at once", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const sent = Array.from({ length: 50 }, (_, at) => `${at}`);
    await queue.send(...sent);
    const received = await Promise.all(
      Array.from({ length: 20 }, () => queue.bodies({ MaxNumberOfMessages: 5 })),
    );
    expect(received.flat().sort()).toEqual([...sent].sort());
  });

  test("shows only the system attributes asked for", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "0" });
    await queue.send("a");
    const [none] = await queue.receive();
    expect(none?.Attributes).toBeUndefined();
    await cloud.advance(1_000);
    const [some] = await queue.receive({ AttributeNames: ["ApproximateReceiveCount", "SenderId"] });
    expect(some?.Attributes).toEqual({ ApproximateReceiveCount: "2", SenderId: "000000000000" });
    const [all] = await queue.receive({ MessageSystemAttributeNames: ["All"] });
    const sentAt = Date.UTC(2024, 0, 1).toString();
    expect(all?.Attributes).toEqual({
      SenderId: "000000000000",
      SentTimestamp: sentAt,
      ApproximateReceiveCount: "3",
      ApproximateFirstReceiveTimestamp: sentAt,
    });
    await expect(queue.receive({ AttributeNames: ["Colour"] })).rejects.toMatchObject({
      code: "InvalidAttributeName",
      message: "Unknown Attribute Colour.",
    });
  });

  test("rejects numbers outside their range in AWS's words", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(queue.receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message:
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    });
    await expect(queue.receive({ WaitTimeSeconds: 21 })).rejects.toMatchObject({
      message:
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
    });
    await expect(queue.receive({ VisibilityTimeout: 43_201 })).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test("passes over messages whose retention is over, and deletes them", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { MessageRetentionPeriod: "60" });
    await queue.send("old");
    await cloud.advance(30_000);
    await queue.send("young");
    await cloud.advance(30_000);
    expect(await queue.counts()).toEqual([1, 0, 0]);
    expect(await queue.bodies()).toEqual(["young"]);
  });
});
