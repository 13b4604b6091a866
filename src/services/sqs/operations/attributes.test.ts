// Queue attributes: what Terraform and the SDKs read back of what they set.

import { describe, expect, test } from "vitest";
import { sqsCloud, testQueue } from "../test-queue.ts";

const all = { AttributeNames: ["All"] };

describe("GetQueueAttributes", () => {
  test("shows the defaults of a standard queue", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    expect((await queue.call("GetQueueAttributes", all)).Attributes).toEqual({
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:q",
      CreatedTimestamp: "1704067200",
      LastModifiedTimestamp: "1704067200",
      VisibilityTimeout: "30",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ApproximateNumberOfMessagesDelayed: "0",
    });
  });

  test("shows more of a FIFO queue", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", { FifoQueue: "true" });
    expect((await queue.call("GetQueueAttributes", all)).Attributes).toMatchObject({
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    });
  });

  test("answers nothing where nothing is asked for, and rejects names that it does not know", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    expect(await queue.call("GetQueueAttributes")).toEqual({});
    await expect(queue.call("GetQueueAttributes", { AttributeNames: ["Colour"] })).rejects.toMatchObject({
      code: "InvalidAttributeName",
      message: "Unknown Attribute Colour.",
    });
  });

  test("counts what is visible, in flight and delayed", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await queue.send("a", "b", "c");
    await queue.call("SendMessage", { MessageBody: "later", DelaySeconds: 60 });
    const [taken] = await queue.receive({ MaxNumberOfMessages: 2 });
    expect(await queue.counts()).toEqual([1, 2, 1]);
    await queue.delete(taken!);
    expect(await queue.counts()).toEqual([1, 1, 1]);
    await cloud.advance(60_000);
    expect(await queue.counts()).toEqual([3, 0, 0]);
  });
});

describe("SetQueueAttributes", () => {
  test("changes what is given and leaves the rest", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q", { DelaySeconds: "7" });
    await cloud.advance(5_000);
    await queue.call("SetQueueAttributes", { Attributes: { VisibilityTimeout: "45" } });
    expect((await queue.call("GetQueueAttributes", all)).Attributes).toMatchObject({
      VisibilityTimeout: "45",
      DelaySeconds: "7",
      CreatedTimestamp: "1704067200",
      LastModifiedTimestamp: "1704067205",
    });
  });

  test.each([
    ["VisibilityTimeout", "43201"],
    ["VisibilityTimeout", "soon"],
    ["DelaySeconds", "901"],
    ["MaximumMessageSize", "1023"],
    ["MaximumMessageSize", "1048577"],
    ["MessageRetentionPeriod", "59"],
    ["ReceiveMessageWaitTimeSeconds", "21"],
    ["KmsDataKeyReusePeriodSeconds", "59"],
    ["SqsManagedSseEnabled", "perhaps"],
    ["Policy", "{"],
  ])("rejects %s of %s", async (name, value) => {
    const queue = await testQueue(await sqsCloud(), "q");
    await expect(queue.call("SetQueueAttributes", { Attributes: { [name]: value } })).rejects.toMatchObject({
      code: "InvalidAttributeValue",
      message: `Invalid value for the parameter ${name}.`,
    });
  });

  test.each(["Colour", "QueueArn", "FifoQueue", "ContentBasedDeduplication"])(
    "does not know %s of a standard queue",
    async (name) => {
      const queue = await testQueue(await sqsCloud(), "q");
      await expect(
        queue.call("SetQueueAttributes", { Attributes: { [name]: "true" } }),
      ).rejects.toMatchObject({ code: "InvalidAttributeName" });
    },
  );

  test("with an empty text takes policies away", async () => {
    const cloud = await sqsCloud();
    const dead = await testQueue(cloud, "dead");
    const queue = await testQueue(cloud, "q", {
      Policy: '{"Version":"2012-10-17","Statement":[]}',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: "3" }),
    });
    const before = (await queue.call("GetQueueAttributes", all)).Attributes;
    expect(before.Policy).toBe('{"Version":"2012-10-17","Statement":[]}');
    expect(before.RedrivePolicy).toBe(`{"deadLetterTargetArn":"${dead.arn}","maxReceiveCount":3}`);
    await queue.call("SetQueueAttributes", { Attributes: { Policy: "", RedrivePolicy: "" } });
    const after = (await queue.call("GetQueueAttributes", all)).Attributes;
    expect(after.Policy).toBeUndefined();
    expect(after.RedrivePolicy).toBeUndefined();
  });

  test("has one encryption at a time", async () => {
    const queue = await testQueue(await sqsCloud(), "q");
    const set = (Attributes: object) => queue.call("SetQueueAttributes", { Attributes });
    const shown = async () => (await queue.call("GetQueueAttributes", all)).Attributes;
    await set({ KmsMasterKeyId: "alias/mine" });
    expect(await shown()).toMatchObject({
      KmsMasterKeyId: "alias/mine",
      KmsDataKeyReusePeriodSeconds: "300",
      SqsManagedSseEnabled: "false",
    });
    await set({ SqsManagedSseEnabled: "true" });
    const managed = await shown();
    expect(managed.SqsManagedSseEnabled).toBe("true");
    expect(managed.KmsMasterKeyId).toBeUndefined();
    await expect(set({ SqsManagedSseEnabled: "true", KmsMasterKeyId: "k" })).rejects.toMatchObject({
      code: "InvalidAttributeValue",
    });
  });

  test("allows high throughput only with deduplication by message group", async () => {
    const queue = await testQueue(await sqsCloud(), "q.fifo", { FifoQueue: "true" });
    const set = (Attributes: object) => queue.call("SetQueueAttributes", { Attributes });
    await expect(set({ FifoThroughputLimit: "perMessageGroupId" })).rejects.toMatchObject({
      code: "InvalidAttributeValue",
    });
    await set({ FifoThroughputLimit: "perMessageGroupId", DeduplicationScope: "messageGroup" });
  });
});
