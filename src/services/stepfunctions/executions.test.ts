// What is said of executions: names, lists, history in pages, limits of time
// and size, and Express ones.

import { afterEach, describe, expect, test } from "vitest";
import logs from "../logs/index.ts";
import { type Bench, machineOf, only } from "./testing/machines.ts";

let bench: Bench;
afterEach(() => bench.cloud.stop());

const wait = only({ Type: "Wait", Seconds: 60 });

describe("a name", () => {
  test("with the same input is the same request while the execution runs", async () => {
    bench = await machineOf(wait);
    const arn = await bench.start({ n: 1 });
    expect(await bench.start({ n: 1 })).toBe(arn);
    await expect(bench.start({ n: 2 })).rejects.toMatchObject({
      code: "ExecutionAlreadyExists",
      message: `Execution Already Exists: '${arn}'`,
    });
    await bench.cloud.advance(60_000);
    await expect(bench.start({ n: 1 })).rejects.toMatchObject({ code: "ExecutionAlreadyExists" });
  });

  test("is free again ninety days after the end", async () => {
    bench = await machineOf(only({ Type: "Pass" }));
    await bench.start();
    await bench.cloud.advance(89 * 86_400_000);
    await expect(bench.start()).rejects.toMatchObject({ code: "ExecutionAlreadyExists" });
    await bench.cloud.advance(2 * 86_400_000);
    expect(
      (await bench.call("ListExecutions", { stateMachineArn: bench.stateMachineArn })).executions,
    ).toEqual([]);
    await bench.start();
  });
});

test("ListExecutions shows the newest first, in pages, and by status", async () => {
  bench = await machineOf(wait);
  for (const name of ["a", "b", "c"]) {
    await bench.start({}, name);
    await bench.cloud.advance(30_000);
  }
  const list = async (input: object) =>
    bench.call("ListExecutions", { stateMachineArn: bench.stateMachineArn, ...input });
  const names = (page: { executions: { name: string }[] }) => page.executions.map(({ name }) => name);
  expect(names(await list({}))).toEqual(["c", "b", "a"]);
  const first = await list({ maxResults: 2 });
  expect(names(first)).toEqual(["c", "b"]);
  expect(names(await list({ maxResults: 2, nextToken: first.nextToken }))).toEqual(["a"]);
  expect(names(await list({ statusFilter: "SUCCEEDED" }))).toEqual(["b", "a"]);
  expect(names(await list({ statusFilter: "RUNNING" }))).toEqual(["c"]);
});

test("GetExecutionHistory pages in both orders, with and without data", async () => {
  const states = Object.fromEntries(
    Array.from({ length: 20 }, (_, at) => [
      `S${at}`,
      { Type: "Pass", ...(at < 19 ? { Next: `S${at + 1}` } : { End: true }) },
    ]),
  );
  bench = await machineOf({ StartAt: "S0", States: states });
  const executionArn = await bench.start({ a: 1 });
  const ids = async (reverseOrder: boolean) => {
    const seen: number[] = [];
    let nextToken: string | undefined;
    do {
      const page = await bench.call("GetExecutionHistory", {
        executionArn,
        maxResults: 7,
        reverseOrder,
        nextToken,
      });
      seen.push(...page.events.map(({ id }: { id: number }) => id));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return seen;
  };
  const all = Array.from({ length: 42 }, (_, at) => at + 1);
  expect(await ids(false)).toEqual(all);
  expect(await ids(true)).toEqual(all.reverse());
  const [started, entered] = (
    await bench.call("GetExecutionHistory", { executionArn, includeExecutionData: false })
  ).events;
  expect(started.executionStartedEventDetails).toEqual({
    roleArn: "arn:aws:iam::000000000000:role/states",
    inputDetails: { truncated: false },
  });
  expect(entered.stateEnteredEventDetails).toEqual({ name: "S0", inputDetails: { truncated: false } });
});

test("an execution ends when its machine's time is over", async () => {
  bench = await machineOf({ ...wait, TimeoutSeconds: 10 });
  const arn = await bench.start();
  await bench.cloud.advance(10_000);
  expect((await bench.describe(arn)).status).toBe("TIMED_OUT");
  expect((await bench.history(arn)).at(-1)).toMatch("ExecutionTimedOut");
});

test("an execution ends when its history is full", async () => {
  bench = await machineOf({
    StartAt: "A",
    States: {
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Choice", Choices: [{ Variable: "$.stop", IsPresent: true, Next: "C" }], Default: "A" },
      C: { Type: "Succeed" },
    },
  });
  const executionArn = await bench.start();
  expect(await bench.describe(executionArn)).toMatchObject({ status: "FAILED" });
  const last = await bench.call("GetExecutionHistory", { executionArn, reverseOrder: true, maxResults: 1 });
  expect(last.events[0]).toMatchObject({ id: 25_000, type: "ExecutionFailed" });
});

describe("data that is nested too deeply", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

  test("is refused as an input", async () => {
    bench = await machineOf(only({ Type: "Pass" }));
    const { stateMachineArn } = bench;
    await expect(bench.call("StartExecution", { stateMachineArn, input: deep })).rejects.toMatchObject({
      code: "InvalidExecutionInput",
    });
    expect((await bench.describe(await bench.start([["[[["]]))).status).toBe("SUCCEEDED");
  });

  test("fails the state that makes it", async () => {
    const Parameters = { "made.$": "States.StringToJson($.text)" };
    bench = await machineOf(only({ Type: "Pass", Parameters }));
    expect(await bench.describe(await bench.start({ text: deep }))).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
    });
  });
});

