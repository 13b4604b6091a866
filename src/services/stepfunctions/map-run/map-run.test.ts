// Distributed maps over items of the input: children of both types, batches
// of failures, and redrives.

import { afterEach, describe, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import service from "../index.ts";

let cloud: TestCloud;
afterEach(() => cloud.stop());

const call = (operation: string, input: object) => cloud.call("stepfunctions", operation, input);

async function started(
  executionType: "STANDARD" | "EXPRESS",
  states: object,
  items: readonly unknown[] | object,
  fields: object = {},
): Promise<string> {
  cloud = await testCloud([service]);
  const definition = {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: executionType },
          StartAt: "First",
          States: states,
        },
        End: true,
        ...fields,
      },
    },
  };
  const { stateMachineArn } = await call("CreateStateMachine", {
    name: "machine",
    definition: JSON.stringify(definition),
    roleArn: "arn:aws:iam::000000000000:role/states",
  });
  const input = JSON.stringify({ items });
  const { executionArn } = await call("StartExecution", { stateMachineArn, name: "run", input });
  await cloud.settle();
  return executionArn;
}

const mapRunOf = async (executionArn: string) => {
  const { mapRuns } = await call("ListMapRuns", { executionArn });
  return call("DescribeMapRun", { mapRunArn: mapRuns[0].mapRunArn });
};

const pass = { First: { Type: "Pass", Parameters: { "n.$": "$" }, End: true } };
const failing = {
  First: {
    Type: "Choice",
    Choices: [{ Variable: "$", NumericLessThan: 0, Next: "Bad" }],
    Default: "Good",
  },
  Bad: { Type: "Fail", Error: "Negative" },
  Good: { Type: "Succeed" },
};

test("an item's source is the state's data where nothing else was read", async () => {
  const ItemSelector = { "from.$": "$$.Map.Item.Source", "n.$": "$$.Map.Item.Value" };
  const arn = await started("EXPRESS", { First: { Type: "Pass", End: true } }, [7], { ItemSelector });
  const { output } = await call("DescribeExecution", { executionArn: arn });
  expect(JSON.parse(output)).toEqual([{ from: "STATE_DATA", n: 7 }]);
});

test("a distributed map takes the fields of an object as items", async () => {
  const arn = await started("EXPRESS", { First: { Type: "Pass", End: true } }, { a: 1, b: [2] });
  const { status, output } = await call("DescribeExecution", { executionArn: arn });
  expect(status).toBe("SUCCEEDED");
  expect(JSON.parse(output)).toEqual([
    { Key: "a", Value: 1 },
    { Key: "b", Value: [2] },
  ]);
});

describe.each(["STANDARD", "EXPRESS"] as const)("a distributed map with %s children", (type) => {
  test("gives the outputs in the order of the items", async () => {
    const items = Array.from({ length: 250 }, (_, at) => at);
    const executionArn = await started(type, pass, items);
    const { status, output } = await call("DescribeExecution", { executionArn });
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output)).toEqual(items.map((n) => ({ n })));
    expect(await mapRunOf(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      itemCounts: { total: 250, succeeded: 250, running: 0, pending: 0, failed: 0 },
    });
  });

  test("lets no more children run at once than it may", async () => {
    const wait = { First: { Type: "Wait", Seconds: 10, End: true } };
    const executionArn = await started(type, wait, [1, 2, 3, 4, 5], { MaxConcurrency: 2 });
    if (type === "STANDARD") expect((await mapRunOf(executionArn)).executionCounts.running).toBe(2);
    await cloud.advance(20_000);
    expect((await call("DescribeExecution", { executionArn })).status).toBe("RUNNING");
    await cloud.advance(10_000);
    expect((await call("DescribeExecution", { executionArn })).status).toBe("SUCCEEDED");
  });

  test("fails with the first failure where none is tolerated", async () => {
    const executionArn = await started(type, failing, [1, -1, 2]);
    expect(await call("DescribeExecution", { executionArn })).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    expect((await mapRunOf(executionArn)).status).toBe("FAILED");
  });

  test("tolerates as many failures as it is told to", async () => {
    const fields = { ToleratedFailurePercentage: 50 };
    const executionArn = await started(type, failing, [1, -1, 2], fields);
    expect(await call("DescribeExecution", { executionArn })).toMatchObject({
      status: "SUCCEEDED",
      output: "[1,2]",
    });
    expect((await mapRunOf(executionArn)).executionCounts).toMatchObject({ succeeded: 2, failed: 1 });
  });

  test("is stopped with its execution", async () => {
    const wait = { First: { Type: "Wait", Seconds: 100, End: true } };
    const executionArn = await started(type, wait, [1, 2]);
    await call("StopExecution", { executionArn });
    await cloud.settle();
    expect((await mapRunOf(executionArn)).status).toBe("ABORTED");
    await cloud.advance(200_000);
    expect((await call("DescribeExecution", { executionArn })).status).toBe("ABORTED");
  });

  test("is redriven with the children that had failed", async () => {
    const executionArn = await started(type, failing, [1, -1, 2]);
    await call("RedriveExecution", { executionArn });
    await cloud.settle();
    expect(await call("DescribeExecution", { executionArn })).toMatchObject({
      status: "FAILED",
      redriveCount: 1,
    });
    const run = await mapRunOf(executionArn);
    expect(run).toMatchObject({ status: "FAILED", redriveCount: 1 });
    expect(run.executionCounts.failed).toBe(1);
  });
});

test("Standard children of a map run are listed with it, and not with the machine", async () => {
  const executionArn = await started("STANDARD", pass, [1, 2, 3]);
  const { mapRuns } = await call("ListMapRuns", { executionArn });
  const { executions } = await call("ListExecutions", { mapRunArn: mapRuns[0].mapRunArn });
  expect(executions).toHaveLength(3);
  expect(executions[0]).toMatchObject({ status: "SUCCEEDED", itemCount: 1 });
  const { stateMachineArn } = await call("DescribeExecution", { executionArn });
  expect((await call("ListExecutions", { stateMachineArn })).executions).toHaveLength(1);
});
