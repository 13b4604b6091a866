// Sending: digests, limits, attributes, delay, and batches of which some entries fail.

import { describe, expect, test } from "vitest";
import { sqsCloud, testQueue } from "../test-queue.ts";

describe("SendMessage", () => {
  test("answers with the id and the digests of body and attributes", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const sent = await queue.call("SendMessage", {
      MessageBody: "This is a test message",
      MessageAttributes: {
        n: { DataType: "Number.int", StringValue: "42" },
        b: { DataType: "Binary.png", BinaryValue: Uint8Array.of(0, 1, 255) },
        a: { DataType: "String", StringValue: "grüße" },
      },
    });
    expect(sent).toEqual({
      MessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      MD5OfMessageBody: "fafb00f5732ab283681e124bf8747ed1",
      MD5OfMessageAttributes: "c51b98e5d8808a2565202e32f20397f4",
    });
  });

  test("returns the attributes that a receive asks for, and the digest of those", async () => {
    const queue = await testQueue(await sqsCloud(), "q", { VisibilityTimeout: "0" });
    await queue.call("SendMessage", {
      MessageBody: "a",
      MessageAttributes: {
        a: { DataType: "String", StringValue: "grüße" },
        "b.x": { DataType: "Binary", BinaryValue: Uint8Array.of(0, 1) },
        "b.y": { DataType: "String", StringValue: "y" },
      },
    });
    const names = async (...MessageAttributeNames: string[]) => {
      const [message] = await queue.receive({ MessageAttributeNames });
      return Object.keys((message as { MessageAttributes?: object }).MessageAttributes ?? {});
    };
    expect(await names()).toEqual([]);
    expect(await names("All")).toEqual(["a", "b.x", "b.y"]);
    expect(await names(".*")).toEqual(["a", "b.x", "b.y"]);
    expect(await names("b.*")).toEqual(["b.x", "b.y"]);
    const [one] = await queue.receive({ MessageAttributeNames: ["a", "absent"] });
    expect(one).toMatchObject({
      MessageAttributes: { a: { DataType: "String", StringValue: "grüße" } },
      MD5OfMessageAttributes: "54f409c1b9bb9887d032aada3777055b",
    });
  });

  test("carries the trace header as a system attribute", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const trace = { DataType: "String", StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793" };
    const sent = await queue.call("SendMessage", {
      MessageBody: "a",
      MessageSystemAttributes: { AWSTraceHeader: trace },
    });
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
    const [message] = await queue.receive({ AttributeNames: ["AWSTraceHeader"] });
    expect(message?.Attributes).toEqual({ AWSTraceHeader: trace.StringValue });
  });

  test("delays by the queue, or by the message", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { DelaySeconds: "10" });
    await queue.send("queue");
    await queue.call("SendMessage", { MessageBody: "own", DelaySeconds: 0 });
    expect(await queue.bodies()).toEqual(["own"]);
    await cloud.advance(10_000);
    expect(await queue.bodies()).toEqual(["queue"]);
  });

  test("keeps long bodies whole through receives and dead letters", async () => {
    const cloud = await sqsCloud();
    const dead = await testQueue(cloud, "dead");
    const queue = await testQueue(cloud, "q", {
      VisibilityTimeout: "0",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
    });
    const long = "ü".repeat(100_000);
    await queue.send(long);
    expect(await queue.bodies()).toEqual([long]);
    expect(await queue.bodies()).toEqual([]);
    expect(await dead.bodies()).toEqual([long]);
  });

  test("rejects what is too long for the queue, attributes included", async () => {
    const queue = await testQueue(await sqsCloud(), "q", { MaximumMessageSize: "1024" });
    await queue.send("x".repeat(1024));
    const wrong = {
      code: "InvalidParameterValue",
      message: "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    };
    await expect(queue.send("x".repeat(1025))).rejects.toMatchObject(wrong);
    const MessageAttributes = { a: { DataType: "String", StringValue: "b" } };
    await expect(
      queue.call("SendMessage", { MessageBody: "x".repeat(1017), MessageAttributes }),
    ).rejects.toMatchObject(wrong);
  });

  test.each([["\u0000"], ["a\u001fb"], ["\ufffe"], ["\ud800"]])("rejects the body %j", async (body) => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(queue.send(body)).rejects.toMatchObject({ code: "InvalidMessageContents" });
  });

  test("takes every character that XML takes", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const body = "\t\n\r \ud7ff\ue000\ufffd\u{10000}\u{10ffff}";
    await queue.send(body);
    expect(await queue.bodies()).toEqual([body]);
  });

  test("rejects an empty body", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(queue.send("")).rejects.toMatchObject({
      code: "MissingParameter",
      message: "The request must contain the parameter MessageBody.",
    });
  });

  test.each([
    [{ "a b": { DataType: "String", StringValue: "v" } }, "#x20"],
    [{ "AWS.a": { DataType: "String", StringValue: "v" } }, "reserved"],
    [{ "a.": { DataType: "String", StringValue: "v" } }, "ending"],
    [{ "a..b": { DataType: "String", StringValue: "v" } }, "successive"],
    [{ a: { DataType: "Text", StringValue: "v" } }, "invalid message attribute type"],
    [{ a: { DataType: "", StringValue: "v" } }, "non-empty message attribute type"],
    [{ a: { DataType: "String", StringValue: "" } }, "non-empty message attribute value"],
    [{ a: { DataType: "String", BinaryValue: Uint8Array.of(1) } }, "must use field 'String'"],
    [{ a: { DataType: "Binary", StringValue: "v" } }, "must use field 'Binary'"],
    [{ a: { DataType: "Number", StringValue: "many" } }, "to a number"],
    [
      Object.fromEntries(
        Array.from({ length: 11 }, (_, at) => [`a${at}`, { DataType: "String", StringValue: "v" }]),
      ),
      "Number of message attributes [11] exceeds the allowed maximum [10].",
    ],
  ])("rejects the attributes %j", async (MessageAttributes, words) => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(queue.call("SendMessage", { MessageBody: "a", MessageAttributes })).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: expect.stringContaining(words),
    });
  });

  test("takes a message group in a standard queue, and shows it", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await queue.call("SendMessage", { MessageBody: "a", MessageGroupId: "tenant" });
    const [message] = await queue.receive({ AttributeNames: ["MessageGroupId"] });
    expect(message?.Attributes).toEqual({ MessageGroupId: "tenant" });
  });

  test("rejects a deduplication id in a standard queue", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(
      queue.call("SendMessage", { MessageBody: "a", MessageDeduplicationId: "d" }),
    ).rejects.toMatchObject({
      message:
        "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    });
  });
});

