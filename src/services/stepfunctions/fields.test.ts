// Every field of every type of state, in both query languages, as the output of
// an execution tells what it did; and every error that AWS documents.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defineService } from "../../core/service.ts";
import type { Lambda } from "../../model/generated/lambda.d.ts";
import { modelOf } from "../../model/handle.ts";
import s3 from "../s3/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import service from "./index.ts";

type State = Readonly<Record<string, unknown>>;
const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:f";

/** Echoes its payload; fails by `error`, as often as `times` says for a name. */
const calls = new Map<string, number>();
const lambda = defineService<Lambda>({
  model: modelOf<Lambda>("lambda"),
  resources: [],
  operations: {
    Invoke: async ({ Payload }) => {
      const text = Buffer.from(Payload ?? []).toString() || "{}";
      const {
        error,
        name,
        times = Number.POSITIVE_INFINITY,
      } = (JSON.parse(text) ?? {}) as {
        readonly error?: string;
        readonly name?: string;
        readonly times?: number;
      };
      const call = (calls.get(String(name)) ?? 0) + 1;
      calls.set(String(name), call);
      if (error === undefined || call > times) return { StatusCode: 200, Payload: Buffer.from(text) };
      const thrown = Buffer.from(JSON.stringify({ errorType: error, errorMessage: "no" }));
      return { StatusCode: 200, FunctionError: "Unhandled", Payload: thrown };
    },
  },
});

let cloud: TestCloud;
let machines = 0;
beforeAll(async () => {
  cloud = await testCloud([service, lambda, s3]);
});
afterAll(() => cloud.stop());

async function start(machine: object, input: unknown): Promise<string> {
  const { stateMachineArn } = await cloud.call("stepfunctions", "CreateStateMachine", {
    name: `m${machines++}`,
    definition: JSON.stringify(machine),
    roleArn: "arn:aws:iam::000000000000:role/r",
  });
  const { executionArn } = await cloud.call("stepfunctions", "StartExecution", {
    stateMachineArn,
    input: JSON.stringify(input),
  });
  await cloud.settle();
  return executionArn;
}

async function outcome(executionArn: string): Promise<unknown> {
  const { status, output, error, cause } = await cloud.call("stepfunctions", "DescribeExecution", {
    executionArn,
  });
  if (status === "SUCCEEDED") return JSON.parse(output);
  return status === "RUNNING" ? "RUNNING" : { error, cause };
}

/** The state A, and states that it may lead to. */
async function run(
  state: State,
  input: unknown,
  more: Readonly<Record<string, State>> = {},
): Promise<unknown> {
  const ends =
    state.Type === "Succeed" || state.Type === "Fail" || state.Type === "Choice" || state.Next !== undefined;
  return outcome(
    await start(
      { StartAt: "A", States: { A: { ...state, ...(ends ? {} : { End: true }) }, ...more } },
      input,
    ),
  );
}

const task = { Type: "Task", Resource: functionArn };
const b = (states: object) => ({ StartAt: "B", States: { B: { Type: "Pass", End: true, ...states } } });
const seen = (template: object): State => ({ Type: "Pass", Parameters: template, End: true });

