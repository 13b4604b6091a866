// Schedules against a stopped clock: when they fire, what arrives, and what is
// left of them.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import events from "../events/index.ts";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import scheduler from "./index.ts";

let cloud: TestCloud;

const queueArn = (name: string): string => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const RoleArn = "arn:aws:iam::000000000000:role/scheduler";
const QueueUrl = "http://localhost:4566/000000000000/q";

beforeEach(async () => {
  cloud = await testCloud([scheduler, events, sqs]);
  for (const QueueName of ["q", "dead"]) await cloud.call("sqs", "CreateQueue", { QueueName });
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: tests read messages freely.
async function messages(name = "q"): Promise<any[]> {
  await cloud.settle();
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
    QueueUrl: QueueUrl.replace(/q$/, name),
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 40_000,
    MessageAttributeNames: ["All"],
  });
  return Messages;
}
const bodies = async () => (await messages()).map(({ Body }) => Body);

const time = "<aws.scheduler.scheduled-time>";
const schedule = (expression: string, more: object = {}, target: object = {}) =>
  cloud.call("scheduler", "CreateSchedule", {
    Name: "s",
    ScheduleExpression: expression,
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: queueArn("q"), RoleArn, Input: time, ...target },
    ...more,
  });

describe("firing", () => {
  test("one-time, in its zone, and gone afterwards if asked", async () => {
    await schedule("at(2024-01-01T03:00:00)", {
      ScheduleExpressionTimezone: "Europe/Berlin",
      ActionAfterCompletion: "DELETE",
    });
    await cloud.advance(2 * 3_600_000 - 1);
    expect(await bodies()).toEqual([]);
    await cloud.advance(1);
    expect(await bodies()).toEqual(["2024-01-01T02:00:00Z"]);
    await expect(cloud.call("scheduler", "GetSchedule", { Name: "s" })).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Schedule s does not exist.",
    });
  });

  test("a rate counts from its start and ends with its end", async () => {
    await schedule("rate(1 hour)", {
      StartDate: Date.UTC(2024, 0, 1, 2, 30),
      EndDate: Date.UTC(2024, 0, 1, 5),
    });
    await cloud.advance(86_400_000);
    expect(await bodies()).toEqual(["2024-01-01T02:30:00Z", "2024-01-01T03:30:00Z", "2024-01-01T04:30:00Z"]);
    expect((await cloud.call("scheduler", "GetSchedule", { Name: "s" })).State).toBe("ENABLED");
  });

  test("a flexible window delays by no more than itself", async () => {
    await schedule("at(2024-01-01T01:00:00)", {
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 },
    });
    await cloud.advance(90 * 60_000);
    expect(await bodies()).toEqual(["2024-01-01T01:00:00Z"]);
  });

  test("every moment has a window of its own, also where windows overlap", async () => {
    await schedule("rate(10 minutes)", {
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 },
      EndDate: Date.UTC(2024, 0, 1, 1),
    });
    await cloud.advance(90 * 60_000);
    const moments = ["00:10", "00:20", "00:30", "00:40", "00:50", "01:00"];
    expect((await bodies()).sort()).toEqual(moments.map((each) => `2024-01-01T${each}:00Z`));
  });

  test("an update counts, and a disabled schedule rests", async () => {
    await schedule("rate(1 hour)");
    await cloud.call("scheduler", "UpdateSchedule", {
      Name: "s",
      ScheduleExpression: "rate(30 minutes)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: queueArn("q"), RoleArn, Input: "new" },
    });
    await cloud.advance(3_600_000);
    expect(await bodies()).toEqual(["new", "new"]);
    await cloud.call("scheduler", "UpdateSchedule", {
      Name: "s",
      State: "DISABLED",
      ScheduleExpression: "rate(30 minutes)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: queueArn("q"), RoleArn, Input: "new" },
    });
    await cloud.advance(3_600_000);
    expect(await bodies()).toEqual([]);
  });

  test("many at one moment all fire", async () => {
    for (let n = 0; n < 300; n++) await schedule("at(2024-01-01T01:00:00)", { Name: `s${n}` });
    await cloud.advance(3_600_000);
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages"],
    });
    expect(Attributes.ApproximateNumberOfMessages).toBe("300");
  });
});

