import { afterAll, beforeAll, describe, expect, it } from "vitest";
import sqs from "../../sqs/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import stepfunctions from "../index.ts";
import { roleArn } from "../integrations/test-aim.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud([stepfunctions, sqs]);
});
afterAll(() => cloud.stop());

const run = (definition: object, input: object = {}) =>
  cloud.call("stepfunctions", "TestState", { definition: JSON.stringify(definition), roleArn, ...input });
const parse = (inspection: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(inspection).map(([name, value]) => [
      name,
      typeof value === "string" ? JSON.parse(value) : value,
    ]),
  );
const sendMessage = "arn:aws:states:::sqs:sendMessage";

describe("TestState", () => {
  it("tells output and next state of a Pass", async () => {
    const state = { Type: "Pass", Parameters: { "b.$": "$.a" }, ResultPath: "$.c", Next: "After" };
    expect(await run(state, { input: '{"a":1}' })).toEqual({
      output: '{"a":1,"c":{"b":1}}',
      nextState: "After",
      status: "SUCCEEDED",
    });
  });

  it("shows every stage at the level DEBUG", async () => {
    const state = {
      Type: "Pass",
      InputPath: "$.x",
      Parameters: { "b.$": "$.a" },
      ResultPath: "$.c",
      Assign: { "v.$": "$.b" },
      End: true,
    };
    const { inspectionData, output } = await run(state, {
      input: '{"x":{"a":1}}',
      inspectionLevel: "DEBUG",
      variables: '{"w":2}',
    });
    expect(parse(inspectionData)).toEqual({
      input: { x: { a: 1 } },
      afterInputPath: { a: 1 },
      afterParameters: { b: 1 },
      result: { b: 1 },
      afterResultSelector: { b: 1 },
      afterResultPath: { x: { a: 1 }, c: { b: 1 } },
      variables: { v: 1, w: 2 },
    });
    expect(output).toBe('{"x":{"a":1},"c":{"b":1}}');
  });

  it("does the work of a task", async () => {
    const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    const state = {
      Type: "Task",
      Resource: sendMessage,
      Parameters: { QueueUrl, "MessageBody.$": "$" },
      ResultSelector: { "id.$": "$.MessageId" },
      End: true,
    };
    const tested = await run(state, { input: '{"a":1}', inspectionLevel: "DEBUG" });
    expect(tested.status).toBe("SUCCEEDED");
    const received = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
    expect(JSON.parse(tested.output)).toEqual({ id: received.Messages[0].MessageId });
    expect(received.Messages[0].Body).toBe('{"a":1}');
    expect(parse(tested.inspectionData).afterParameters).toEqual({ QueueUrl, MessageBody: { a: 1 } });
  });

  it("takes a mocked result or error instead", async () => {
    const state = {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: { QueueUrl: "q", "MessageBody.$": "$$.Task.Token" },
      Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 }],
      Catch: [
        { ErrorEquals: ["Other"], Next: "X" },
        { ErrorEquals: ["States.ALL"], Next: "Repair", ResultPath: "$.error" },
      ],
      Next: "After",
    };
    const base = { input: '{"a":1}', inspectionLevel: "DEBUG", roleArn: undefined };
    expect(await run(state, { ...base, mock: { result: '{"MessageId":"m"}' } })).toMatchObject({
      output: '{"MessageId":"m"}',
      nextState: "After",
      status: "SUCCEEDED",
    });
    const busy = { errorOutput: { error: "Busy", cause: "later" } };
    expect(
      await run(state, { ...base, mock: busy, stateConfiguration: { retrierRetryCount: 1 } }),
    ).toMatchObject({
      status: "RETRIABLE",
      error: "Busy",
      cause: "later",
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
    expect(
      await run(state, { ...base, mock: busy, stateConfiguration: { retrierRetryCount: 2 } }),
    ).toMatchObject({
      status: "CAUGHT_ERROR",
      error: "Busy",
      cause: "later",
      nextState: "Repair",
      output: '{"a":1,"error":{"Error":"Busy","Cause":"later"}}',
      inspectionData: { errorDetails: { catchIndex: 1 } },
    });
    await expect(run(state)).rejects.toMatchObject({ code: "ValidationException" });
  });

  it("checks mocked results against the API", async () => {
    const state = {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sqs:sendMessage",
      Parameters: { QueueUrl: "q", MessageBody: "b" },
      End: true,
    };
    const mocked = (result: string, fieldValidationMode?: string) =>
      run(state, { mock: { result, ...(fieldValidationMode === undefined ? {} : { fieldValidationMode }) } });
    await expect(mocked('{"Nope":1}')).rejects.toMatchObject({ code: "ValidationException" });
    await expect(mocked('{"MessageId":1}', "PRESENT")).rejects.toMatchObject({ code: "ValidationException" });
    expect((await mocked('{"Nope":1}', "PRESENT")).status).toBe("SUCCEEDED");
    expect((await mocked('{"MessageId":1}', "NONE")).status).toBe("SUCCEEDED");
  });

  it("tells what a state fails with", async () => {
    expect(await run({ Type: "Pass", Parameters: { "x.$": "$.none" }, End: true })).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'TestState' (entered at the event id #2). The JSONPath '$.none' specified for the field 'x.$' could not be found in the input '{}'",
    });
    expect(await run({ Type: "Fail", Error: "E", Cause: "why" })).toEqual({
      status: "FAILED",
      error: "E",
      cause: "why",
    });
  });

  it("evaluates JSONata, with variables and a context of the test's own", async () => {
    const state = {
      Type: "Pass",
      QueryLanguage: "JSONata",
      Output: "{% $v + $states.input.n + $states.context.Execution.Input.m %}",
      End: true,
    };
    const tested = await run(state, {
      input: '{"n":1}',
      variables: '{"v":2}',
      context: '{"Execution":{"Input":{"m":3}}}',
    });
    expect(tested).toEqual({ status: "SUCCEEDED", output: "6" });
  });

  it("chooses, and waits for no time", async () => {
    const choice = {
      Type: "Choice",
      Choices: [{ Variable: "$.n", NumericGreaterThan: 1, Next: "Big" }],
      Default: "Small",
    };
    expect((await run(choice, { input: '{"n":2}' })).nextState).toBe("Big");
    expect((await run(choice, { input: '{"n":1}' })).nextState).toBe("Small");
    expect(await run({ Type: "Wait", Seconds: 1_000_000, Next: "N" }, { input: "7" })).toEqual({
      status: "SUCCEEDED",
      output: "7",
      nextState: "N",
    });
  });

  it("tests one state of a machine, at whatever depth", async () => {
    const inner = { StartAt: "B", States: { B: { Type: "Pass", Result: "inner", End: true } } };
    const machine = { StartAt: "A", States: { A: { Type: "Parallel", Branches: [inner], End: true } } };
    expect(await run(machine, { stateName: "B" })).toEqual({ status: "SUCCEEDED", output: '"inner"' });
    await expect(run(machine, { stateName: "C" })).rejects.toMatchObject({ code: "ValidationException" });
    await expect(run({ Type: "Pass" })).rejects.toMatchObject({ code: "InvalidDefinition" });
  });

  it("shows the items of a map whose work is mocked", async () => {
    const inner = { StartAt: "B", States: { B: { Type: "Pass", End: true } } };
    const map = {
      Type: "Map",
      ItemsPath: "$.list",
      ItemSelector: { "v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index" },
      ItemProcessor: inner,
      MaxConcurrency: 3,
      ResultPath: "$.done",
      End: true,
    };
    const tested = await run(map, {
      input: '{"list":[7,8]}',
      inspectionLevel: "DEBUG",
      mock: { result: "[1,2]" },
    });
    expect(tested.output).toBe('{"list":[7,8],"done":[1,2]}');
    expect(parse(tested.inspectionData)).toMatchObject({
      afterItemsPath: [7, 8],
      afterItemSelector: [
        { v: 7, i: 0 },
        { v: 8, i: 1 },
      ],
      maxConcurrency: 3,
    });
    const failing = await run(map, {
      input: '{"list":[7]}',
      mock: { result: "[]" },
      stateConfiguration: { mapIterationFailureCount: 1 },
    });
    expect(failing).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
  });

  it("takes a mocked error from a state within, and from no other", async () => {
    const branch = { StartAt: "B", States: { B: { Type: "Pass", End: true } } };
    const parallel = {
      Type: "Parallel",
      Branches: [branch],
      Catch: [{ ErrorEquals: ["E"], Next: "Sorry" }],
      End: true,
    };
    const failing = (errorCausedByState: string) =>
      run(parallel, { mock: { errorOutput: { error: "E" } }, stateConfiguration: { errorCausedByState } });
    expect(await failing("B")).toMatchObject({ status: "CAUGHT_ERROR", nextState: "Sorry" });
    await expect(failing("C")).rejects.toThrow("State 'C' not found");
  });
});