describe("SendMessageBatch", () => {
  const entry = (Id: string, MessageBody = "b") => ({ Id, MessageBody });

  test("sends what it can, and says what failed and why", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const { Successful, Failed } = await queue.call("SendMessageBatch", {
      Entries: [
        entry("1", "one"),
        entry("2", "\u0001"),
        { ...entry("3"), DelaySeconds: 901 },
        entry("4", "four"),
      ],
    });
    expect(Successful.map((each: { Id: string }) => each.Id)).toEqual(["1", "4"]);
    expect(Failed).toMatchObject([
      { Id: "2", SenderFault: true, Code: "InvalidMessageContents" },
      { Id: "3", SenderFault: true, Code: "InvalidParameterValue" },
    ]);
    expect(await queue.bodies()).toEqual(["one", "four"]);
  });

  test.each([
    [[], "EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request."],
    [
      Array.from({ length: 11 }, (_, at) => entry(`${at}`)),
      "TooManyEntriesInBatchRequest",
      "Maximum number of entries per request are 10. You have sent 11.",
    ],
    [[entry("a"), entry("a")], "BatchEntryIdsNotDistinct", "Id a repeated."],
    [[entry("a b")], "InvalidBatchEntryId", expect.any(String)],
    [
      [entry("a", "x".repeat(600_000)), entry("b", "x".repeat(600_000))],
      "BatchRequestTooLong",
      "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.",
    ],
  ])("as a whole fails for a broken rule", async (Entries, code, message) => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(queue.call("SendMessageBatch", { Entries })).rejects.toMatchObject({ code, message });
    expect(await queue.counts()).toEqual([0, 0, 0]);
  });
});