test("a state's output may have 256 KiB, and no more", async () => {
  bench = await machineOf(only({ Type: "Pass", Parameters: { "a.$": "$.x", "b.$": "$.x" } }));
  const fits = await bench.start({ x: "x".repeat(100_000) }, "fits");
  expect((await bench.describe(fits)).status).toBe("SUCCEEDED");
  const tooLong = await bench.start({ x: "x".repeat(200_000) }, "too-long");
  expect(await bench.describe(tooLong)).toMatchObject({
    status: "FAILED",
    error: "States.DataLimitExceeded",
    cause:
      "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test("a machine that uses variables tells which states look at them", async () => {
  const definition = {
    StartAt: "A",
    States: {
      A: { Type: "Pass", Assign: { x: 1 }, Next: "B" },
      B: { Type: "Pass", Parameters: { "a.$": "$x" }, End: true },
    },
  };
  bench = await machineOf(definition);
  const { stateMachineArn } = bench;
  const references = { variableReferences: { B: ["x"] } };
  expect(await bench.call("DescribeStateMachine", { stateMachineArn })).toMatchObject(references);
  const executionArn = await bench.start();
  expect(await bench.call("DescribeStateMachineForExecution", { executionArn })).toMatchObject(references);
});

test("an alias is no version that could be described", async () => {
  bench = await machineOf(wait, [], { publish: true });
  const version = { stateMachineVersionArn: `${bench.stateMachineArn}:1`, weight: 100 };
  const { stateMachineAliasArn } = await bench.call("CreateStateMachineAlias", {
    name: "prod",
    routingConfiguration: [version],
  });
  await expect(
    bench.call("DescribeStateMachine", { stateMachineArn: stateMachineAliasArn }),
  ).rejects.toMatchObject({ code: "StateMachineDoesNotExist" });
});

test("what belongs to another region is not found here", async () => {
  bench = await machineOf(wait, [], { publish: true });
  const elsewhere = bench.stateMachineArn.replace("us-east-1", "eu-west-1");
  const missing = { code: "ResourceNotFound" };
  const tags = { resourceArn: elsewhere, tags: [{ key: "a", value: "b" }] };
  await expect(bench.call("TagResource", tags)).rejects.toMatchObject(missing);
  await bench.call("DeleteStateMachineVersion", { stateMachineVersionArn: `${elsewhere}:1` });
  await bench.call("DeleteStateMachine", { stateMachineArn: elsewhere });
  const { stateMachineArn } = bench;
  const { stateMachineVersions } = await bench.call("ListStateMachineVersions", { stateMachineArn });
  expect(stateMachineVersions).toHaveLength(1);
});

test("what a state assigns may have 256 KiB, and all variables 10 MiB", async () => {
  const assign = (name: string) => ({ Type: "Pass", Assign: { [`${name}.$`]: "$" } });
  bench = await machineOf(only({ ...assign("x"), ResultPath: null, Parameters: { "a.$": "$", "b.$": "$" } }));
  expect(await bench.describe(await bench.start("x".repeat(150_000)))).toMatchObject({
    status: "FAILED",
    error: "States.DataLimitExceeded",
  });
  await bench.cloud.stop();
  const states = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [
      `S${at}`,
      { ...assign(`v${at}`), ...(at < 49 ? { Next: `S${at + 1}` } : { End: true }) },
    ]),
  );
  bench = await machineOf({ StartAt: "S0", States: states });
  const executionArn = await bench.start("x".repeat(250_000));
  expect(await bench.describe(executionArn)).toMatchObject({ error: "States.DataLimitExceeded" });
  // Forty-one of them fit.
  expect((await bench.history(executionArn)).filter((event) => event.endsWith("StateExited"))).toHaveLength(
    41,
  );
});

test("a deleted machine takes its executions with it", async () => {
  bench = await machineOf(wait);
  const arn = await bench.start();
  await bench.call("DeleteStateMachine", { stateMachineArn: bench.stateMachineArn });
  await bench.cloud.settle();
  await expect(bench.describe(arn)).rejects.toMatchObject({ code: "ExecutionDoesNotExist" });
  await expect(bench.start()).rejects.toMatchObject({ code: "StateMachineDoesNotExist" });
});

