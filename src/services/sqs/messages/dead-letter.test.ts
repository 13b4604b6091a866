// Dead-letter queues: when messages go there, as what they arrive, and who may name whom.

import { describe, expect, test } from "vitest";
import type { TestCloud } from "../../test-cloud.ts";
import { sqsCloud, testQueue } from "../test-queue.ts";

const redrive = (deadLetterTargetArn: string, maxReceiveCount: number | string = 2) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
});

async function pair(cloud: TestCloud, attributes = {}, suffix = "") {
  const dead = await testQueue(cloud, `dead${suffix}`, attributes);
  const queue = await testQueue(cloud, `q${suffix}`, {
    VisibilityTimeout: "0",
    ...attributes,
    ...redrive(dead.arn),
  });
  return { dead, queue };
}

describe("a message received maxReceiveCount times", () => {
  test("goes to the dead-letter queue at the next receive, with its id, age and count", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await pair(cloud);
    const [sent] = await queue.send("poison");
    await queue.receive();
    await cloud.advance(1_000);
    expect(await queue.bodies()).toEqual(["poison"]);
    expect(await dead.counts()).toEqual([0, 0, 0]);
    expect(await queue.bodies()).toEqual([]);
    expect(await queue.counts()).toEqual([0, 0, 0]);
    const [message] = await dead.receive({ AttributeNames: ["All"] });
    expect(message).toMatchObject({
      MessageId: sent?.MessageId,
      Attributes: {
        ApproximateReceiveCount: "3",
        SentTimestamp: "1704067200000",
        ApproximateFirstReceiveTimestamp: "1704067200000",
        DeadLetterQueueSourceArn: queue.arn,
      },
    });
  });

  test("does not stand in the way of the next one", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await pair(cloud);
    await queue.send("poison");
    await queue.receive();
    await queue.receive();
    await queue.send("good");
    expect(await queue.bodies()).toEqual(["good"]);
    expect(await dead.bodies()).toEqual(["poison"]);
  });

  test("wakes those who wait at the dead-letter queue", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await pair(cloud);
    await queue.send("poison");
    const waiting = dead.bodies({ WaitTimeSeconds: 20 });
    for (let times = 0; times < 3; times++) await queue.receive();
    expect(await waiting).toEqual(["poison"]);
  });

  test("stays where it is while its dead-letter queue is gone", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await pair(cloud);
    await queue.send("poison");
    await dead.call("DeleteQueue");
    for (let times = 0; times < 4; times++) expect(await queue.bodies()).toEqual(["poison"]);
  });

  test("expires in the dead-letter queue by its first sending; in a FIFO one it starts anew", async () => {
    const cloud = await sqsCloud();
    const short = { MessageRetentionPeriod: "60", VisibilityTimeout: "0" };
    const standard = await pair(cloud, short);
    const fifo = await pair(cloud, { ...short, FifoQueue: "true" }, ".fifo");
    await standard.queue.send("a");
    const sent = await fifo.queue.call("SendMessage", {
      MessageBody: "a",
      MessageGroupId: "g",
      MessageDeduplicationId: "d",
    });
    await cloud.advance(50_000);
    for (const { queue } of [standard, fifo]) for (let times = 0; times < 3; times++) await queue.receive();
    expect(await standard.dead.counts()).toEqual([1, 0, 0]);
    await cloud.advance(20_000);
    expect(await standard.dead.counts()).toEqual([0, 0, 0]);
    const [message] = await fifo.dead.receive({ AttributeNames: ["All"] });
    // Two messages that share a deduplication id must both find room there.
    expect(message?.Attributes).toMatchObject({
      MessageDeduplicationId: sent.MessageId,
      MessageGroupId: "g",
    });
  });
});

describe("RedrivePolicy", () => {
  test("is checked against its target", async () => {
    const cloud = await sqsCloud();
    const fifo = await testQueue(cloud, "q.fifo", { FifoQueue: "true" });
    const set = (policy: object | string) =>
      cloud.call("sqs", "CreateQueue", {
        QueueName: "q",
        Attributes: { RedrivePolicy: typeof policy === "string" ? policy : JSON.stringify(policy) },
      });
    const here = "arn:aws:sqs:us-east-1:000000000000";
    await expect(set("{")).rejects.toThrow("Reason: Redrive policy is not a valid JSON map.");
    await expect(set({})).rejects.toThrow(
      "Value {} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: maxReceiveCount.",
    );
    await expect(set({ maxReceiveCount: 1 })).rejects.toThrow("mandatory attribute: deadLetterTargetArn.");
    await expect(set({ maxReceiveCount: 1001, deadLetterTargetArn: `${here}:x` })).rejects.toThrow(
      "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
    );
    await expect(set({ maxReceiveCount: 1, deadLetterTargetArn: `${here}:x` })).rejects.toThrow(
      "Dead letter target does not exist.",
    );
    await expect(set({ maxReceiveCount: 1, deadLetterTargetArn: fifo.arn })).rejects.toThrow(
      "Dead-letter queue must be same type of queue as the source.",
    );
    await expect(
      set({ maxReceiveCount: 1, deadLetterTargetArn: "arn:aws:sqs:us-east-1:111111111111:x" }),
    ).rejects.toThrow("Dead-letter target owner should be same as the source.");
  });

  test("needs the consent of a target that has a RedriveAllowPolicy", async () => {
    const cloud = await sqsCloud();
    const dead = await testQueue(cloud, "dead", {
      RedriveAllowPolicy: JSON.stringify({
        redrivePermission: "byQueue",
        sourceQueueArns: ["arn:aws:sqs:us-east-1:000000000000:friend"],
      }),
    });
    await testQueue(cloud, "friend", redrive(dead.arn));
    await expect(testQueue(cloud, "stranger", redrive(dead.arn))).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
    await dead.call("SetQueueAttributes", {
      Attributes: { RedriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) },
    });
    await expect(testQueue(cloud, "another", redrive(dead.arn))).rejects.toMatchObject({
      code: "InvalidParameterValue",
    });
  });

  test.each([
    ["{", "no JSON"],
    ['{"redrivePermission":"someone"}', "an unknown permission"],
    ['{"redrivePermission":"byQueue"}', "no sources"],
    ['{"redrivePermission":"allowAll","sourceQueueArns":["a"]}', "sources that make no difference"],
  ])("that allows: %s is rejected for %s", async (RedriveAllowPolicy) => {
    await expect(testQueue(await sqsCloud(), "q", { RedriveAllowPolicy })).rejects.toMatchObject({
      code: "InvalidAttributeValue",
    });
  });

  test("makes a queue one of its target's sources, until it is taken away", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await pair(cloud);
    const sources = async () => (await dead.call("ListDeadLetterSourceQueues")).queueUrls;
    expect(await sources()).toEqual([queue.url]);
    await queue.call("SetQueueAttributes", { Attributes: { RedrivePolicy: "" } });
    expect(await sources()).toEqual([]);
  });
});
