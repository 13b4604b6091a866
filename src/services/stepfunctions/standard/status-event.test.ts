// What EventBridge hears of executions.

import { afterEach, describe, expect, test } from "vitest";
import events from "../../events/index.ts";
import sqs from "../../sqs/index.ts";
import { type Bench, machineOf, only } from "../testing/machines.ts";

let bench: Bench;
afterEach(() => bench.cloud.stop());

/** A machine whose changes of status arrive in a queue. */
async function watched(definition: object, fields: object = {}): Promise<void> {
  bench = await machineOf(definition, [events, sqs], fields);
  await bench.cloud.call("sqs", "CreateQueue", { QueueName: "seen" });
  await bench.cloud.call("events", "PutRule", {
    Name: "states",
    EventPattern: JSON.stringify({
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
    }),
  });
  const target = { Id: "queue", Arn: "arn:aws:sqs:us-east-1:000000000000:seen" };
  await bench.cloud.call("events", "PutTargets", { Rule: "states", Targets: [target] });
}

async function seen() {
  await bench.cloud.settle();
  const { Messages = [] } = await bench.cloud.call("sqs", "ReceiveMessage", {
    QueueUrl: "http://localhost:4566/000000000000/seen",
    MaxNumberOfMessages: 10,
  });
  const all = (Messages as { Body: string }[]).map(({ Body }) => JSON.parse(Body));
  return all.sort((a, b) => (a.detail.stopDate ?? 0) - (b.detail.stopDate ?? 0));
}

describe("the status of an execution", () => {
  test("is told at its start and at its end", async () => {
    await watched(only({ Type: "Wait", Seconds: 5 }), { publish: true });
    const executionArn = await bench.start({ a: 1 });
    const running = {
      executionArn,
      stateMachineArn: bench.stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: "run",
      status: "RUNNING",
      startDate: expect.any(Number),
      stopDate: null,
      input: '{"a":1}',
      inputDetails: { included: true },
      output: null,
      outputDetails: null,
      error: null,
      cause: null,
      redriveCount: 0,
      redriveDate: null,
    };
    const [first] = await seen();
    expect(first).toMatchObject({ source: "aws.states", resources: [executionArn], account: "000000000000" });
    expect(first.detail).toEqual({
      ...running,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is RUNNING and cannot be redriven",
    });
    await bench.cloud.advance(5_000);
    const [last] = await seen();
    expect(last.detail).toEqual({
      ...running,
      status: "SUCCEEDED",
      stopDate: first.detail.startDate + 5_000,
      output: '{"a":1}',
      outputDetails: { included: true },
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  test("tells an error and its cause", async () => {
    await watched({ StartAt: "F", States: { F: { Type: "Fail", Error: "E", Cause: "C" } } });
    await bench.start();
    const [, failed] = await seen();
    expect(failed.detail).toMatchObject({
      status: "FAILED",
      error: "E",
      cause: "C",
      redriveStatus: "REDRIVABLE",
      redriveStatusReason: null,
    });
  });

  test("leaves out data for which an event has no room", async () => {
    await watched(only({ Type: "Pass" }));
    await bench.start({ text: "x".repeat(130_000) });
    const [running, succeeded] = await seen();
    expect(running.detail).toMatchObject({ inputDetails: { included: true } });
    expect(succeeded.detail).toMatchObject({
      input: null,
      inputDetails: { included: false },
      outputDetails: { included: true },
    });
    expect(succeeded.detail.output).toHaveLength(130_011);
  });
});