test("a version keeps its definition, and an alias routes to it", async () => {
  bench = await machineOf(only({ Type: "Pass", Result: 1 }), [], { publish: true });
  const { stateMachineArn } = bench;
  await bench.call("UpdateStateMachine", {
    stateMachineArn,
    definition: JSON.stringify(only({ Type: "Pass", Result: 2 })),
  });
  const { stateMachineAliasArn } = await bench.call("CreateStateMachineAlias", {
    name: "live",
    routingConfiguration: [{ stateMachineVersionArn: `${stateMachineArn}:1`, weight: 100 }],
  });
  const output = async (arn: string) => {
    const { executionArn } = await bench.call("StartExecution", { stateMachineArn: arn });
    return bench.describe(executionArn);
  };
  expect((await output(stateMachineArn)).output).toBe("2");
  expect(await output(stateMachineAliasArn)).toMatchObject({
    output: "1",
    stateMachineVersionArn: `${stateMachineArn}:1`,
    stateMachineAliasArn,
  });
  await expect(
    bench.call("DeleteStateMachineVersion", { stateMachineVersionArn: `${stateMachineArn}:1` }),
  ).rejects.toMatchObject({ code: "ConflictException" });
});

describe("an Express execution", () => {
  const logging = {
    type: "EXPRESS",
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      destinations: [
        {
          cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:/states:*" },
        },
      ],
    },
  };

  test("answers its caller when it has ended", async () => {
    bench = await machineOf(only({ Type: "Pass", Parameters: { "n.$": "$.n" } }), [], { type: "EXPRESS" });
    const { stateMachineArn } = bench;
    expect(await bench.call("StartSyncExecution", { stateMachineArn, input: '{"n":1}' })).toMatchObject({
      status: "SUCCEEDED",
      output: '{"n":1}',
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: 100 },
    });
  });

  test("waits, in branches, and times out after five minutes", async () => {
    bench = await machineOf(
      only({
        Type: "Parallel",
        Branches: [
          { StartAt: "W", States: { W: { Type: "Wait", SecondsPath: "$.s", End: true } } },
          { StartAt: "P", States: { P: { Type: "Pass", Result: 2, End: true } } },
        ],
      }),
      [],
      { type: "EXPRESS" },
    );
    const { stateMachineArn } = bench;
    const short = bench.call("StartSyncExecution", { stateMachineArn, input: '{"s":10}' });
    const long = bench.call("StartSyncExecution", { stateMachineArn, input: '{"s":1000}' });
    await bench.cloud.advance(10_000);
    expect(await short).toMatchObject({ status: "SUCCEEDED", output: '[{"s":10},2]' });
    await bench.cloud.advance(290_000);
    expect((await long).status).toBe("TIMED_OUT");
  });

  test("tells its log what happened", async () => {
    bench = await machineOf(only({ Type: "Fail", Error: "Bad", End: undefined }), [logs], logging);
    await bench.cloud.call("logs", "CreateLogGroup", { logGroupName: "/states" });
    const arn = await bench.start({ n: 1 });
    expect(arn).toMatch(/^arn:aws:states:us-east-1:000000000000:express:machine:run:[0-9a-f-]{36}$/);
    const { events } = await bench.cloud.call("logs", "FilterLogEvents", { logGroupName: "/states" });
    const lines = events.map(({ message }: { message: string }) => JSON.parse(message));
    expect(lines.map(({ type }: { type: string }) => type)).toEqual([
      "ExecutionStarted",
      "FailStateEntered",
      "ExecutionFailed",
    ]);
    expect(lines[0]).toMatchObject({
      id: "1",
      previous_event_id: "0",
      execution_arn: arn,
      details: { input: '{"n":1}', inputDetails: { truncated: false } },
    });
  });

  test("cannot be described", async () => {
    bench = await machineOf(only({ Type: "Pass" }), [], { type: "EXPRESS" });
    const arn = await bench.start();
    await expect(bench.describe(arn)).rejects.toMatchObject({ code: "InvalidArn" });
    await expect(
      bench.call("ListExecutions", { stateMachineArn: bench.stateMachineArn }),
    ).rejects.toMatchObject({ code: "StateMachineTypeNotSupported" });
  });
});

test("a Standard execution tells its log only the errors, where that is its level", async () => {
  bench = await machineOf(only({ Type: "Fail", Error: "Bad", End: undefined }), [logs], {
    loggingConfiguration: {
      level: "ERROR",
      destinations: [
        {
          cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:000000000000:log-group:/states:*" },
        },
      ],
    },
  });
  await bench.cloud.call("logs", "CreateLogGroup", { logGroupName: "/states" });
  await bench.start();
  const { events } = await bench.cloud.call("logs", "FilterLogEvents", { logGroupName: "/states" });
  expect(events.map(({ message }: { message: string }) => JSON.parse(message).type)).toEqual([
    "FailStateEntered",
    "ExecutionFailed",
  ]);
});
