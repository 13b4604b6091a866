// Many kills during two hundred executions that wait, call, retry, branch, nest
// and wait for answers and workers: all of them come to their end, as if nothing
// had been.
// CUMULET_TEST_KILLS=100 makes it a hundred.

import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

const kills = Number(process.env.CUMULET_TEST_KILLS ?? 20);
const executionsOfEach = 25;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const send = (queue: string, resource: string, body: unknown, then: object) => ({
  Type: "Task",
  Resource: `arn:aws:states:::sqs:sendMessage${resource}`,
  Parameters: { QueueUrl: queue, MessageBody: body },
  ResultPath: "$.sent",
  ...then,
});

interface Made {
  readonly queue: string;
  readonly answers: string;
  readonly activity: string;
  /** A machine, to be started by another. */
  readonly inner: string;
}

function machines({ queue, answers, activity, inner }: Made): Record<string, object> {
  return {
    waits: {
      StartAt: "One",
      States: {
        One: { Type: "Wait", Seconds: 1, Next: "Two" },
        Two: { Type: "Wait", Seconds: 2, Next: "Three" },
        Three: { Type: "Pass", Result: "waited", End: true },
      },
    },
    calls: {
      StartAt: "Send",
      States: {
        Send: send(queue, "", "m", { Next: "Rest" }),
        Rest: { Type: "Wait", Seconds: 1, Next: "Both" },
        Both: {
          Type: "Parallel",
          Branches: [
            { StartAt: "Left", States: { Left: send(queue, "", "l", { End: true }) } },
            { StartAt: "Right", States: { Right: { Type: "Wait", Seconds: 2, End: true } } },
          ],
          End: true,
        },
      },
    },
    asks: {
      StartAt: "Ask",
      States: {
        Ask: send(answers, ".waitForTaskToken", { "token.$": "$$.Task.Token" }, { Next: "Done" }),
        Done: { Type: "Succeed" },
      },
    },
    works: {
      StartAt: "Work",
      States: {
        Work: {
          Type: "Task",
          Resource: activity,
          // A worker whose poll was cut off never hears of its task.
          TimeoutSeconds: 3,
          Retry: [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 99 }],
          End: true,
        },
      },
    },
    nests: {
      StartAt: "Nest",
      States: {
        Nest: {
          Type: "Task",
          Resource: "arn:aws:states:::states:startExecution.sync:2",
          Parameters: { StateMachineArn: inner, Input: { from: "above" } },
          OutputPath: "$.Output",
          End: true,
        },
      },
    },
    distributes: {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
            StartAt: "Tell",
            States: {
              Tell: send(queue, "", "d", { Next: "Rest" }),
              Rest: { Type: "Wait", Seconds: 1, Next: "One" },
              One: { Type: "Pass", Result: 1, End: true },
            },
          },
          End: true,
        },
      },
    },
    retries: {
      StartAt: "Try",
      States: {
        Try: send(`${queue}-none`, "", "m", {
          Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Sorry" }],
          End: true,
        }),
        Sorry: { Type: "Pass", Result: "sorry", End: true },
      },
    },
    maps: {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          ItemsPath: "$.items",
          MaxConcurrency: 2,
          ItemProcessor: {
            StartAt: "Rest",
            States: {
              Rest: { Type: "Wait", Seconds: 1, Next: "Tell" },
              Tell: send(queue, "", "t", { Next: "Shape" }),
              Shape: { Type: "Pass", Result: 1, End: true },
            },
          },
          End: true,
        },
      },
    },
  };
}

const outputs: Readonly<Record<string, (output: unknown) => void>> = {
  waits: (output) => expect(output).toBe("waited"),
  calls: (output) => expect(output).toHaveLength(2),
  asks: (output) => expect(output).toMatchObject({ sent: "yes" }),
  works: (output) => expect(output).toBe("worked"),
  nests: (output) => expect(output).toEqual({ from: "above" }),
  distributes: (output) => expect(output).toEqual([1, 1, 1, 1]),
  retries: (output) => expect(output).toBe("sorry"),
  maps: (output) => expect(output).toEqual([1, 1, 1, 1]),
};

/** Each is scheduled so many times: what has ended never runs again. */
const tasks: Readonly<Record<string, number>> = {
  ...{ waits: 0, calls: 2, asks: 1, works: 0, nests: 1, distributes: 0, retries: 3, maps: 4 },
};

