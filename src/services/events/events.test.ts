// Rules and delivery, end to end: what is put on a bus arrives at the targets of
// the rules that match.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import events from "./index.ts";

let cloud: TestCloud;

const queueArn = (name: string, region = "us-east-1", account = "000000000000"): string =>
  `arn:aws:sqs:${region}:${account}:${name}`;

beforeEach(async () => {
  cloud = await testCloud([events, sqs]);
  for (const QueueName of ["q", "dead"]) await cloud.call("sqs", "CreateQueue", { QueueName });
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: tests read messages freely.
async function messages(name = "q"): Promise<any[]> {
  await cloud.settle();
  const QueueUrl = `http://localhost:4566/000000000000/${name}`;
  const found = [];
  for (;;) {
    const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
    });
    if (Messages.length === 0) return found;
    for (const message of Messages) {
      found.push(message);
      await cloud.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle: message.ReceiptHandle });
    }
  }
}

const bodies = async (name?: string) => (await messages(name)).map(({ Body }) => Body);

async function rule(pattern: object, target: object = {}, more: object = {}): Promise<void> {
  await cloud.call("events", "PutRule", { Name: "r", EventPattern: JSON.stringify(pattern), ...more });
  const { EventBusName } = more as { readonly EventBusName?: string };
  const Targets = [{ Id: "t", Arn: queueArn("q"), ...target }];
  await cloud.call("events", "PutTargets", { Rule: "r", EventBusName, Targets });
}

const put = (detail: object, more: object = {}) =>
  cloud.call("events", "PutEvents", {
    Entries: [{ Source: "app", DetailType: "Ordered", Detail: JSON.stringify(detail), ...more }],
  });

describe("PutEvents", () => {
  test("delivers the event, in its envelope, to the targets of the rules that match", async () => {
    await rule({ source: ["app"], detail: { n: [{ numeric: [">", 1] }] } });
    await put({ n: 1 });
    const { Entries, FailedEntryCount } = await put({ n: 2, text: "a  b" }, { Resources: ["x"] });
    expect(FailedEntryCount).toBe(0);
    const [body, ...more] = await bodies();
    expect(more).toEqual([]);
    expect(JSON.parse(body)).toEqual({
      version: "0",
      id: Entries[0].EventId,
      "detail-type": "Ordered",
      source: "app",
      account: "000000000000",
      time: "2024-01-01T00:00:00Z",
      region: "us-east-1",
      resources: ["x"],
      detail: { n: 2, text: "a  b" },
    });
  });

  test("fails entries one by one", async () => {
    const good = { Source: "app", DetailType: "t", Detail: "{}" };
    const { Entries, FailedEntryCount } = await cloud.call("events", "PutEvents", {
      Entries: [
        good,
        { ...good, Detail: "[]" },
        { ...good, Detail: "{" },
        { ...good, Source: undefined },
        { ...good, Source: "aws.ec2" },
        { ...good, DetailType: "" },
      ],
    });
    expect(FailedEntryCount).toBe(5);
    expect(Entries.map(({ ErrorCode }: { readonly ErrorCode?: string }) => ErrorCode)).toEqual([
      undefined,
      "MalformedDetail",
      "MalformedDetail",
      "InvalidArgument",
      "NotAuthorizedForSourceException",
      "InvalidArgument",
    ]);
  });

  test("refuses a request over 256 KB", async () => {
    await expect(put({ text: "x".repeat(262_144) })).rejects.toMatchObject({
      code: "ValidationException",
      message: "Total size of the entries in the request is over the limit.",
    });
  });

  test("a disabled rule and a removed target receive nothing", async () => {
    await rule({ source: ["app"] });
    await cloud.call("events", "DisableRule", { Name: "r" });
    await put({});
    expect(await bodies()).toEqual([]);
    await cloud.call("events", "EnableRule", { Name: "r" });
    await put({});
    expect((await bodies()).length).toBe(1);
    await cloud.call("events", "RemoveTargets", { Rule: "r", Ids: ["t"] });
    await put({});
    expect(await bodies()).toEqual([]);
  });
});