describe("targets", () => {
  test("an input's context attributes are filled in", async () => {
    await schedule(
      "at(2024-01-01T01:00:00)",
      {},
      { Input: "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number>" },
    );
    await cloud.advance(3_600_000);
    expect(await bodies()).toEqual(["arn:aws:scheduler:us-east-1:000000000000:schedule/default/s 1"]);
  });

  test("without an input the target receives an event", async () => {
    await schedule("at(2024-01-01T01:00:00)", {}, { Input: undefined });
    await cloud.advance(3_600_000);
    expect(JSON.parse((await bodies())[0])).toMatchObject({ source: "aws.scheduler", detail: "{}" });
  });

  test("a universal target calls any operation", async () => {
    await schedule(
      "at(2024-01-01T01:00:00)",
      {},
      {
        Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
        Input: JSON.stringify({ QueueUrl, MessageBody: "hi" }),
      },
    );
    await cloud.advance(3_600_000);
    expect(await bodies()).toEqual(["hi"]);
  });

  test("a bus receives an event of the source and type given", async () => {
    await cloud.call("events", "PutRule", { Name: "r", EventPattern: '{"source":["mine"]}' });
    await cloud.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "t", Arn: queueArn("q") }] });
    await schedule(
      "at(2024-01-01T01:00:00)",
      {},
      {
        Arn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
        EventBridgeParameters: { Source: "mine", DetailType: "Tick" },
        Input: '{"n":1}',
      },
    );
    await cloud.advance(3_600_000);
    expect(JSON.parse((await bodies())[0])).toMatchObject({ "detail-type": "Tick", detail: { n: 1 } });
  });

  test("what cannot be delivered becomes a dead letter", async () => {
    await schedule(
      "at(2024-01-01T01:00:00)",
      {},
      { Arn: queueArn("gone"), Input: "x", DeadLetterConfig: { Arn: queueArn("dead") } },
    );
    await cloud.advance(3_600_000);
    const [letter] = await messages("dead");
    expect(letter.Body).toBe("x");
    expect(letter.MessageAttributes.ERROR_CODE.StringValue).toBe("QueueDoesNotExist");
  });
});

describe("management", () => {
  test.each([
    ["ScheduleExpression", "rate(0 minutes)", "Invalid Schedule Expression rate(0 minutes)."],
    ["ScheduleExpressionTimezone", "Mars/Olympus", "Invalid Schedule Expression Timezone: Mars/Olympus."],
  ])("a wrong %s is refused", async (member, value, message) => {
    await expect(schedule("rate(1 hour)", { [member]: value })).rejects.toMatchObject({
      code: "ValidationException",
      message,
    });
  });

  test("a name is taken once, unless by the same token", async () => {
    const first = await schedule("rate(1 hour)", { ClientToken: "t" });
    expect(await schedule("rate(1 hour)", { ClientToken: "t" })).toEqual(first);
    await expect(schedule("rate(1 hour)")).rejects.toMatchObject({
      code: "ConflictException",
      message: "Schedule s already exists.",
    });
  });

  test("a group takes its schedules along", async () => {
    await cloud.call("scheduler", "CreateScheduleGroup", { Name: "g", Tags: [{ Key: "a", Value: "b" }] });
    for (let n = 0; n < 3; n++) await schedule("rate(1 hour)", { Name: `s${n}`, GroupName: "g" });
    const { Schedules } = await cloud.call("scheduler", "ListSchedules", { GroupName: "g", NamePrefix: "s" });
    expect(Schedules.length).toBe(3);
    const ResourceArn = "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g";
    expect((await cloud.call("scheduler", "ListTagsForResource", { ResourceArn })).Tags).toEqual([
      { Key: "a", Value: "b" },
    ]);
    await cloud.call("scheduler", "DeleteScheduleGroup", { Name: "g" });
    await cloud.advance(7_200_000);
    expect(await bodies()).toEqual([]);
    const { ScheduleGroups } = await cloud.call("scheduler", "ListScheduleGroups");
    expect(ScheduleGroups.map(({ Name }: { readonly Name: string }) => Name)).toEqual(["default"]);
  });
});
