// Standard executions from start to end, as their histories tell.

import { afterEach, describe, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import service from "./index.ts";

const roleArn = "arn:aws:iam::000000000000:role/states";
let cloud: TestCloud;
afterEach(() => cloud.stop());

async function started(definition: object, input: object = {}, type = "STANDARD") {
  cloud = await testCloud([service]);
  const machine = await cloud.call("stepfunctions", "CreateStateMachine", {
    name: "machine",
    definition: JSON.stringify(definition),
    roleArn,
    type,
  });
  const { executionArn } = await cloud.call("stepfunctions", "StartExecution", {
    stateMachineArn: machine.stateMachineArn,
    name: "run",
    input: JSON.stringify(input),
  });
  return executionArn as string;
}

const describeIt = (executionArn: string) =>
  cloud.call("stepfunctions", "DescribeExecution", { executionArn });

async function history(executionArn: string): Promise<string[]> {
  const { events } = await cloud.call("stepfunctions", "GetExecutionHistory", { executionArn });
  return events.map(
    (event: { id: number; previousEventId: number; type: string }) =>
      `${event.id}<${event.previousEventId} ${event.type}`,
  );
}

describe("a Standard execution", () => {
  test("goes through Pass, Choice and Succeed at once", async () => {
    const arn = await started(
      {
        StartAt: "A",
        States: {
          A: { Type: "Pass", Result: { n: 1 }, ResultPath: "$.a", Next: "B" },
          B: {
            Type: "Choice",
            Choices: [{ Variable: "$.a.n", NumericEquals: 1, Next: "C" }],
            Default: "D",
          },
          C: { Type: "Succeed" },
          D: { Type: "Fail" },
        },
      },
      { x: "y" },
    );
    expect(await describeIt(arn)).toMatchObject({
      status: "SUCCEEDED",
      output: '{"x":"y","a":{"n":1}}',
      input: '{"x":"y"}',
    });
    expect(await history(arn)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 PassStateEntered",
      "3<2 PassStateExited",
      "4<3 ChoiceStateEntered",
      "5<4 ChoiceStateExited",
      "6<5 SucceedStateEntered",
      "7<6 SucceedStateExited",
      "8<7 ExecutionSucceeded",
    ]);
  });

  test("waits for thirty days in no time", async () => {
    const arn = await started({
      StartAt: "Wait",
      States: { Wait: { Type: "Wait", Seconds: 30 * 86400, Next: "End" }, End: { Type: "Pass", End: true } },
    });
    expect((await describeIt(arn)).status).toBe("RUNNING");
    await cloud.advance(30 * 86_400_000 - 1);
    expect((await describeIt(arn)).status).toBe("RUNNING");
    await cloud.advance(1);
    expect(await describeIt(arn)).toMatchObject({ status: "SUCCEEDED", output: "{}" });
  });

  test("runs branches beside each other and joins them in order", async () => {
    const arn = await started({
      StartAt: "Both",
      States: {
        Both: {
          Type: "Parallel",
          Branches: [
            {
              StartAt: "W",
              States: {
                W: { Type: "Wait", Seconds: 5, Next: "One" },
                One: { Type: "Pass", Result: 1, End: true },
              },
            },
            { StartAt: "Two", States: { Two: { Type: "Pass", Result: 2, End: true } } },
          ],
          End: true,
        },
      },
    });
    await cloud.advance(5000);
    expect(await describeIt(arn)).toMatchObject({ status: "SUCCEEDED", output: "[1,2]" });
    expect(await history(arn)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 ParallelStateEntered",
      "3<2 ParallelStateStarted",
      "4<3 WaitStateEntered",
      "5<3 PassStateEntered",
      "6<5 PassStateExited",
      "7<4 WaitStateExited",
      "8<7 PassStateEntered",
      "9<8 PassStateExited",
      "10<9 ParallelStateSucceeded",
      "11<10 ParallelStateExited",
      "12<11 ExecutionSucceeded",
    ]);
  });

  test("maps items, some at a time", async () => {
    const arn = await started(
      {
        StartAt: "Each",
        States: {
          Each: {
            Type: "Map",
            ItemsPath: "$.items",
            MaxConcurrency: 2,
            ItemSelector: { "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "all.$": "$.k" },
            ItemProcessor: {
              StartAt: "W",
              States: { W: { Type: "Wait", Seconds: 1, Next: "P" }, P: { Type: "Pass", End: true } },
            },
            End: true,
          },
        },
      },
      { items: ["a", "b", "c"], k: true },
    );
    await cloud.advance(1000);
    expect((await describeIt(arn)).status).toBe("RUNNING");
    await cloud.advance(1000);
    expect(JSON.parse((await describeIt(arn)).output)).toEqual([
      { v: "a", i: 0, all: true },
      { v: "b", i: 1, all: true },
      { v: "c", i: 2, all: true },
    ]);
    expect((await history(arn)).filter((line) => line.includes("Iteration"))).toHaveLength(6);
  });

  test("fails with its Fail state, aborting the other branches", async () => {
    const arn = await started({
      StartAt: "Both",
      States: {
        Both: {
          Type: "Parallel",
          Branches: [
            { StartAt: "W", States: { W: { Type: "Wait", Seconds: 500, End: true } } },
            { StartAt: "F", States: { F: { Type: "Fail", Error: "Bad", Cause: "so it is" } } },
          ],
          End: true,
        },
      },
    });
    expect(await describeIt(arn)).toMatchObject({ status: "FAILED", error: "Bad", cause: "so it is" });
    expect((await history(arn)).slice(3)).toEqual([
      "4<3 WaitStateEntered",
      "5<3 FailStateEntered",
      "6<4 WaitStateAborted",
      "7<5 ParallelStateFailed",
      "8<7 ExecutionFailed",
    ]);
  });

  test("JSONata machines run too", async () => {
    const arn = await started(
      {
        QueryLanguage: "JSONata",
        StartAt: "A",
        States: {
          A: {
            Type: "Pass",
            Output: { sum: "{% $sum($states.input.n) %}" },
            Assign: { x: "{% 7 %}" },
            Next: "B",
          },
          B: { Type: "Choice", Choices: [{ Condition: "{% $x = 7 %}", Next: "C" }], Default: "D" },
          C: { Type: "Succeed", Output: "{% $states.input.sum + $x %}" },
          D: { Type: "Fail" },
        },
      },
      { n: [1, 2, 3] },
    );
    expect(await describeIt(arn)).toMatchObject({ status: "SUCCEEDED", output: "13" });
  });
});
