// Tasks: what is asked of other services and of workers, how failures are
// retried and caught, and what takes too long.

import { afterEach, describe, expect, test } from "vitest";
import sqs from "../sqs/index.ts";
import type { Json } from "./asl/data/scope.ts";
import { integrationFor } from "./integrations/index.ts";
import { aimFor, serviceContext } from "./integrations/test-aim.ts";
import { type Bench, machineOf, only } from "./testing/machines.ts";

let bench: Bench;
afterEach(() => bench.cloud.stop());

const activityArn = "arn:aws:states:us-east-1:000000000000:activity:work";
const queueUrl = "http://localhost:4566/000000000000/jobs";

async function withActivity(definition: object): Promise<Bench> {
  bench = await machineOf(definition);
  await bench.call("CreateActivity", { name: "work" });
  return bench;
}

async function withQueue(definition: object): Promise<Bench> {
  bench = await machineOf(definition, [sqs]);
  await bench.cloud.call("sqs", "CreateQueue", { QueueName: "jobs" });
  return bench;
}

const received = async () => {
  const { Messages } = await bench.cloud.call("sqs", "ReceiveMessage", { QueueUrl: queueUrl });
  return Messages[0].Body as string;
};

describe("an activity", () => {
  test("is given to a worker and ends with what the worker says", async () => {
    await withActivity(only({ Type: "Task", Resource: activityArn, ResultPath: "$.result" }));
    const arn = await bench.start({ n: 1 });
    const task = await bench.call("GetActivityTask", { activityArn, workerName: "ann" });
    expect(JSON.parse(task.input)).toEqual({ n: 1 });
    await bench.call("SendTaskSuccess", { taskToken: task.taskToken, output: '{"done":true}' });
    expect(await bench.describe(arn)).toMatchObject({
      status: "SUCCEEDED",
      output: '{"n":1,"result":{"done":true}}',
    });
    expect(await bench.history(arn)).toEqual([
      "1<0 ExecutionStarted",
      "2<0 TaskStateEntered",
      "3<2 ActivityScheduled",
      "4<3 ActivityStarted",
      "5<4 ActivitySucceeded",
      "6<5 TaskStateExited",
      "7<6 ExecutionSucceeded",
    ]);
    expect((await bench.events(arn))[3].activityStartedEventDetails).toEqual({ workerName: "ann" });
    await expect(
      bench.call("SendTaskSuccess", { taskToken: task.taskToken, output: "{}" }),
    ).rejects.toMatchObject({ code: "TaskTimedOut" });
  });

  test("answers a poll with nothing after a minute without work", async () => {
    await withActivity(only({ Type: "Pass" }));
    const poll = bench.call("GetActivityTask", { activityArn });
    await bench.cloud.advance(60_000);
    expect(await poll).toEqual({});
  });

  test("times out when nobody reports in time, and again after each heartbeat", async () => {
    await withActivity(
      only({ Type: "Task", Resource: activityArn, HeartbeatSeconds: 10, TimeoutSeconds: 100 }),
    );
    const arn = await bench.start();
    const { taskToken } = await bench.call("GetActivityTask", { activityArn });
    for (let beat = 0; beat < 5; beat++) {
      await bench.cloud.advance(9_000);
      await bench.call("SendTaskHeartbeat", { taskToken });
    }
    expect((await bench.describe(arn)).status).toBe("RUNNING");
    await bench.cloud.advance(10_000);
    expect(await bench.describe(arn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(await bench.history(arn)).toContain("5<4 ActivityTimedOut");
    await expect(bench.call("SendTaskHeartbeat", { taskToken })).rejects.toMatchObject({
      code: "TaskTimedOut",
    });
  });

  test("of a stopped execution is not given out any more", async () => {
    await withActivity(only({ Type: "Task", Resource: activityArn }));
    const arn = await bench.start();
    await bench.call("StopExecution", { executionArn: arn, error: "Enough", cause: "of this" });
    const poll = bench.call("GetActivityTask", { activityArn });
    await bench.cloud.advance(60_000);
    expect(await poll).toEqual({});
    expect(await bench.describe(arn)).toMatchObject({ status: "ABORTED", error: "Enough", cause: "of this" });
    expect((await bench.history(arn)).slice(-2)).toEqual(["4<3 TaskStateAborted", "5<4 ExecutionAborted"]);
  });
});

describe("a task", () => {
  const send = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Parameters: { QueueUrl: queueUrl, "MessageBody.$": "$.text" },
  };

  test("calls another service under the machine's role", async () => {
    await withQueue(only({ ...send, ResultSelector: { "md5.$": "$.MD5OfMessageBody" } }));
    const arn = await bench.start({ text: "hello" });
    expect(await bench.describe(arn)).toMatchObject({
      status: "SUCCEEDED",
      output: '{"md5":"5d41402abc4b2a76b9719d911017c592"}',
    });
    expect(await received()).toBe("hello");
    expect((await bench.history(arn)).map((line) => line.split(" ")[1])).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    const [, , scheduled] = await bench.events(arn);
    expect(scheduled.taskScheduledEventDetails).toEqual({
      resourceType: "sqs",
      resource: "sendMessage",
      region: "us-east-1",
      parameters: JSON.stringify({ QueueUrl: queueUrl, MessageBody: "hello" }),
    });
  });

  test("waits for days on a token that went with its request", async () => {
    await withQueue(
      only({
        ...send,
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters: { QueueUrl: queueUrl, MessageBody: { "token.$": "$$.Task.Token" } },
        OutputPath: "$.approved",
      }),
    );
    const arn = await bench.start();
    const { token } = JSON.parse(await received());
    await bench.cloud.advance(20 * 86_400_000);
    expect((await bench.describe(arn)).status).toBe("RUNNING");
    await bench.call("SendTaskSuccess", { taskToken: token, output: '{"approved":"yes"}' });
    expect(await bench.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: '"yes"' });
    expect((await bench.history(arn)).map((line) => line.split(" ")[1]).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
  });

  test("is retried with growing waits, then caught", async () => {
    await withActivity({
      StartAt: "Work",
      States: {
        Work: {
          Type: "Task",
          Resource: activityArn,
          Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Sorry" }],
          End: true,
        },
        Sorry: { Type: "Pass", End: true },
      },
    });
    const arn = await bench.start({ n: 1 });
    const fail = async () => {
      const { taskToken } = await bench.call("GetActivityTask", { activityArn });
      await bench.call("SendTaskFailure", { taskToken, error: "Flaky", cause: "as ever" });
    };
    await fail();
    await bench.cloud.advance(2_000);
    await fail();
    await bench.cloud.advance(6_000);
    await fail();
    expect(await bench.describe(arn)).toMatchObject({
      status: "SUCCEEDED",
      output: '{"n":1,"error":{"Error":"Flaky","Cause":"as ever"}}',
    });
    const scheduled = (await bench.events(arn)).filter(({ type }) => type === "ActivityScheduled");
    expect(scheduled.map(({ timestamp }) => timestamp - scheduled[0].timestamp)).toEqual([0, 2_000, 8_000]);
  });

  test("names the error of the service that refused it", async () => {
    await withQueue(only({ ...send, Parameters: { QueueUrl: `${queueUrl}x`, MessageBody: "m" } }));
    const arn = await bench.start();
    expect((await bench.describe(arn)).status).toBe("FAILED");
    expect((await bench.describe(arn)).error).toMatch(/^SQS\./);
  });
});

test("a nested workflow is started once, though the start is asked for again", async () => {
  bench = await machineOf(only({ Type: "Wait", Seconds: 60 }));
  const resource = "arn:aws:states:::states:startExecution.sync:2";
  const start = async (attempt: string) => {
    const aim = { ...aimFor(resource, { StateMachineArn: bench.stateMachineArn, Input: { a: 1 } }), attempt };
    return (await integrationFor(resource)!.run(aim, serviceContext(bench.cloud))) as Record<string, Json>;
  };
  const { ExecutionArn, StartDate } = await start("execution.1");
  expect(await start("execution.1")).toMatchObject({ ExecutionArn, StartDate });
  await bench.cloud.advance(60_000);
  expect(await start("execution.1")).toMatchObject({ ExecutionArn, StartDate });
  expect((await start("execution.2")).ExecutionArn).not.toBe(ExecutionArn);
  const { stateMachineArn } = bench;
  expect((await bench.call("ListExecutions", { stateMachineArn })).executions).toHaveLength(2);
});

describe("a redrive", () => {
  test("goes on with the state that failed, and not before", async () => {
    await withActivity({
      StartAt: "Before",
      States: {
        Before: { Type: "Pass", Result: "once", ResultPath: "$.before", Next: "Work" },
        Work: { Type: "Task", Resource: activityArn, End: true },
      },
    });
    const arn = await bench.start();
    const first = await bench.call("GetActivityTask", { activityArn });
    await bench.call("SendTaskFailure", { taskToken: first.taskToken, error: "No" });
    expect(await bench.describe(arn)).toMatchObject({ status: "FAILED", redriveStatus: "REDRIVABLE" });
    await bench.call("RedriveExecution", { executionArn: arn });
    const second = await bench.call("GetActivityTask", { activityArn });
    await bench.call("SendTaskSuccess", { taskToken: second.taskToken, output: '"fine"' });
    expect(await bench.describe(arn)).toMatchObject({
      status: "SUCCEEDED",
      output: '"fine"',
      redriveCount: 1,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
    const types = (await bench.history(arn)).map((line) => line.split(" ")[1]);
    expect(types.filter((type) => type === "PassStateEntered")).toHaveLength(1);
    expect(types.slice(types.indexOf("ExecutionRedriven"))).toEqual([
      "ExecutionRedriven",
      "ActivityScheduled",
      "ActivityStarted",
      "ActivitySucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    await expect(bench.call("RedriveExecution", { executionArn: arn })).rejects.toMatchObject({
      code: "ExecutionNotRedrivable",
    });
  });

  test("runs only the branches that did not succeed", async () => {
    await withActivity(
      only({
        Type: "Parallel",
        Branches: [
          { StartAt: "P", States: { P: { Type: "Pass", Result: "kept", End: true } } },
          { StartAt: "W", States: { W: { Type: "Task", Resource: activityArn, End: true } } },
        ],
      }),
    );
    const arn = await bench.start();
    const first = await bench.call("GetActivityTask", { activityArn });
    await bench.call("SendTaskFailure", { taskToken: first.taskToken });
    await bench.call("RedriveExecution", { executionArn: arn });
    const second = await bench.call("GetActivityTask", { activityArn });
    await bench.call("SendTaskSuccess", { taskToken: second.taskToken, output: "2" });
    expect(await bench.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: '["kept",2]' });
  });
});
