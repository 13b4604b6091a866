// The order system of the examples, and beside it events, schedules and schemas
// with every setting: applied by Terraform at once, used, killed in between, and
// destroyed without leftovers.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, ListEventBusesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CreateStreamCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { prepareTerraform } from "./support/terraform.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-events-"));
cpSync(join(import.meta.dirname, "events"), folder, { recursive: true });
cpSync(join(import.meta.dirname, "../examples/events"), join(folder, "orders"), { recursive: true });
const terraformVariables = available("python3") ? await prepareTerraform(folder) : undefined;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly amount: number;
}

describe.skipIf(terraformVariables === undefined)("the order system", { timeout: 300_000 }, () => {
  let cloud: RunningCloud;
  let web: Server;
  const calls: string[] = [];
  let events: EventBridgeClient;
  let sqs: SQSClient;
  let outputs: Record<string, string>;
  const options = () => ({
    cwd: folder,
    env: {
      ...cloud.env,
      ...terraformVariables,
      TF_VAR_web: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    },
  });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());
  const queueUrl = (name: string): string => `${cloud.endpoint}/000000000000/${name}`;

  const put = async (EventBusName: string, DetailType: string, orders: readonly object[]): Promise<void> => {
    const Entries = orders.map((order) => ({
      Source: "shop",
      DetailType,
      EventBusName,
      Detail: JSON.stringify(order),
    }));
    expect((await events.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
  };

  /** The first `count` different bodies that a queue gives, in their order. */
  async function bodies(QueueUrl: string, count: number): Promise<readonly string[]> {
    const found = new Set<string>();
    return eventually(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body, ReceiptHandle } of Messages) {
        found.add(Body!);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return found.size >= count && [...found];
    });
  }

  async function reminders(): Promise<readonly string[]> {
    const scheduler = new SchedulerClient(clientOptions(cloud));
    const { Schedules = [] } = await scheduler.send(
      new ListSchedulesCommand({ GroupName: outputs.reminders_group }),
    );
    scheduler.destroy();
    return Schedules.map(({ Name }) => Name!);
  }

  beforeAll(async () => {
    cloud = await startCloud();
    events = new EventBridgeClient(clientOptions(cloud));
    sqs = new SQSClient(clientOptions(cloud));
    web = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      if (request.url === "/token") response.end('{"access_token":"t-1","expires_in":3600}');
      else {
        calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
        response.end("{}");
      }
    }).listen(0, "127.0.0.1");
    const kinesis = new KinesisClient({ ...clientOptions(cloud) });
    await kinesis.send(new CreateStreamCommand({ StreamName: "wide", ShardCount: 1 }));
    kinesis.destroy();
    for (const QueueName of ["wide", "wide-dead"]) await sqs.send(new CreateQueueCommand({ QueueName }));
    const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
    await sqs.send(new CreateQueueCommand({ QueueName: "wide.fifo", Attributes }));
    await must("sh", ["orders/build.sh"], options());
  });
  afterAll(async () => {
    for (const client of [events, sqs]) client?.destroy();
    web?.close();
    await cloud?.stop();
  });

  test("is applied, and a second plan is empty", async () => {
    await terraform("init", "-input=false");
    await terraform("apply", "-auto-approve", "-input=false");
    outputs = JSON.parse(await terraform("output", "-json", "orders"));
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("one rule serves queues and an HTTP endpoint by a token", async () => {
    await put("wide", "Sold", [{ total: 12, city: "Bonn", file: "a" }]);
    expect(await bodies(queueUrl("wide"), 1)).toEqual(['{"total":12,"rule":"wide-pattern"}']);
    expect(await bodies(queueUrl("wide.fifo"), 1)).toEqual(['{"total":12,"city":"Bonn","file":"a"}']);
    await eventually(async () => calls.length > 0);
    expect(calls).toEqual(["POST /orders/Bonn?total=12 Bearer t-1"]);
  });

  test("keeps each order's steps in order, over kill -9", async () => {
    const orders = Array.from(
      { length: 20 },
      (_, at): Order => ({ id: `o-${at}`, customer: "ann", amount: 10 }),
    );
    for (let at = 0; at < orders.length; at += 10) {
      await put(outputs.bus_name!, "Order Placed", orders.slice(at, at + 10));
    }
    const ledger = [...(await bodies(outputs.ledger_url!, 5))];
    await cloud.kill();
    await cloud.restart();
    ledger.push(...(await bodies(outputs.ledger_url!, orders.length - ledger.length)));
    for (let at = 0; at < orders.length - 1; at += 10) {
      await put(outputs.bus_name!, "Order Paid", orders.slice(at, Math.min(at + 10, orders.length - 1)));
    }
    ledger.push(...(await bodies(outputs.ledger_url!, 2 * orders.length - 1 - ledger.length)));
    const steps = ledger.map((text) => JSON.parse(text) as { readonly kind: string; readonly id: string });
    for (const { id } of orders) {
      const kinds = steps.filter((step) => step.id === id).map(({ kind }) => kind);
      expect(kinds).toEqual(id === "o-19" ? ["Order Placed"] : ["Order Placed", "Order Paid"]);
    }
    const shipped = orders.slice(0, -1).map(({ id }) => `Order ${id} is on its way.`);
    const mails = await bodies(outputs.mail_url!, shipped.length);
    expect(mails.map((text) => JSON.parse(text).text).sort()).toEqual(shipped.sort());
    await eventually(async () => (await reminders()).length === 1);
    expect(await reminders()).toEqual(["o-19"]);
  });

  test("reminds of what is not paid, once, and closes the day", async () => {
    await fetch(`${cloud.endpoint}/_cumulet/clock`, { method: "POST", body: '{"advance":"24h"}' });
    expect(await bodies(outputs.mail_url!, 1)).toEqual([
      '{"to":"ann","text":"Order o-19 waits for your payment."}',
    ]);
    expect(await reminders()).toEqual([]);
    const [closed] = await bodies(outputs.ledger_url!, 1);
    expect(JSON.parse(closed!)).toMatchObject({
      kind: "Day Closed",
      at: expect.stringMatching(/T1[67]:00:00Z$/),
    });
  });

  test("is destroyed without leftovers", async () => {
    await terraform("destroy", "-auto-approve", "-input=false");
    const { EventBuses } = await events.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(["default"]);
  });
});
