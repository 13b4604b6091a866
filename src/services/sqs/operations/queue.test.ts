// Queues as such: names, URLs, repetition, lists, deletion, purge, tags and permissions.

import { describe, expect, test } from "vitest";
import { sqsCloud, testQueue } from "../test-queue.ts";

const create = (name: string, attributes = {}) => ({ QueueName: name, Attributes: attributes });

describe("CreateQueue", () => {
  test("answers the URL, and again for the same attributes", async () => {
    const cloud = await sqsCloud();
    const first = await cloud.call("sqs", "CreateQueue", create("q", { DelaySeconds: "5" }));
    expect(first).toEqual({ QueueUrl: "http://localhost:4566/000000000000/q" });
    expect(await cloud.call("sqs", "CreateQueue", create("q", { DelaySeconds: "5" }))).toEqual(first);
    expect(await cloud.call("sqs", "CreateQueue", create("q"))).toEqual(first);
  });

  test("rejects a name that exists with another value", async () => {
    const cloud = await sqsCloud();
    await cloud.call("sqs", "CreateQueue", create("q"));
    await expect(cloud.call("sqs", "CreateQueue", create("q", { DelaySeconds: "5" }))).rejects.toMatchObject({
      code: "QueueNameExists",
      message: "A queue already exists with the same name and a different value for attribute DelaySeconds",
    });
  });

  test.each(["", "a b", "a.b", "q.fifo", "x".repeat(81)])("rejects the name %j", async (name) => {
    const cloud = await sqsCloud();
    await expect(cloud.call("sqs", "CreateQueue", create(name))).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    });
  });

  test("asks that the name of a FIFO queue ends with .fifo", async () => {
    const cloud = await sqsCloud();
    await expect(cloud.call("sqs", "CreateQueue", create("q", { FifoQueue: "true" }))).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test("says which parameter is missing", async () => {
    const cloud = await sqsCloud();
    await expect(cloud.call("sqs", "CreateQueue")).rejects.toMatchObject({
      code: "MissingParameter",
      message: "The request must contain the parameter QueueName.",
    });
  });

  test("makes a queue again at once after its deletion, without its messages", async () => {
    const cloud = await sqsCloud();
    const old = await testQueue(cloud, "q");
    await old.send("a", "b".repeat(10_000));
    await old.call("DeleteQueue");
    const queue = await testQueue(cloud, "q");
    expect(await queue.counts()).toEqual([0, 0, 0]);
    expect(await queue.receive()).toEqual([]);
  });
});

describe("queue URLs", () => {
  test("are known by their path, whatever the host", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    for (const QueueUrl of [
      "https://sqs.us-east-1.amazonaws.com/000000000000/q",
      "http://localhost:4566/queue/us-east-1/000000000000/q",
    ]) {
      await queue.call("SendMessage", { QueueUrl, MessageBody: "a" });
    }
    expect(await queue.bodies()).toEqual(["a", "a"]);
  });

  test("lead to another account's queue", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    const stranger = cloud.as({ account: "111111111111" });
    await queue.call("AddPermission", { Label: "l", AWSAccountIds: ["111111111111"], Actions: ["*"] });
    await stranger.call("sqs", "SendMessage", { QueueUrl: queue.url, MessageBody: "from afar" });
    expect(await queue.bodies()).toEqual(["from afar"]);
    await expect(stranger.call("sqs", "GetQueueUrl", { QueueName: "q" })).rejects.toMatchObject({
      code: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
    });
    expect(
      await stranger.call("sqs", "GetQueueUrl", { QueueName: "q", QueueOwnerAWSAccountId: "000000000000" }),
    ).toEqual({ QueueUrl: queue.url });
  });

  test("that are none are rejected", async () => {
    const cloud = await sqsCloud();
    await expect(cloud.call("sqs", "SendMessage", { QueueUrl: "q", MessageBody: "a" })).rejects.toMatchObject(
      { code: "InvalidAddress" },
    );
  });
});

describe("ListQueues", () => {
  test("lists by prefix and by pages", async () => {
    const cloud = await sqsCloud();
    for (const name of ["b-1", "a-1", "a-2", "a-3"]) await testQueue(cloud, name);
    const names = (page: { QueueUrls?: string[] }) => page.QueueUrls?.map((url) => url.split("/").at(-1));
    expect(names(await cloud.call("sqs", "ListQueues"))).toEqual(["a-1", "a-2", "a-3", "b-1"]);
    const first = await cloud.call("sqs", "ListQueues", { QueueNamePrefix: "a-", MaxResults: 2 });
    expect(names(first)).toEqual(["a-1", "a-2"]);
    const second = await cloud.call("sqs", "ListQueues", {
      QueueNamePrefix: "a-",
      MaxResults: 2,
      NextToken: first.NextToken,
    });
    expect(names(second)).toEqual(["a-3"]);
    expect(second.NextToken).toBeUndefined();
    expect(await cloud.call("sqs", "ListQueues", { QueueNamePrefix: "c" })).toEqual({});
  });
});

describe("PurgeQueue", () => {
  test("deletes messages seen and unseen, once in sixty seconds", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await queue.send("a", "b");
    await queue.receive({ MaxNumberOfMessages: 1 });
    await queue.call("PurgeQueue");
    expect(await queue.counts()).toEqual([0, 0, 0]);
    await expect(queue.call("PurgeQueue")).rejects.toMatchObject({
      code: "PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on q is allowed every 60 seconds.",
    });
    await cloud.advance(60_000);
    await queue.call("PurgeQueue");
  });
});

describe("tags", () => {
  test("are set at creation, added, replaced, removed and listed", async () => {
    const cloud = await sqsCloud();
    await cloud.call("sqs", "CreateQueue", { QueueName: "q", tags: { a: "1", b: "2" } });
    const queue = await testQueue(cloud, "q");
    await queue.call("TagQueue", { Tags: { b: "3", c: "" } });
    await queue.call("UntagQueue", { TagKeys: ["a", "absent"] });
    expect(await queue.call("ListQueueTags")).toEqual({ Tags: { b: "3", c: "" } });
    await queue.call("UntagQueue", { TagKeys: ["b", "c"] });
    expect(await queue.call("ListQueueTags")).toEqual({});
  });
});

describe("permissions", () => {
  test("are statements of the queue's policy, by label", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const grant = {
      Label: "send",
      AWSAccountIds: ["111111111111"],
      Actions: ["SendMessage", "ReceiveMessage"],
    };
    await queue.call("AddPermission", grant);
    const { Attributes } = await queue.call("GetQueueAttributes", { AttributeNames: ["Policy"] });
    expect(JSON.parse(Attributes.Policy)).toEqual({
      Version: "2008-10-17",
      Id: `${queue.arn}/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: "send",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::111111111111:root" },
          Action: ["SQS:SendMessage", "SQS:ReceiveMessage"],
          Resource: queue.arn,
        },
      ],
    });
    await expect(queue.call("AddPermission", grant)).rejects.toMatchObject({
      message: "Value send for parameter Label is invalid. Reason: Already exists.",
    });
    await queue.call("RemovePermission", { Label: "send" });
    expect(await queue.call("GetQueueAttributes", { AttributeNames: ["Policy"] })).toEqual({});
    await expect(queue.call("RemovePermission", { Label: "send" })).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test("name actions that there are", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const grant = { Label: "x", AWSAccountIds: ["111111111111"], Actions: ["Dance"] };
    await expect(queue.call("AddPermission", grant)).rejects.toMatchObject({ code: "InvalidParameterValue" });
  });
});
