// Queries over log events.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import logs from "../index.ts";

const now = Date.UTC(2024, 0, 1, 12);
const group = { logGroupName: "/app" };

let cloud: TestCloud;
const call = (operation: string, input: object = {}) => cloud.call("logs", operation, input);

const messages = [
  '{"level":"info","ms":12,"user":{"name":"ann"},"tags":["a","b"]}',
  '{"level":"error","ms":200,"user":{"name":"bob"}}',
  '{"level":"info","ms":8,"user":{"name":"bob"}}',
  "[WARN] user=carl took 31 ms",
  "REPORT RequestId: 11111111-2222-4333-8444-555555555555\tDuration: 3.10 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t",
];

beforeEach(async () => {
  cloud = await testCloud([logs], { now });
  await call("CreateLogGroup", group);
  for (const logStreamName of ["one", "two"]) {
    await call("CreateLogStream", { ...group, logStreamName });
    await call("PutLogEvents", {
      ...group,
      logStreamName,
      logEvents:
        logStreamName === "one"
          ? messages.map((message, at) => ({ timestamp: now - 600_000 + at * 60_000, message }))
          : [{ timestamp: now - 86_400_000, message: "yesterday" }],
    });
  }
});
afterEach(() => cloud.stop());

async function ask(queryString: string, more: object = {}) {
  const { queryId } = await call("StartQuery", {
    ...group,
    startTime: now / 1000 - 3600,
    endTime: now / 1000,
    queryString,
    ...more,
  });
  await cloud.settle();
  return call("GetQueryResults", { queryId });
}

/** The rows as lists of values, without pointers. */
async function rows(queryString: string): Promise<readonly (readonly string[])[]> {
  const { results } = await ask(queryString);
  return results.map((row: { field: string; value: string }[]) =>
    row.filter(({ field }) => field !== "@ptr").map(({ value }) => value),
  );
}

test("a query without commands that say more shows time and message, newest first", async () => {
  const { status, statistics, results } = await ask("filter level = 'info'");
  expect(status).toBe("Complete");
  expect(statistics).toMatchObject({ recordsMatched: 2, recordsScanned: 5, logGroupsScanned: 1 });
  expect(results).toEqual([
    [
      { field: "@timestamp", value: "2024-01-01 11:52:00.000" },
      { field: "@message", value: messages[2] },
      { field: "@ptr", value: expect.any(String) },
    ],
    [
      { field: "@timestamp", value: "2024-01-01 11:50:00.000" },
      { field: "@message", value: messages[0] },
      { field: "@ptr", value: expect.any(String) },
    ],
  ]);
  const { logRecord } = await call("GetLogRecord", { logRecordPointer: results[1][2].value });
  expect(logRecord).toMatchObject({ "@logStream": "one", "user.name": "ann", "tags.1": "b", ms: "12" });
});

