// Deleting messages and changing their visibility, in standard queues.

import { describe, expect, test } from "vitest";
import { sqsCloud, testQueue } from "../test-queue.ts";

describe("ChangeMessageVisibility", () => {
  test("counts from the moment of the call", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await queue.send("a");
    const [message] = await queue.receive();
    await cloud.advance(20_000);
    await queue.call("ChangeMessageVisibility", {
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 60,
    });
    await cloud.advance(59_999);
    expect(await queue.receive()).toEqual([]);
    await cloud.advance(1);
    expect(await queue.bodies()).toEqual(["a"]);
  });

  test("keeps the handle good, again and again, also for the deletion", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await queue.send("a");
    const [message] = await queue.receive();
    for (const VisibilityTimeout of [60, 120, 40]) {
      await queue.call("ChangeMessageVisibility", {
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      });
    }
    await queue.delete(message!);
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });

  test("to 0 returns the message at once, and wakes those who wait", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await queue.send("a");
    const [message] = await queue.receive();
    const waiting = queue.bodies({ WaitTimeSeconds: 20 });
    await cloud.settle();
    await queue.call("ChangeMessageVisibility", {
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    expect(await waiting).toEqual(["a"]);
  });

  test("of a message that is visible again changes nothing", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "1" });
    await queue.send("a");
    const [message] = await queue.receive();
    await cloud.advance(1_000);
    await queue.call("ChangeMessageVisibility", {
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 60,
    });
    expect(await queue.bodies()).toEqual(["a"]);
  });

  test("of a deleted message, or with the handle of an earlier receive, fails", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "1" });
    await queue.send("a");
    const [first] = await queue.receive();
    await cloud.advance(1_000);
    const [second] = await queue.receive();
    const change = (ReceiptHandle: string | undefined) =>
      queue.call("ChangeMessageVisibility", { ReceiptHandle, VisibilityTimeout: 60 });
    const wrong = {
      code: "InvalidParameterValue",
      message: expect.stringContaining(
        "Message does not exist or is not available for visibility timeout change.",
      ),
    };
    await expect(change(first?.ReceiptHandle)).rejects.toMatchObject(wrong);
    await queue.delete(second!);
    await expect(change(second?.ReceiptHandle)).rejects.toMatchObject(wrong);
  });

  test("goes no further than twelve hours from the receive", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await queue.send("a");
    const [message] = await queue.receive();
    await cloud.advance(1_000);
    await expect(
      queue.call("ChangeMessageVisibility", {
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 43_200,
      }),
    ).rejects.toMatchObject({
      message:
        "Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    });
  });

  test("in a batch fails entry by entry", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await queue.send("a");
    const [message] = await queue.receive();
    const { Successful, Failed } = await queue.call("ChangeMessageVisibilityBatch", {
      Entries: [
        { Id: "good", ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 },
        { Id: "bad", ReceiptHandle: "nonsense", VisibilityTimeout: 0 },
      ],
    });
    expect(Successful).toEqual([{ Id: "good" }]);
    expect(Failed).toMatchObject([{ Id: "bad", SenderFault: true, Code: "ReceiptHandleIsInvalid" }]);
  });
});

describe("DeleteMessage", () => {
  test("deletes, and does so again without complaint", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await queue.send("a");
    const [message] = await queue.receive();
    await queue.delete(message!);
    await queue.delete(message!);
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });

  test("deletes a message whose visibility timeout is over, while nobody else received it", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "1" });
    await queue.send("a");
    const [message] = await queue.receive();
    await cloud.advance(5_000);
    await queue.delete(message!);
    expect(await queue.receive()).toEqual([]);
  });

  test("with the handle of an earlier receive deletes nothing", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { VisibilityTimeout: "1" });
    await queue.send("a");
    const [old] = await queue.receive();
    await cloud.advance(1_000);
    await queue.receive();
    await queue.delete(old!);
    await cloud.advance(1_000);
    expect(await queue.bodies()).toEqual(["a"]);
  });

  test("rejects what is no handle, and the handle of another queue", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    const other = await testQueue(cloud, "other");
    await other.send("a");
    const [message] = await other.receive();
    for (const ReceiptHandle of ["nonsense", "", message?.ReceiptHandle]) {
      await expect(queue.call("DeleteMessage", { ReceiptHandle })).rejects.toMatchObject({
        code: "ReceiptHandleIsInvalid",
        message: `The input receipt handle "${ReceiptHandle}" is not a valid receipt handle.`,
      });
    }
  });

  test("in a batch deletes what it can", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await queue.send("a", "b");
    const messages = await queue.receive();
    const Entries = messages.map(({ MessageId: Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    const { Successful, Failed } = await queue.call("DeleteMessageBatch", {
      Entries: [...Entries, { Id: "bad", ReceiptHandle: "nonsense" }],
    });
    expect(Successful).toHaveLength(2);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "ReceiptHandleIsInvalid" }]);
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });
});