describe("what a target receives", () => {
  test.each([
    ["Hello <s>", '"Hello null"; line: 1, column: 6'],
    ['{"a": <s>, <s>: 1}', '"{"a": null, null: 1}"; line: 1, column: 21'],
    ['"one <s>"\ntwo', '""one null"\ntwo"; line: 2, column: 4'],
  ])("is no template: %s", async (InputTemplate, place) => {
    const InputTransformer = { InputPathsMap: { s: "$.detail" }, InputTemplate };
    await expect(rule({ source: ["app"] }, { InputTransformer })).rejects.toMatchObject({
      code: "ValidationException",
      message: `Invalid InputTemplate for target t : [Source: (String)${place}].`,
    });
  });

  test("may be several lines of text", async () => {
    const InputTransformer = { InputPathsMap: { s: "$.source" }, InputTemplate: '"from <s>"\n\n"bye"' };
    await rule({ source: ["app"] }, { InputTransformer });
    await put({});
    expect(await bodies()).toEqual(['"from app"\n\n"bye"']);
  });

  test.each([
    [{ Input: '{"a":1}' }, '{"a":1}'],
    [{ InputPath: "$.detail" }, '{"state":"on","n":2,"tags":["a","b"]}'],
    [{ InputPath: "$.detail.state" }, '"on"'],
    [
      {
        InputTransformer: {
          InputPathsMap: {
            s: "$.detail.state",
            n: "$.detail.n",
            t: "$.detail.tags",
            d: "$.detail",
            m: "$.detail.m",
          },
          InputTemplate: '{"state": <s>, "n": <n>, "tags": <t>, "text": "is <s> (<n>)", "missing": "<m>"}',
        },
      },
      '{"state":"on","n":2,"tags":["a","b"],"text":"is on (2)","missing":""}',
    ],
    [
      {
        InputTransformer: {
          InputTemplate: '"rule <aws.events.rule-name> at <aws.events.event.ingestion-time>"',
        },
      },
      '"rule r at 2024-01-01T00:00:00.000Z"',
    ],
    [
      { InputTransformer: { InputTemplate: '{"arn": <aws.events.rule-arn>}' } },
      '{"arn":"arn:aws:events:us-east-1:000000000000:rule/r"}',
    ],
  ])("%j", async (target, expected) => {
    await rule({ source: ["app"] }, target);
    await put({ state: "on", n: 2, tags: ["a", "b"] });
    expect(await bodies()).toEqual([expected]);
  });
});

describe("delivery that fails", () => {
  test("goes to the dead-letter queue at once where trying again cannot help", async () => {
    await rule({ source: ["app"] }, { Arn: queueArn("gone"), DeadLetterConfig: { Arn: queueArn("dead") } });
    const { Entries } = await put({ n: 1 });
    const [letter] = await messages("dead");
    expect(JSON.parse(letter.Body).id).toBe(Entries[0].EventId);
    const values = Object.fromEntries(
      Object.entries<{ readonly StringValue: string }>(letter.MessageAttributes).map(([name, each]) => [
        name,
        each.StringValue,
      ]),
    );
    expect(values).toEqual({
      RULE_ARN: "arn:aws:events:us-east-1:000000000000:rule/r",
      TARGET_ARN: queueArn("gone"),
      ERROR_CODE: "NO_RESOURCE",
      ERROR_MESSAGE: "The specified queue does not exist.",
      RETRY_ATTEMPTS: "0",
    });
  });
});

