// EventBridge and Scheduler through the AWS SDK for JavaScript and the AWS CLI,
// and what a sudden death leaves of them: every event accepted arrives, and every
// schedule fires.

import {
  CreateConnectionCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, must } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

describe("events under crash", { timeout: 120_000 }, () => {
  let cloud: RunningCloud;
  let events: EventBridgeClient;
  let sqs: SQSClient;
  let scheduler: SchedulerClient;

  beforeAll(async () => {
    cloud = await startCloud();
    events = new EventBridgeClient(clientOptions(cloud));
    sqs = new SQSClient(clientOptions(cloud));
    scheduler = new SchedulerClient(clientOptions(cloud));
  });
  afterAll(async () => {
    for (const client of [events, sqs, scheduler]) client.destroy();
    await cloud.stop();
  });

  async function createQueue(QueueName: string): Promise<{ QueueUrl: string; QueueArn: string }> {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    return { QueueUrl: QueueUrl!, QueueArn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` };
  }

  /** What of `wanted` does not arrive in the queue, however much else does. */
  async function missing(QueueUrl: string, wanted: Iterable<string>): Promise<readonly string[]> {
    const left = new Set(wanted);
    const until = performance.now() + 60_000;
    while (left.size > 0 && performance.now() < until) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      if (Messages.length === 0) continue;
      for (const { Body } of Messages) left.delete(Body!);
      const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
    return [...left];
  }

  test("every event that was accepted arrives, killed three times on the way", async () => {
    const { QueueUrl, QueueArn } = await createQueue("events");
    await events.send(
      new PutRuleCommand({ Name: "all", EventPattern: JSON.stringify({ source: ["crash"] }) }),
    );
    await events.send(
      new PutTargetsCommand({ Rule: "all", Targets: [{ Id: "q", Arn: QueueArn, InputPath: "$.detail.n" }] }),
    );
    const accepted = new Set<string>();
    let n = 0;
    for (let round = 0; round < 3; round++) {
      let dead = false;
      const senders = Array.from({ length: 4 }, async () => {
        while (!dead) {
          const numbers = Array.from({ length: 10 }, () => String(n++));
          const Entries = numbers.map((each) => ({
            Source: "crash",
            DetailType: "t",
            Detail: JSON.stringify({ n: each }),
          }));
          const answer = await events.send(new PutEventsCommand({ Entries })).catch(() => undefined);
          if (answer?.FailedEntryCount === 0) for (const each of numbers) accepted.add(JSON.stringify(each));
          if (answer === undefined) return;
        }
      });
      while (accepted.size < (round + 1) * 300) await new Promise((done) => setTimeout(done, 5));
      await cloud.kill();
      dead = true;
      await Promise.all(senders);
      await cloud.restart();
    }
    expect(await missing(QueueUrl, accepted)).toEqual([]);
  });

  test("a schedule that fell due while the cloud was dead fires when it is back", async () => {
    const { QueueUrl, QueueArn } = await createQueue("late");
    const at = Math.ceil(Date.now() / 1000 + 1) * 1000;
    await scheduler.send(
      new CreateScheduleCommand({
        Name: "later",
        ScheduleExpression: `at(${new Date(at).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: QueueArn, RoleArn: "arn:aws:iam::000000000000:role/scheduler", Input: "late" },
      }),
    );
    await cloud.kill();
    while (Date.now() <= at) await new Promise((done) => setTimeout(done, 20));
    await cloud.restart();
    expect(await missing(QueueUrl, ["late"])).toEqual([]);
  });

  test("the SDK reads what it wrote", async () => {
    const { EventBuses } = await events.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(["default"]);
    const made = await events.send(
      new CreateConnectionCommand({
        Name: "c",
        AuthorizationType: "API_KEY",
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "k", ApiKeyValue: "v" } },
      }),
    );
    expect(made.CreationTime).toBeInstanceOf(Date);
  });

  test.skipIf(!available("aws"))("the AWS CLI makes rules, tries patterns and schedules", async () => {
    const aws = async (...parameters: string[]) => {
      const text = await must("aws", ["--endpoint-url", cloud.endpoint, "--output", "json", ...parameters], {
        env: cloud.env,
      });
      return JSON.parse(text);
    };
    const pattern = '{"detail":{"total":[{"numeric":[">",10]}]}}';
    const { RuleArn } = await aws("events", "put-rule", "--name", "cli", "--event-pattern", pattern);
    expect(RuleArn).toBe("arn:aws:events:us-east-1:000000000000:rule/cli");
    const event =
      '{"id":"1","account":"1","source":"s","time":"2024-01-01T00:00:00Z","region":"r","resources":[],"detail-type":"t","detail":{"total":11}}';
    const tried = ["--event-pattern", pattern, "--event", event];
    expect(await aws("events", "test-event-pattern", ...tried)).toEqual({ Result: true });
    const target =
      '{"Arn":"arn:aws:sqs:us-east-1:000000000000:late","RoleArn":"arn:aws:iam::000000000000:role/r"}';
    const given = ["--schedule-expression", "rate(1 hours)", "--flexible-time-window", "Mode=OFF"];
    const made = await aws("scheduler", "create-schedule", "--name", "cli", ...given, "--target", target);
    expect(made.ScheduleArn).toBe("arn:aws:scheduler:us-east-1:000000000000:schedule/default/cli");
  });
});
