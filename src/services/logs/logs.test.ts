// CloudWatch Logs, through dispatch.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import logs from "./index.ts";

const now = Date.UTC(2024, 0, 1);
const day = 86_400_000;
const group = { logGroupName: "/app" };
const stream = { ...group, logStreamName: "s" };
let cloud: TestCloud;

const call = (operation: string, input: object) => cloud.call("logs", operation, input);
const put = (events: readonly (readonly [number, string])[], logStreamName = "s") =>
  call("PutLogEvents", {
    ...group,
    logStreamName,
    logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
  });
const messages = (answer: { events: { message: string }[] }) => answer.events.map(({ message }) => message);

beforeEach(async () => {
  cloud = await testCloud([logs], { now });
  await call("CreateLogGroup", group);
  await call("CreateLogStream", stream);
});
afterEach(() => cloud.stop());

describe("groups", () => {
  test("cannot be created twice", async () => {
    await expect(call("CreateLogGroup", group)).rejects.toMatchObject({
      code: "ResourceAlreadyExistsException",
    });
  });

  test("are described with both ARNs, by prefix and page by page", async () => {
    for (const name of ["/app/a", "/app/b", "/other"]) await call("CreateLogGroup", { logGroupName: name });
    const first = await call("DescribeLogGroups", { logGroupNamePrefix: "/app", limit: 2 });
    expect(first.logGroups).toMatchObject([
      {
        logGroupName: "/app",
        arn: "arn:aws:logs:us-east-1:000000000000:log-group:/app:*",
        logGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:/app",
      },
      { logGroupName: "/app/a" },
    ]);
    const rest = await call("DescribeLogGroups", {
      logGroupNamePrefix: "/app",
      limit: 2,
      nextToken: first.nextToken,
    });
    expect(rest.logGroups.map((each: { logGroupName: string }) => each.logGroupName)).toEqual(["/app/b"]);
    expect(rest.nextToken).toBeUndefined();
  });

  test("begin empty when created anew", async () => {
    await put([[now, "old"]]);
    await call("DeleteLogGroup", group);
    await call("CreateLogGroup", group);
    await expect(call("GetLogEvents", stream)).rejects.toMatchObject({
      message: "The specified log stream does not exist.",
    });
    await call("CreateLogStream", stream);
    expect(messages(await call("GetLogEvents", stream))).toEqual([]);
  });

  test("keep events for the days of their retention", async () => {
    await put([[now, "old"]]);
    await call("PutRetentionPolicy", { ...group, retentionInDays: 3 });
    await cloud.advance(2 * day);
    await put([[now + 2 * day, "young"]]);
    await cloud.advance(day + 2 * 3_600_000);
    expect(messages(await call("GetLogEvents", { ...stream, startFromHead: true }))).toEqual(["young"]);
    await expect(call("PutRetentionPolicy", { ...group, retentionInDays: 2 })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  test("with deletion protection stay", async () => {
    await call("PutLogGroupDeletionProtection", {
      logGroupIdentifier: "/app",
      deletionProtectionEnabled: true,
    });
    await expect(call("DeleteLogGroup", group)).rejects.toMatchObject({ code: "ValidationException" });
  });

  test("are tagged by ARN and by name", async () => {
    const resourceArn = "arn:aws:logs:us-east-1:000000000000:log-group:/app";
    await call("TagResource", { resourceArn, tags: { a: "1", b: "2" } });
    await call("UntagLogGroup", { ...group, tags: ["a"] });
    expect(await call("ListTagsForResource", { resourceArn })).toEqual({ tags: { b: "2" } });
  });
});

describe("PutLogEvents", () => {
  test("refuses a batch out of order, too large, or longer than a day", async () => {
    await expect(
      put([
        [now, "b"],
        [now - 1, "a"],
      ]),
    ).rejects.toThrow("chronological order");
    await expect(
      put([
        [now - 2 * day, "a"],
        [now, "b"],
      ]),
    ).rejects.toThrow("24 hours");
    await expect(put(Array.from({ length: 5 }, () => [now, "x".repeat(250_000)] as const))).rejects.toThrow(
      "Upload too large",
    );
  });

  test("stores what it can and reports what is too old or too new", async () => {
    const answer = await put([
      [now - 14 * day - 1, "old"],
      [now - 14 * day, "kept"],
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const later = await put([
      [now, "kept too"],
      [now + 3 * 3_600_000, "new"],
    ]);
    expect(later.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(messages(await call("GetLogEvents", stream))).toEqual(["kept", "kept too"]);
  });
});

describe("GetLogEvents", () => {
  test("reads the last events first, forwards on request, and its tokens lead both ways", async () => {
    await put(Array.from({ length: 10 }, (_, at) => [now + at, `m${at}`] as const));
    const tail = await call("GetLogEvents", { ...stream, limit: 3 });
    expect(messages(tail)).toEqual(["m7", "m8", "m9"]);
    const before = await call("GetLogEvents", { ...stream, limit: 3, nextToken: tail.nextBackwardToken });
    expect(messages(before)).toEqual(["m4", "m5", "m6"]);
    const again = await call("GetLogEvents", { ...stream, limit: 3, nextToken: before.nextForwardToken });
    expect(messages(again)).toEqual(["m7", "m8", "m9"]);
  });

  test("answers the same forward token at the end, until more comes", async () => {
    await put([[now, "a"]]);
    const first = await call("GetLogEvents", { ...stream, startFromHead: true });
    const end = await call("GetLogEvents", { ...stream, nextToken: first.nextForwardToken });
    expect(messages(end)).toEqual([]);
    expect(end.nextForwardToken).toBe(first.nextForwardToken);
    await put([[now + 1, "b"]]);
    expect(messages(await call("GetLogEvents", { ...stream, nextToken: end.nextForwardToken }))).toEqual([
      "b",
    ]);
  });

  test("counts the start time in and the end time out", async () => {
    await put([
      [now, "a"],
      [now + 1, "b"],
      [now + 2, "c"],
    ]);
    expect(messages(await call("GetLogEvents", { ...stream, startTime: now, endTime: now + 2 }))).toEqual([
      "a",
      "b",
    ]);
  });
});

describe("FilterLogEvents", () => {
  test("merges streams by time, page by page, each event once", async () => {
    await call("CreateLogStream", { ...group, logStreamName: "t" });
    for (let at = 0; at < 30; at++) await put([[now + at, `m${at}`]], at % 2 === 0 ? "s" : "t");
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call("FilterLogEvents", { ...group, limit: 7, nextToken });
      seen.push(...messages(page));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen).toEqual(Array.from({ length: 30 }, (_, at) => `m${at}`));
  });

  test("keeps to the pattern, the streams and the time asked for", async () => {
    await call("CreateLogStream", { ...group, logStreamName: "t" });
    await put([
      [now, "ERROR one"],
      [now + 5, "fine"],
      [now + 9, "ERROR two"],
    ]);
    await put([[now + 5, "ERROR other"]], "t");
    expect(messages(await call("FilterLogEvents", { ...group, filterPattern: "ERROR" }))).toEqual([
      "ERROR one",
      "ERROR other",
      "ERROR two",
    ]);
    expect(
      messages(await call("FilterLogEvents", { ...group, filterPattern: "ERROR", logStreamNames: ["t"] })),
    ).toEqual(["ERROR other"]);
    expect(
      messages(await call("FilterLogEvents", { ...group, startTime: now + 5, endTime: now + 9 })),
    ).toEqual(["fine", "ERROR other", "ERROR two"]);
    await expect(call("FilterLogEvents", { ...group, filterPattern: "{ $.a = }" })).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });
});

test("DescribeLogStreams orders by the last event, newest first", async () => {
  await call("CreateLogStream", { ...group, logStreamName: "t" });
  await put([[now + 9, "x"]]);
  await put([[now + 1, "y"]], "t");
  const answer = await call("DescribeLogStreams", { ...group, orderBy: "LastEventTime", descending: true });
  expect(answer.logStreams).toMatchObject([
    { logStreamName: "s", lastEventTimestamp: now + 9 },
    { logStreamName: "t" },
  ]);
});

test("StartLiveTail sends what arrives after it began", async () => {
  const { responseStream } = await call("StartLiveTail", {
    logGroupIdentifiers: ["arn:aws:logs:us-east-1:000000000000:log-group:/app"],
  });
  const session = responseStream[Symbol.asyncIterator]();
  expect((await session.next()).value.sessionStart.sessionId).toBeDefined();
  expect((await session.next()).value.sessionUpdate.sessionResults).toEqual([]);
  await put([[now, "live"]]);
  const next = session.next();
  await cloud.kernel.clock.advance(1000, async () => new Promise((resolve) => setImmediate(resolve)));
  expect((await next).value.sessionUpdate.sessionResults).toMatchObject([
    { message: "live", logStreamName: "s" },
  ]);
});