describe("rules by schedule", () => {
  test("a rate counts from where the rule was put, and stops with it", async () => {
    await cloud.call("events", "PutRule", { Name: "r", ScheduleExpression: "rate(5 minutes)" });
    await cloud.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "t", Arn: queueArn("q") }] });
    await cloud.advance(15 * 60_000);
    const found = (await bodies()).map((body) => JSON.parse(body));
    expect(found.map(({ time }) => time)).toEqual([
      "2024-01-01T00:05:00Z",
      "2024-01-01T00:10:00Z",
      "2024-01-01T00:15:00Z",
    ]);
    expect(found[0]).toMatchObject({
      source: "aws.events",
      "detail-type": "Scheduled Event",
      detail: {},
      resources: ["arn:aws:events:us-east-1:000000000000:rule/r"],
    });
    await cloud.call("events", "DisableRule", { Name: "r" });
    await cloud.advance(3_600_000);
    expect(await bodies()).toEqual([]);
  });

  test("cron fires on the hour", async () => {
    await cloud.call("events", "PutRule", { Name: "r", ScheduleExpression: "cron(0 12 * * ? *)" });
    await cloud.call("events", "PutTargets", {
      Rule: "r",
      Targets: [{ Id: "t", Arn: queueArn("q"), InputPath: "$.time" }],
    });
    await cloud.advance(2 * 86_400_000);
    expect(await bodies()).toEqual(['"2024-01-01T12:00:00Z"', '"2024-01-02T12:00:00Z"']);
  });
});