describe("JSONPath", () => {
  it.each<readonly [string, State, unknown, unknown]>([
    ["Pass", { Type: "Pass" }, { a: 1 }, { a: 1 }],
    ["Pass Result", { Type: "Pass", Result: { r: 1 } }, { a: 1 }, { r: 1 }],
    ["Pass ResultPath", { Type: "Pass", Result: 2, ResultPath: "$.x.y" }, { a: 1 }, { a: 1, x: { y: 2 } }],
    ["Pass ResultPath null", { Type: "Pass", Result: 2, ResultPath: null }, { a: 1 }, { a: 1 }],
    ["Pass InputPath", { Type: "Pass", InputPath: "$.a" }, { a: 1 }, 1],
    ["Pass InputPath null", { Type: "Pass", InputPath: null }, { a: 1 }, {}],
    ["Pass InputPath of the context", { Type: "Pass", InputPath: "$$.State.Name" }, {}, "A"],
    ["Pass OutputPath", { Type: "Pass", OutputPath: "$.a" }, { a: [1] }, [1]],
    ["Pass OutputPath null", { Type: "Pass", OutputPath: null }, { a: 1 }, {}],
    [
      "Pass Parameters",
      { Type: "Pass", Parameters: { "x.$": "$.a", c: [{ "y.$": "$$.State.Name" }] } },
      { a: 1 },
      { x: 1, c: [{ y: "A" }] },
    ],
    [
      "Pass with an intrinsic function",
      { Type: "Pass", Parameters: { "x.$": "States.ArrayLength($.a[*])" } },
      { a: [1, 2] },
      { x: 2 },
    ],
    [
      "InputPath before Parameters",
      { Type: "Pass", InputPath: "$.a", Parameters: { "x.$": "$.b" } },
      { a: { b: 1 } },
      { x: 1 },
    ],
    ["Task", task, { a: 1 }, { a: 1 }],
    ["Task Parameters", { ...task, Parameters: { "x.$": "$.a" } }, { a: 1 }, { x: 1 }],
    ["Task ResultSelector", { ...task, ResultSelector: { "y.$": "$.a" } }, { a: 1 }, { y: 1 }],
    [
      "Task ResultPath",
      { ...task, Parameters: { x: 1 }, ResultPath: "$.r" },
      { a: 1 },
      { a: 1, r: { x: 1 } },
    ],
    [
      "Task OutputPath",
      { ...task, Parameters: { x: 1 }, ResultPath: "$.r", OutputPath: "$.r.x" },
      { a: 1 },
      1,
    ],
    [
      "Task lambda:invoke",
      {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "f", Payload: { "x.$": "$.a" } },
        OutputPath: "$.Payload",
      },
      { a: 1 },
      { x: 1 },
    ],
    ["Succeed", { Type: "Succeed" }, [1], [1]],
    [
      "Succeed InputPath and OutputPath",
      { Type: "Succeed", InputPath: "$.a", OutputPath: "$.b" },
      { a: { b: 1 } },
      1,
    ],
    ["Fail", { Type: "Fail", Error: "E", Cause: "why" }, {}, { error: "E", cause: "why" }],
    [
      "Fail ErrorPath and CausePath",
      { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('{}!', $.c)" },
      { e: "E", c: "why" },
      { error: "E", cause: "why!" },
    ],
    [
      "Parallel",
      {
        Type: "Parallel",
        Branches: [b({ InputPath: "$.a" }), { StartAt: "C", States: { C: { Type: "Succeed" } } }],
      },
      { a: 1 },
      [1, { a: 1 }],
    ],
    [
      "Parallel Parameters",
      { Type: "Parallel", Branches: [b({})], Parameters: { "x.$": "$.a" } },
      { a: 1 },
      [{ x: 1 }],
    ],
    [
      "Parallel ResultSelector and ResultPath",
      { Type: "Parallel", Branches: [b({})], ResultSelector: { "f.$": "$[0].a" }, ResultPath: "$.r" },
      { a: 1 },
      { a: 1, r: { f: 1 } },
    ],
    ["Map", { Type: "Map", ItemProcessor: b({ Parameters: { "v.$": "$" } }) }, [1, 2], [{ v: 1 }, { v: 2 }]],
    ["Map of nothing", { Type: "Map", ItemProcessor: b({}) }, [], []],
    ["Map ItemsPath", { Type: "Map", ItemsPath: "$.l", ItemProcessor: b({}) }, { l: [3] }, [3]],
    [
      "Map ItemSelector",
      {
        Type: "Map",
        ItemsPath: "$.l",
        ItemSelector: { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "a.$": "$.a" },
        ItemProcessor: b({}),
      },
      { l: [3], a: 1 },
      [{ i: 0, v: 3, a: 1 }],
    ],
    ["Map MaxConcurrency", { Type: "Map", MaxConcurrency: 1, ItemProcessor: b({}) }, [1, 2, 3], [1, 2, 3]],
    [
      "Map MaxConcurrencyPath",
      { Type: "Map", ItemsPath: "$.l", MaxConcurrencyPath: "$.m", ItemProcessor: b({}) },
      { l: [1, 2], m: 1 },
      [1, 2],
    ],
    [
      "Map ResultSelector",
      { Type: "Map", ItemProcessor: b({}), ResultSelector: { "n.$": "States.ArrayLength($)" } },
      [1, 2],
      { n: 2 },
    ],
    [
      "Map Iterator and Parameters",
      { Type: "Map", ItemsPath: "$.l", Iterator: b({}), Parameters: { "v.$": "$$.Map.Item.Value" } },
      { l: [3] },
      [{ v: 3 }],
    ],
    [
      "distributed Map",
      {
        Type: "Map",
        ItemsPath: "$.l",
        ItemSelector: { "v.$": "$$.Map.Item.Value" },
        ItemBatcher: { MaxItemsPerBatchPath: "$.b", BatchInput: { "a.$": "$.b" } },
        ItemProcessor: { ...b({}), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
      },
      { l: [1, 2, 3], b: 2 },
      [
        { BatchInput: { a: 2 }, Items: [{ v: 1 }, { v: 2 }] },
        { BatchInput: { a: 2 }, Items: [{ v: 3 }] },
      ],
    ],
  ])("%s", async (_name, state, input, expected) => {
    expect(await run(state, input)).toEqual(expected);
  });

  it.each<readonly [string, State, unknown]>([
    ["Pass", { Type: "Pass", Parameters: { "n.$": "$.a" }, Assign: { "v.$": "$.n", c: 1 } }, { v: 1, c: 1 }],
    ["Task", { ...task, Assign: { "v.$": "$.a", "s.$": "$$.State.Name" } }, { v: 1, s: "A" }],
    ["Parallel", { Type: "Parallel", Branches: [b({})], Assign: { "v.$": "$[0].a" } }, { v: 1 }],
    ["Map", { Type: "Map", ItemsPath: "$.l", ItemProcessor: b({}), Assign: { "v.$": "$[1]" } }, { v: 6 }],
    ["Wait", { Type: "Wait", Seconds: 0, Assign: { "v.$": "$.a" } }, { v: 1 }],
  ])("Assign of %s", async (_name, state, expected) => {
    const names = Object.keys(expected as object);
    const template = Object.fromEntries(names.map((name) => [`${name}.$`, `$${name}`]));
    expect(await run({ ...state, Next: "Z" }, { a: 1, l: [5, 6] }, { Z: seen(template) })).toEqual(expected);
  });

  it("variables of an outer state are seen within, and inner ones end there", async () => {
    const outer = { Type: "Pass", Assign: { v: 1 }, Next: "P" };
    const inner = {
      StartAt: "C",
      States: { C: { Type: "Pass", Parameters: { "o.$": "$v" }, Assign: { w: 2 }, End: true } },
    };
    const parallel = { Type: "Parallel", Branches: [inner], Next: "Z" };
    expect(await run(outer, {}, { P: parallel, Z: { Type: "Pass", End: true } })).toEqual([{ o: 1 }]);
    expect(await run(outer, {}, { P: parallel, Z: seen({ "w.$": "$w" }) })).toMatchObject({
      error: "States.Runtime",
    });
  });

  const choice = {
    Type: "Choice",
    Choices: [{ Variable: "$.n", NumericGreaterThan: 1, Next: "Y", Assign: { "v.$": "$.n" } }],
    Default: "N",
  };
  it("Choice takes a rule, with its Assign, or the Default", async () => {
    const ends = { Y: seen({ "v.$": "$v" }), N: { Type: "Pass", Result: "none", End: true } };
    expect(await run(choice, { n: 2 }, ends)).toEqual({ v: 2 });
    expect(await run(choice, { n: 1 }, ends)).toBe("none");
    expect(
      await run(
        { ...choice, InputPath: "$.in", OutputPath: "$.n" },
        { in: { n: 1 } },
        { Y: ends.Y, N: { Type: "Succeed" } },
      ),
    ).toBe(1);
  });

  it.each<readonly [string, State, number | string]>([
    ["Seconds", { Seconds: 10 }, 10],
    ["SecondsPath", { SecondsPath: "$.s" }, 20],
    ["Timestamp", { Timestamp: "2024-01-01T05:00:00+01:00" }, "2024-01-01T04:00:00Z"],
    ["TimestampPath", { TimestampPath: "$.t" }, "2024-01-01T05:00:00Z"],
  ])("Wait %s", async (_name, fields, end) => {
    const input = { s: 20, t: "2024-01-01T05:00:00Z" };
    const now = cloud.kernel.clock.now();
    const milliseconds = typeof end === "number" ? end * 1000 : Date.parse(end) - now;
    const arn = await start({ StartAt: "A", States: { A: { Type: "Wait", ...fields, End: true } } }, input);
    await cloud.advance(milliseconds - 1);
    expect(await outcome(arn)).toBe("RUNNING");
    await cloud.advance(1);
    expect(await outcome(arn)).toEqual(input);
  });
});

describe("JSONata", () => {
  const jsonata = (state: State): State => ({ QueryLanguage: "JSONata", ...state });
  it.each<readonly [string, State, unknown, unknown]>([
    ["Pass", { Type: "Pass" }, { a: 1 }, { a: 1 }],
    [
      "Pass Output",
      { Type: "Pass", Output: { x: "{% $states.input.a + 1 %}", c: [true] } },
      { a: 1 },
      { x: 2, c: [true] },
    ],
    ["Pass Output of the context", { Type: "Pass", Output: "{% $states.context.State.Name %}" }, {}, "A"],
    ["Task", task, { a: 1 }, { a: 1 }],
    ["Task Arguments", { ...task, Arguments: { x: "{% $states.input.a %}" } }, { a: 1 }, { x: 1 }],
    [
      "Task Output",
      { ...task, Arguments: { x: 5 }, Output: "{% $states.result.x + $states.input.a %}" },
      { a: 1 },
      6,
    ],
    [
      "Task TimeoutSeconds",
      { ...task, TimeoutSeconds: "{% $states.input.a %}", HeartbeatSeconds: "{% $states.input.a %}" },
      { a: 1 },
      { a: 1 },
    ],
    ["Succeed Output", { Type: "Succeed", Output: "{% $states.input.a %}" }, { a: 1 }, 1],
    [
      "Fail",
      { Type: "Fail", Error: "{% $states.input.e %}", Cause: "{% $states.input.e & '!' %}" },
      { e: "E" },
      { error: "E", cause: "E!" },
    ],
    ["Wait Seconds", { Type: "Wait", Seconds: "{% $states.input.a - 1 %}", Output: 7 }, { a: 1 }, 7],
    [
      "Wait Timestamp",
      { Type: "Wait", Timestamp: "{% $states.input.t %}" },
      { t: "2020-01-01T00:00:00Z" },
      { t: "2020-01-01T00:00:00Z" },
    ],
    [
      "Parallel Arguments and Output",
      {
        Type: "Parallel",
        Branches: [b({})],
        Arguments: { x: "{% $states.input.a %}" },
        Output: "{% $states.result.x %}",
      },
      { a: 1 },
      1,
    ],
    [
      "Map Items",
      { Type: "Map", Items: "{% $states.input.l %}", ItemProcessor: b({}) },
      { l: [1, 2] },
      [1, 2],
    ],
    [
      "Map of given Items",
      { Type: "Map", Items: [1, "{% $states.input.a %}"], ItemProcessor: b({}) },
      { a: 2 },
      [1, 2],
    ],
    [
      "Map ItemSelector",
      {
        Type: "Map",
        Items: "{% $states.input.l %}",
        ItemSelector: {
          i: "{% $states.context.Map.Item.Index %}",
          v: "{% $states.context.Map.Item.Value %}",
        },
        ItemProcessor: b({}),
      },
      { l: [3] },
      [{ i: 0, v: 3 }],
    ],
    [
      "Map MaxConcurrency",
      {
        Type: "Map",
        MaxConcurrency: "{% 1 %}",
        Items: "{% $states.input.l %}",
        ItemProcessor: b({}),
        Output: "{% $count($states.result) %}",
      },
      { l: [3, 4] },
      2,
    ],
    [
      "distributed Map",
      {
        Type: "Map",
        Items: "{% $states.input.l %}",
        ItemBatcher: { MaxItemsPerBatch: "{% 2 %}" },
        ToleratedFailureCount: "{% 0 %}",
        ItemProcessor: { ...b({}), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
      },
      { l: [1, 2, 3] },
      [{ Items: [1, 2] }, { Items: [3] }],
    ],
  ])("%s", async (_name, state, input, expected) => {
    expect(await run(jsonata(state), input)).toEqual(expected);
  });

  it.each<readonly [string, State]>([
    ["Pass", { Type: "Pass", Assign: { v: "{% $states.input.a %}" } }],
    ["Task", { ...task, Assign: { v: "{% $states.result.a %}" } }],
    ["Parallel", { Type: "Parallel", Branches: [b({})], Assign: { v: "{% $states.result[0].a %}" } }],
    [
      "Map",
      {
        Type: "Map",
        Items: "{% [$states.input] %}",
        ItemProcessor: b({}),
        Assign: { v: "{% $states.result[0].a %}" },
      },
    ],
    ["Wait", { Type: "Wait", Seconds: 0, Assign: { v: "{% $states.input.a %}" } }],
  ])("Assign of %s", async (_name, state) => {
    const z = { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $v %}", End: true };
    expect(await run(jsonata({ ...state, Next: "Z" }), { a: 1 }, { Z: z })).toBe(1);
  });

  it("Choice takes a Condition, with its Output and Assign", async () => {
    const state = jsonata({
      Type: "Choice",
      Choices: [
        {
          Condition: "{% $states.input.n > 1 %}",
          Assign: { v: "{% $states.input.n %}" },
          Output: { big: true },
          Next: "Y",
        },
      ],
      Output: "small",
      Default: "N",
    });
    const ends = {
      Y: jsonata({ Type: "Pass", Output: { v: "{% $v %}", in: "{% $states.input %}" }, End: true }),
      N: { Type: "Succeed" },
    };
    expect(await run(state, { n: 2 }, ends)).toEqual({ v: 2, in: { big: true } });
    expect(await run(state, { n: 1 }, ends)).toBe("small");
  });

  it("Catch gives its own Output and Assign", async () => {
    const state = jsonata({
      ...task,
      Catch: [
        {
          ErrorEquals: ["E"],
          Assign: { v: "{% $states.errorOutput.Error %}" },
          Output: { was: "{% $states.input.error %}" },
          Next: "Z",
        },
      ],
    });
    const z = jsonata({ Type: "Pass", Output: { v: "{% $v %}", in: "{% $states.input %}" }, End: true });
    expect(await run({ ...state, Next: "Z" }, { error: "E" }, { Z: z })).toEqual({
      v: "E",
      in: { was: "E" },
    });
  });
});

describe("Retry and Catch", () => {
  const caught = (error: string) => ({ Error: error, Cause: expect.any(String) });
  const z = { Z: { Type: "Pass", End: true } };

  it.each([
    ["its name", ["E"]],
    ["States.TaskFailed", ["States.TaskFailed"]],
    ["States.ALL", ["States.ALL"]],
  ])("take a task's error by %s", async (_name, ErrorEquals) => {
    const state = {
      ...task,
      Catch: [
        { ErrorEquals: ["Other"], Next: "A" },
        { ErrorEquals, Next: "Z", ResultPath: "$.e" },
      ],
      Next: "Z",
    };
    expect(await run(state, { error: "E" }, z)).toEqual({ error: "E", e: caught("E") });
  });

  it("Retry waits longer and longer, up to MaxDelaySeconds, and goes on where it succeeds", async () => {
    const Retry = [
      {
        ErrorEquals: ["E"],
        IntervalSeconds: 2,
        BackoffRate: 3,
        MaxDelaySeconds: 5,
        MaxAttempts: 3,
        JitterStrategy: "NONE",
      },
    ];
    const input = { error: "E", name: "backoff", times: 3 };
    const arn = await start({ StartAt: "A", States: { A: { ...task, Retry, End: true } } }, input);
    for (const [seconds, count] of [
      [2, 2],
      [5, 3],
      [5, 4],
    ] as const) {
      await cloud.advance(seconds * 1000 - 1);
      expect(calls.get("backoff")).toBe(count - 1);
      await cloud.advance(1);
      expect(calls.get("backoff")).toBe(count);
    }
    expect(await outcome(arn)).toEqual(input);
  });

  it("Retry ends after MaxAttempts, and Catch takes over", async () => {
    const state = {
      ...task,
      Retry: [{ ErrorEquals: ["E"], IntervalSeconds: 1, MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ["E"], Next: "Z" }],
      End: true,
    };
    const arn = await start({ StartAt: "A", States: { A: state, ...z } }, { error: "E", name: "attempts" });
    await cloud.advance(1000);
    expect(calls.get("attempts")).toBe(2);
    expect(await outcome(arn)).toEqual(caught("E"));
  });

  it("Retry with jitter waits no longer than without", async () => {
    const Retry = [{ ErrorEquals: ["E"], IntervalSeconds: 100, JitterStrategy: "FULL", MaxAttempts: 1 }];
    const arn = await start(
      { StartAt: "A", States: { A: { ...task, Retry, End: true } } },
      { error: "E", name: "jitter", times: 1 },
    );
    await cloud.advance(100_000);
    expect(await outcome(arn)).toMatchObject({ name: "jitter" });
  });
});

describe("documented errors", () => {
  const token = {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
    Parameters: { FunctionName: "f", Payload: {} },
  };
  const bad = b({ Parameters: { "x.$": "States.StringToJson('{')" } });

  it.each<readonly [string, State, unknown]>([
    ["States.Runtime", { Type: "Pass", InputPath: "$.none" }, {}],
    ["States.ResultPathMatchFailure", { Type: "Pass", Result: 1, ResultPath: "$.a.b" }, { a: 1 }],
    ["States.IntrinsicFailure", { Type: "Pass", Parameters: { "x.$": "States.ArrayGetItem($, 5)" } }, [1]],
    [
      "States.NoChoiceMatched",
      { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "Z" }] },
      { a: 1 },
    ],
    [
      "States.QueryEvaluationError",
      { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $states.input.none %}" },
      {},
    ],
    ["States.IntrinsicFailure", { Type: "Parallel", Branches: [bad] }, {}],
    ["States.IntrinsicFailure", { Type: "Map", ItemProcessor: bad }, [1]],
    [
      "States.ItemReaderFailed",
      {
        Type: "Map",
        ItemReader: {
          Resource: "arn:aws:states:::s3:getObject",
          ReaderConfig: { InputType: "JSON" },
          Parameters: { Bucket: "none", Key: "k" },
        },
        ItemProcessor: { ...b({}), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
      },
      {},
    ],
    [
      "States.ResultWriterFailed",
      {
        Type: "Map",
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "none" } },
        ItemProcessor: { ...b({}), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
      },
      [1],
    ],
    [
      "States.ExceedToleratedFailureThreshold",
      {
        Type: "Map",
        ItemProcessor: { ...bad, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
      },
      [1],
    ],
    [
      "States.DataLimitExceeded",
      { Type: "Pass", Parameters: { "a.$": "States.Array($, $, $, $)" } },
      { x: "x".repeat(100_000) },
    ],
    ["E", task, { error: "E" }],
  ])("%s", async (error, state, input) => {
    const found = (await run(state, input, state.Type === "Choice" ? { Z: { Type: "Succeed" } } : {})) as {
      error: string;
    };
    expect(found.error).toBe(error);
  });

  it("States.Timeout and States.HeartbeatTimeout", async () => {
    const late = await start(
      { StartAt: "A", States: { A: { ...token, TimeoutSecondsPath: "$.t", End: true } } },
      { t: 5 },
    );
    const heart = {
      ...token,
      TimeoutSeconds: 50,
      HeartbeatSecondsPath: "$.t",
      Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "Z" }],
      Next: "Z",
    };
    const silent = await start(
      {
        StartAt: "A",
        States: { A: heart, Z: { Type: "Pass", Parameters: { "e.$": "$.Error" }, End: true } },
      },
      { t: 5 },
    );
    await cloud.advance(5000);
    expect(await outcome(late)).toMatchObject({ error: "States.Timeout" });
    expect(await outcome(silent)).toMatchObject({
      e: expect.stringMatching(/^States\.(Heartbeat)?Timeout$/),
    });
  });

  it("States.Runtime is not caught by States.ALL", async () => {
    const state = {
      ...task,
      Parameters: { "x.$": "$.none" },
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Z" }],
      Next: "Z",
    };
    expect(await run(state, {}, { Z: { Type: "Succeed" } })).toMatchObject({ error: "States.Runtime" });
  });
});
