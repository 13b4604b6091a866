// Message move tasks: where messages go, at what rate, and how a task ends.

import { describe, expect, test } from "vitest";
import type { TestCloud } from "../../test-cloud.ts";
import { sqsCloud, type TestQueue, testQueue } from "../test-queue.ts";

async function deadLetters(cloud: TestCloud, count: number) {
  const dead = await testQueue(cloud, "dead");
  const queue = await testQueue(cloud, "q", {
    VisibilityTimeout: "0",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
  });
  await queue.send(...Array.from({ length: count }, (_, at) => `m${at}`));
  for (let received = 0; received < count; ) received += (await queue.receive()).length;
  for (let look = 0; look <= count / 10; look++) await queue.receive();
  expect(await dead.counts()).toEqual([count, 0, 0]);
  await queue.call("SetQueueAttributes", { Attributes: { VisibilityTimeout: "30" } });
  return { dead, queue };
}

const start = (cloud: TestCloud, dead: TestQueue, more = {}) =>
  cloud.call("sqs", "StartMessageMoveTask", { SourceArn: dead.arn, ...more });

const latest = async (cloud: TestCloud, dead: TestQueue) =>
  (await cloud.call("sqs", "ListMessageMoveTasks", { SourceArn: dead.arn })).Results[0];

describe("a message move task", () => {
  test("returns messages to the queues that gave them up, as new ones", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await deadLetters(cloud, 250);
    await start(cloud, dead);
    await cloud.settle();
    expect(await dead.counts()).toEqual([0, 0, 0]);
    expect(await queue.counts()).toEqual([250, 0, 0]);
    expect(await latest(cloud, dead)).toEqual({
      Status: "COMPLETED",
      SourceArn: dead.arn,
      ApproximateNumberOfMessagesMoved: 250,
      ApproximateNumberOfMessagesToMove: 250,
      StartedTimestamp: Date.UTC(2024, 0, 1),
    });
    const [message] = await queue.receive({ AttributeNames: ["All"] });
    expect(message?.Attributes?.ApproximateReceiveCount).toBe("1");
    expect(message?.Attributes?.DeadLetterQueueSourceArn).toBeUndefined();
  });

  test("moves to another queue where one is named", async () => {
    const cloud = await sqsCloud();
    const { dead } = await deadLetters(cloud, 3);
    const other = await testQueue(cloud, "other");
    await start(cloud, dead, { DestinationArn: other.arn });
    await cloud.settle();
    expect(await other.bodies()).toEqual(["m0", "m1", "m2"]);
  });

  test("keeps to its rate, can be cancelled, and then shows no handle", async () => {
    const cloud = await sqsCloud();
    const { dead, queue } = await deadLetters(cloud, 10);
    const { TaskHandle } = await start(cloud, dead, { MaxNumberOfMessagesPerSecond: 2 });
    await cloud.advance(1_500);
    expect(await queue.counts()).toEqual([4, 0, 0]);
    expect(await latest(cloud, dead)).toMatchObject({ TaskHandle, Status: "RUNNING" });
    await expect(start(cloud, dead)).rejects.toMatchObject({ code: "UnsupportedOperation" });
    expect(await cloud.call("sqs", "CancelMessageMoveTask", { TaskHandle })).toEqual({
      ApproximateNumberOfMessagesMoved: 4,
    });
    await cloud.advance(60_000);
    expect(await queue.counts()).toEqual([4, 0, 0]);
    const task = await latest(cloud, dead);
    expect(task).toMatchObject({ Status: "CANCELLED", MaxNumberOfMessagesPerSecond: 2 });
    expect(task.TaskHandle).toBeUndefined();
    await expect(cloud.call("sqs", "CancelMessageMoveTask", { TaskHandle })).rejects.toMatchObject({
      code: "UnsupportedOperation",
    });
  });

  test("fails at a message of which it cannot tell where it came from, and leaves it", async () => {
    const cloud = await sqsCloud();
    const { dead } = await deadLetters(cloud, 1);
    await dead.send("sent here by hand");
    await start(cloud, dead);
    await cloud.settle();
    expect(await latest(cloud, dead)).toMatchObject({
      Status: "FAILED",
      FailureReason: "CouldNotDetermineMessageSource",
      ApproximateNumberOfMessagesMoved: 1,
    });
    expect(await dead.bodies()).toEqual(["sent here by hand"]);
  });

  test("is refused for what is no dead-letter queue, or is not there", async () => {
    const cloud = await sqsCloud();
    const queue = await testQueue(cloud, "q");
    await expect(start(cloud, queue)).rejects.toMatchObject({
      code: "InvalidParameterValue",
      message: "Source queue must be configured as a Dead Letter Queue.",
    });
    await expect(start(cloud, { ...queue, arn: `${queue.arn}x` })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "The resource that you specified for the SourceArn parameter doesn't exist.",
    });
    await expect(cloud.call("sqs", "CancelMessageMoveTask", { TaskHandle: "x" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
    });
  });

  test("is one of ten that are remembered, the latest first", async () => {
    const cloud = await sqsCloud();
    const { dead } = await deadLetters(cloud, 1);
    for (let task = 0; task < 12; task++) {
      await start(cloud, dead);
      await cloud.advance(1_000);
    }
    const { Results } = await cloud.call("sqs", "ListMessageMoveTasks", {
      SourceArn: dead.arn,
      MaxResults: 10,
    });
    const started = Results.map((task: { StartedTimestamp: number }) => task.StartedTimestamp);
    expect(started).toHaveLength(10);
    expect(started).toEqual([...started].sort().reverse());
    expect(started[0]).toBe(Date.UTC(2024, 0, 1) + 11_000);
  });
});