describe("executions over kill -9", { timeout: 240_000 }, () => {
  let cloud: RunningCloud;
  let sfn: SFNClient;
  let sqs: SQSClient;
  let over = false;
  const workless = new AbortController();
  beforeAll(async () => {
    cloud = await startCloud();
    sfn = new SFNClient(clientOptions(cloud));
    sqs = new SQSClient(clientOptions(cloud));
  });
  afterAll(async () => {
    over = true;
    workless.abort();
    sfn.destroy();
    sqs.destroy();
    await cloud?.stop();
  });

  /** Asks again until there is an answer; `refused` says which refusals are one. */
  async function surely<T>(ask: () => Promise<T>, refused: RegExp = /^$/): Promise<T | undefined> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (refused.test((error as Error).name)) return undefined;
        if (over) throw error;
        await pause(20);
      }
    }
  }

  async function answer(queue: string): Promise<void> {
    while (!over) {
      const received = await surely(() =>
        sqs.send(
          new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, VisibilityTimeout: 2 }),
        ),
      ).catch(() => undefined);
      for (const { Body, ReceiptHandle } of received?.Messages ?? []) {
        const { token } = JSON.parse(Body!);
        const success = new SendTaskSuccessCommand({ taskToken: token, output: '"yes"' });
        await surely(() => sfn.send(success), /^TaskTimedOut$/).catch(() => undefined);
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle })).catch(() => undefined);
      }
      await pause(50);
    }
  }

  async function work(activityArn: string): Promise<void> {
    while (!over) {
      const poll = new GetActivityTaskCommand({ activityArn });
      const given = await sfn.send(poll, { abortSignal: workless.signal }).catch(() => undefined);
      if (given?.taskToken === undefined) {
        await pause(20);
        continue;
      }
      const success = new SendTaskSuccessCommand({ taskToken: given.taskToken, output: '"worked"' });
      await surely(() => sfn.send(success), /^TaskTimedOut$/).catch(() => undefined);
    }
  }

  const create = async (name: string, definition: object): Promise<string> => {
    const roleArn = "arn:aws:iam::000000000000:role/states";
    const input = { name, definition: JSON.stringify(definition), roleArn };
    return (await sfn.send(new CreateStateMachineCommand(input))).stateMachineArn!;
  };

  test("all end as they would have without", async () => {
    const queue = (await sqs.send(new CreateQueueCommand({ QueueName: "crash" }))).QueueUrl!;
    const answers = (await sqs.send(new CreateQueueCommand({ QueueName: "crash-answers" }))).QueueUrl!;
    const activity = (await sfn.send(new CreateActivityCommand({ name: "crash" }))).activityArn!;
    const inner = await create("inner", {
      StartAt: "Rest",
      States: { Rest: { Type: "Wait", Seconds: 1, End: true } },
    });
    const arns: Record<string, string> = {};
    for (const [name, definition] of Object.entries(machines({ queue, answers, activity, inner }))) {
      arns[name] = await create(name, definition);
    }
    const started: Promise<unknown>[] = [];
    const starting = (async () => {
      for (let at = 0; at < executionsOfEach; at++) {
        for (const stateMachineArn of Object.values(arns)) {
          const input = JSON.stringify({ items: [{}, {}, {}, {}] });
          const command = new StartExecutionCommand({ stateMachineArn, name: `run-${at}`, input });
          // Nobody knows whether a start that was cut short was heard: its name makes it the same one.
          started.push(surely(() => sfn.send(command), /^ExecutionAlreadyExists$/));
        }
        await pause((kills * 150) / executionsOfEach);
      }
    })();
    const helpers = [answer(answers), work(activity)];
    for (let kill = 0; kill < kills; kill++) {
      await pause(30 + ((kill * 37) % 90));
      await cloud.kill();
      await cloud.restart();
    }
    await starting;
    await Promise.all(started);
    const deadline = Date.now() + 60_000;
    const running = async (): Promise<number> => {
      const lists = Object.values(arns).map((stateMachineArn) =>
        sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" })),
      );
      return (await Promise.all(lists)).reduce((sum, { executions = [] }) => sum + executions.length, 0);
    };
    while ((await running()) > 0 && Date.now() < deadline) await pause(200);
    expect(await running()).toBe(0);
    over = true;
    workless.abort();
    await Promise.all(helpers);
    const nested = await sfn.send(new ListExecutionsCommand({ stateMachineArn: inner }));
    expect(nested.executions).toHaveLength(executionsOfEach);
    for (const [name, stateMachineArn] of Object.entries(arns)) {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      expect(executions).toHaveLength(executionsOfEach);
      await Promise.all(executions.map(({ executionArn }) => check(name, executionArn!)));
    }
  });

  async function check(machine: string, executionArn: string): Promise<void> {
    const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    expect({ status, error, cause }).toEqual({ status: "SUCCEEDED" });
    outputs[machine]!(JSON.parse(output!));
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    expect(events.map(({ id }) => id)).toEqual(events.map((_, at) => at + 1));
    const count = (wanted: (event: HistoryEvent) => boolean): number => events.filter(wanted).length;
    expect(count(({ type }) => type === "ExecutionStarted")).toBe(1);
    expect(count(({ type }) => type === "ExecutionSucceeded")).toBe(1);
    const scheduled = count(({ type }) => type === "TaskScheduled");
    expect(scheduled).toBe(tasks[machine]);
    expect(count(({ type }) => type === "TaskSucceeded" || type === "TaskFailed")).toBe(scheduled);
    expect(count(({ type }) => type === "ActivitySucceeded")).toBe(machine === "works" ? 1 : 0);
    if (machine === "distributes") await checkMapRun(executionArn);
  }

  async function checkMapRun(executionArn: string): Promise<void> {
    const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    expect(mapRuns).toHaveLength(1);
    const { mapRunArn } = mapRuns[0]!;
    const { executionCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(executionCounts).toMatchObject({ succeeded: 4, total: 4, failed: 0, running: 0 });
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions).toHaveLength(4);
  }
});
