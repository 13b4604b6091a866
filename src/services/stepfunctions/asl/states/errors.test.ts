// Retry and Catch in all their fields, and every error that AWS documents.

import { describe, expect, it } from "vitest";
import { b, calls, cloud, outcome, run, type State, start, task, useCloud } from "./test-machine.ts";

useCloud();

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