describe("buses", () => {
  test("rules of one bus do not see another's events, and a bus can pass events on", async () => {
    await cloud.call("events", "CreateEventBus", { Name: "orders" });
    await rule({ source: ["app"] }, { Arn: "arn:aws:events:us-east-1:000000000000:event-bus/orders" });
    const { Entries } = await put({ n: 1 });
    await rule({ source: ["app"] }, {}, { EventBusName: "orders" });
    await put({ n: 2 });
    const found = (await bodies()).map((body) => JSON.parse(body));
    expect(found.map(({ detail }) => detail.n).sort()).toEqual([1, 2].slice(-found.length));
    expect(found.find(({ detail }) => detail.n === 2).id).not.toBe(Entries[0].EventId);
    await put({ n: 3 }, { EventBusName: "orders" });
    expect((await bodies()).length).toBe(1);
  });

  test("what came from one bus goes to no third, not in circles either", async () => {
    const bus = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`;
    for (const Name of ["a", "b"]) await cloud.call("events", "CreateEventBus", { Name });
    const pass = async (from: string, to: string, more: object = {}) => {
      const EventBusName = from;
      const [Name, EventPattern] = [`to-${to}`, '{"source":["app"]}'];
      await cloud.call("events", "PutRule", { Name, EventBusName, EventPattern });
      const Targets = [{ Id: "t", Arn: bus(to), ...more }];
      await cloud.call("events", "PutTargets", { Rule: Name, EventBusName, Targets });
    };
    await pass("a", "b");
    await pass("b", "a", { DeadLetterConfig: { Arn: queueArn("dead") } });
    await put({}, { EventBusName: "a" });
    const letters = await messages("dead");
    expect(letters.length).toBe(1);
    expect(letters[0].MessageAttributes.ERROR_CODE.StringValue).toBe("THIRD_ACCOUNT_HOP_DETECTED");
  });

  test("another account's bus needs a policy, and the event keeps where it came from", async () => {
    const other = cloud.as({ account: "111111111111" });
    const arn = "arn:aws:events:us-east-1:111111111111:event-bus/default";
    const Statement = [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn("q"),
        Condition: { StringEquals: { "aws:SourceAccount": "111111111111" } },
      },
    ];
    await cloud.call("sqs", "SetQueueAttributes", {
      QueueUrl: "http://localhost:4566/000000000000/q",
      Attributes: { Policy: JSON.stringify({ Version: "2012-10-17", Statement }) },
    });
    await other.call("events", "PutRule", { Name: "r", EventPattern: '{"source":["app"]}' });
    await other.call("events", "PutTargets", { Rule: "r", Targets: [{ Id: "t", Arn: queueArn("q") }] });
    expect((await put({}, { EventBusName: arn })).FailedEntryCount).toBe(1);
    await rule({ source: ["app"] }, { Arn: arn, DeadLetterConfig: { Arn: queueArn("dead") } });
    await put({});
    expect((await messages("dead"))[0].MessageAttributes.ERROR_CODE.StringValue).toBe("NO_PERMISSIONS");
    await other.call("events", "PutPermission", {
      Action: "events:PutEvents",
      Principal: "000000000000",
      StatementId: "s",
    });
    await put({}, { EventBusName: arn });
    const [body] = await bodies();
    expect(JSON.parse(body)).toMatchObject({ account: "000000000000" });
  });

  test("another account manages rules of a bus where its policy lets it, and its own alone", async () => {
    const { EventBusArn } = await cloud.call("events", "CreateEventBus", { Name: "shared" });
    const other = cloud.as({ account: "111122223333" });
    const theirs = { Name: "theirs", EventBusName: EventBusArn, EventPattern: '{"source":["a"]}' };
    const rule = "arn:aws:events:us-east-1:000000000000:rule/shared";
    await expect(other.call("events", "PutRule", theirs)).rejects.toMatchObject({
      code: "AccessDeniedException",
      message: `User: arn:aws:iam::111122223333:root is not authorized to perform: events:PutRule on resource: ${rule}/theirs because no resource-based policy allows the events:PutRule action`,
    });
    await expect(other.call("events", "DescribeEventBus", { Name: EventBusArn })).rejects.toMatchObject({
      code: "AccessDeniedException",
    });
    const Statement = {
      Effect: "Allow",
      Principal: { AWS: "111122223333" },
      Action: ["events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:DeleteRule"],
      Resource: `${rule}/*`,
      Condition: { StringEqualsIfExists: { "events:creatorAccount": "111122223333" } },
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [Statement] });
    await cloud.call("events", "PutPermission", { EventBusName: "shared", Policy });
    await cloud.call("events", "PutRule", { ...theirs, Name: "mine", EventBusName: "shared" });
    expect((await other.call("events", "PutRule", theirs)).RuleArn).toBe(`${rule}/theirs`);
    const shown = await cloud.call("events", "DescribeRule", { Name: "theirs", EventBusName: "shared" });
    expect(shown.CreatedBy).toBe("111122223333");
    for (const operation of ["PutRule", "DeleteRule"]) {
      const input = operation === "PutRule" ? theirs : { EventBusName: EventBusArn };
      await expect(other.call("events", operation, { ...input, Name: "mine" })).rejects.toMatchObject({
        code: "AccessDeniedException",
      });
    }
    await other.call("events", "DeleteRule", { Name: "theirs", EventBusName: EventBusArn });
  });

  test("policies show and go", async () => {
    await cloud.call("events", "PutPermission", {
      Action: "events:PutEvents",
      Principal: "*",
      StatementId: "s",
      Condition: { Type: "StringEquals", Key: "aws:PrincipalOrgID", Value: "o-1" },
    });
    const { Policy } = await cloud.call("events", "DescribeEventBus");
    expect(JSON.parse(Policy).Statement).toEqual([
      {
        Sid: "s",
        Effect: "Allow",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: "arn:aws:events:us-east-1:000000000000:event-bus/default",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      },
    ]);
    await cloud.call("events", "RemovePermission", { StatementId: "s" });
    expect((await cloud.call("events", "DescribeEventBus")).Policy).toBeUndefined();
  });
});

describe("archives", () => {
  test("a replay sends what matched once more, in order and marked, and to nobody else", async () => {
    const bus = "arn:aws:events:us-east-1:000000000000:event-bus/default";
    await rule({ source: ["app"] });
    const { ArchiveArn } = await cloud.call("events", "CreateArchive", {
      ArchiveName: "a",
      EventSourceArn: bus,
      EventPattern: '{"detail":{"keep":[true]}}',
    });
    for (let n = 0; n < 250; n++) {
      if (n % 50 === 0) await cloud.advance(1000);
      await put({ n, keep: n % 2 === 0 });
    }
    await messages();
    const archive = await cloud.call("events", "DescribeArchive", { ArchiveName: "a" });
    expect(archive).toMatchObject({ State: "ENABLED", EventCount: 125 });
    await cloud.call("events", "StartReplay", {
      ReplayName: "again",
      EventSourceArn: ArchiveArn,
      EventStartTime: Date.UTC(2024, 0, 1, 0, 0, 2),
      EventEndTime: Date.UTC(2024, 0, 1, 0, 0, 5),
      Destination: { Arn: bus },
    });
    const found = (await bodies()).map((body) => JSON.parse(body));
    const ns = found.map(({ detail }) => detail.n);
    expect(ns.length).toBe(75);
    expect([...ns].sort((a, b) => a - b)).toEqual([...Array(75).keys()].map((at) => 50 + at * 2));
    expect(found[0]["replay-name"]).toBe("again");
    const replay = await cloud.call("events", "DescribeReplay", { ReplayName: "again" });
    expect(replay.State).toBe("COMPLETED");
    expect((await cloud.call("events", "DescribeArchive", { ArchiveName: "a" })).EventCount).toBe(125);
    await cloud.call("events", "DeleteArchive", { ArchiveName: "a" });
    expect((await cloud.call("events", "ListRules")).Rules.length).toBe(1);
  });

  test("events leave when the archive's days are over", async () => {
    await cloud.call("events", "CreateArchive", {
      ArchiveName: "a",
      EventSourceArn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
      RetentionDays: 1,
    });
    await put({});
    await cloud.advance(20 * 3_600_000);
    expect((await cloud.call("events", "DescribeArchive", { ArchiveName: "a" })).EventCount).toBe(1);
    await cloud.advance(6 * 3_600_000);
    expect((await cloud.call("events", "DescribeArchive", { ArchiveName: "a" })).EventCount).toBe(0);
  });
});

describe("what AWS services tell", () => {
  const call = "AWS API Call via CloudTrail";

  test("a call that changes something is an event on the default bus, its secrets hidden", async () => {
    await rule({
      source: ["aws.sqs"],
      "detail-type": [call],
      detail: { eventName: ["CreateQueue", "GetQueueUrl"] },
    });
    await cloud.settle();
    await cloud.call("sqs", "CreateQueue", { QueueName: "new", tags: { a: "b" } });
    await cloud.call("sqs", "GetQueueUrl", { QueueName: "new" });
    await expect(cloud.call("sqs", "CreateQueue", { QueueName: "not ok" })).rejects.toThrow();
    const found = (await bodies()).map((body) => JSON.parse(body));
    expect(found.map(({ detail }) => detail.errorCode)).toEqual([undefined, "InvalidParameterValue"]);
    expect(found[0]).toMatchObject({
      source: "aws.sqs",
      detail: {
        eventSource: "sqs.amazonaws.com",
        eventName: "CreateQueue",
        userIdentity: { type: "Root", accountId: "000000000000" },
        requestParameters: { queueName: "new", tags: { a: "b" } },
        responseElements: { queueUrl: "http://localhost:4566/000000000000/new" },
        readOnly: false,
      },
    });
  });

  test("calls that only read need the state that asks for them", async () => {
    await rule({ source: ["aws.sqs"] }, {}, { State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" });
    await cloud.settle();
    await cloud.call("sqs", "GetQueueUrl", { QueueName: "q" });
    const found = (await bodies()).map((body) => JSON.parse(body));
    expect(found.map(({ detail }) => detail.eventName)).toContain("GetQueueUrl");
  });

  test("without such a rule nothing is observed, and nothing after it went", async () => {
    await rule({ source: ["aws.sqs"] });
    await cloud.settle();
    await cloud.call("events", "DisableRule", { Name: "r" });
    await rule({ source: ["app", { prefix: "shop." }] });
    await cloud.settle();
    await cloud.call("sqs", "CreateQueue", { QueueName: "new" });
    expect(await bodies()).toEqual([]);
  });
});