test.each([
  [
    "fields ms, user.name | sort ms desc | limit 2",
    [
      ["200", "bob"],
      ["12", "ann"],
    ],
  ],
  ["fields ms * 2 + 1 as double | filter ispresent(ms) | sort double asc", [["17"], ["25"], ["401"]]],
  [
    "stats count(*) as n, avg(ms) as middle by level | sort n desc, level",
    [["info", "2", "10"], ["2"], ["error", "1", "200"]],
  ],
  [
    "filter ispresent(ms) | stats max(ms), min(ms), sum(ms), pct(ms, 50), count_distinct(user.name)",
    [["200", "8", "220", "12", "2"]],
  ],
  ["stats count(*) by bin(5m) as t | sort t", [["2024-01-01 11:50:00.000", "5"]]],
  ["stats latest(level), earliest(user.name)", [["info", "ann"]]],
  [
    'filter @message like /WARN/ | parse @message "user=* took * ms" as who, took | display who, took',
    [["carl", "31"]],
  ],
  [
    "parse /user=(?<who>\\w+)/ | filter ispresent(who) | fields toupper(who) as WHO | display WHO",
    [["CARL"]],
  ],
  [
    "filter @type = 'REPORT' | display @duration, @billedDuration, @maxMemoryUsed / 1000000, @requestId",
    [["3.1", "4", "60", "11111111-2222-4333-8444-555555555555"]],
  ],
  ["filter level in ['info', 'error'] and not (ms < 10) | sort ms asc | display ms", [["12"], ["200"]]],
  ["filter user.name not like 'an' and ispresent(level) | display ms", [["8"], ["200"]]],
  ["filter ispresent(level) | sort @timestamp asc | dedup user.name | display ms", [["12"], ["200"]]],
  [
    "fields strlen(user.name) as l, concat(level, '-', ms) as c, coalesce(missing, 'none') as n | filter ms = 8 | display l, c, n",
    [["3", "info-8", "none"]],
  ],
  [
    "limit 1 | fields isValidIpv4('10.0.0.300') as a, isValidIpv6('::1') as b, isIpv4InSubnet('10.1.2.3', '10.0.0.0/8') as c | display a, b, c",
    [["0", "1", "1"]],
  ],
  ['# a comment\n| filter `user.name` = "bob" # more\n| stats count() as n', [["2"]]],
  [
    "stats sum(ms) / count(ms) as each by user.name | filter each > 50 | display user.name, each",
    [["bob", "104"]],
  ],
])("%s", async (query, expected) => {
  expect(await rows(query)).toEqual(expected);
});

test("queries are described, and cannot be stopped when they are over", async () => {
  const { queryId } = await call("StartQuery", {
    ...group,
    startTime: 0,
    endTime: now / 1000,
    queryString: "limit 1",
  });
  await call("StopQuery", { queryId });
  await cloud.settle();
  expect(await call("GetQueryResults", { queryId })).toMatchObject({ status: "Cancelled", results: [] });
  await expect(call("StopQuery", { queryId })).rejects.toMatchObject({ code: "InvalidParameterException" });
  const { queries } = await call("DescribeQueries", group);
  expect(queries).toMatchObject([{ queryId, status: "Cancelled", queryString: "limit 1" }]);
  await expect(call("GetQueryResults", { queryId: "none" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
});

test.each([
  ["fields", 6],
  ["filter a = ", 11],
  ["nonsense a", 0],
  ["fields a | limit x", 17],
  ["parse @message 'a*'", 19],
  ["fields ~", 7],
  ["fields unknown(a)", 0],
])("%s is refused at %d", async (queryString, startCharOffset) => {
  await expect(ask(queryString)).rejects.toMatchObject({
    code: "MalformedQueryException",
    fields: { queryCompileError: { location: { startCharOffset } } },
  });
});

test("the fields of a group are told with how often they are found", async () => {
  const { logGroupFields } = await call("GetLogGroupFields", { ...group, time: now / 1000 - 540 });
  const percent = Object.fromEntries(
    logGroupFields.map((field: { name: string; percent: number }) => [field.name, field.percent]),
  );
  expect(percent).toMatchObject({
    "@message": 100,
    level: 60,
    "user.name": 60,
    "tags.0": 20,
    "@duration": 20,
  });
  expect((await call("GetLogGroupFields", { ...group, time: 1 })).logGroupFields).toEqual([]);
});

test("groups are listed by parts of their names", async () => {
  await call("CreateLogGroup", { logGroupName: "/other/app" });
  const names = async (logGroupNamePattern: string) =>
    (await call("ListLogGroups", { logGroupNamePattern })).logGroups.map(
      (each: { logGroupName: string }) => each.logGroupName,
    );
  expect(await names("app")).toEqual(["/app", "/other/app"]);
  expect(await names("^/app|^/none")).toEqual(["/app"]);
  const page = await call("ListLogGroups", { limit: 1 });
  expect(page.logGroups).toEqual([
    {
      logGroupName: "/app",
      logGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:/app",
      logGroupClass: "STANDARD",
    },
  ]);
  expect((await call("ListLogGroups", { nextToken: page.nextToken })).logGroups).toHaveLength(1);
});
