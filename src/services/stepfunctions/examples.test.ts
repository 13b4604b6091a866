// The example workflows, each through all of its ways, with the clock in hand.

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import type { ServiceDefinition } from "../../core/service.ts";
import dynamodb from "../dynamodb/index.ts";
import s3 from "../s3/index.ts";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import { checkDefinition, diagnose } from "./asl/diagnostics/index.ts";
import service from "./index.ts";

const folder = new URL("../../../examples/workflows/", import.meta.url);
const day = 86_400_000;
let cloud: TestCloud;
afterEach(() => cloud.stop());

const sfn = (operation: string, input: object) => cloud.call("stepfunctions", operation, input);

function definitionOf(name: string, names: Readonly<Record<string, string>>): string {
  const text = readFileSync(new URL(`${name}.asl.json`, folder), "utf8");
  return text.replace(/\$\{(\w+)\}/g, (_, key: string) => names[key] ?? `no ${key}`);
}

async function begin(...services: readonly ServiceDefinition[]): Promise<void> {
  cloud = await testCloud([service, ...services]);
}

/** Creates the machine at its first use. */
async function start(name: string, names: Readonly<Record<string, string>>, input: object): Promise<string> {
  const definition = definitionOf(name, names);
  expect(diagnose(definition, "STANDARD")).toEqual([]);
  expect(checkDefinition(definition, "STANDARD")).toBeDefined();
  const { stateMachineArn } = await sfn("CreateStateMachine", {
    name,
    definition,
    roleArn: "arn:aws:iam::000000000000:role/workflow",
  });
  const { executionArn } = await sfn("StartExecution", { stateMachineArn, input: JSON.stringify(input) });
  await cloud.settle();
  return executionArn;
}

const outcome = async (executionArn: string) => {
  const { status, output, error, cause } = await sfn("DescribeExecution", { executionArn });
  return { status, ...(output === undefined ? { error, cause } : { output: JSON.parse(output) }) };
};

async function table(): Promise<string> {
  await cloud.call("dynamodb", "CreateTable", {
    TableName: "table",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await cloud.advance(60_000);
  return "table";
}

const put = (item: object) => cloud.call("dynamodb", "PutItem", { TableName: "table", Item: item });
const numbers = async (name: string, ...ids: readonly string[]): Promise<readonly number[]> => {
  const found = await Promise.all(
    ids.map((id) => cloud.call("dynamodb", "GetItem", { TableName: "table", Key: { id: { S: id } } })),
  );
  // An item is raw JSON until somebody writes it out.
  return found.map(({ Item }) => Number(JSON.parse(JSON.stringify(Item))[name].N));
};

describe("approval", () => {
  const expense = { id: "e-1", amount: 250 };
  async function asked(): Promise<{ readonly arn: string; readonly token: string }> {
    await begin(sqs);
    const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "decisions" });
    const arn = await start("approval", { queue_url: QueueUrl }, expense);
    const { Messages } = await cloud.call("sqs", "ReceiveMessage", { QueueUrl });
    const message = JSON.parse(Messages[0].Body);
    expect(message.expense).toEqual(expense);
    return { arn, token: message.token };
  }

  test("of a small expense needs nobody", async () => {
    await begin(sqs);
    const arn = await start("approval", { queue_url: "none" }, { id: "e-2", amount: 99 });
    expect(await outcome(arn)).toEqual({
      status: "SUCCEEDED",
      output: { id: "e-2", state: "approved", by: "policy" },
    });
  });

  test("waits for a person, for days", async () => {
    const { arn, token } = await asked();
    await cloud.advance(29 * day);
    expect((await outcome(arn)).status).toBe("RUNNING");
    await sfn("SendTaskSuccess", { taskToken: token, output: '{"by":"ann"}' });
    await cloud.settle();
    expect(await outcome(arn)).toEqual({
      status: "SUCCEEDED",
      output: { id: "e-1", state: "approved", by: "ann" },
    });
  });

  test("can be refused, with a reason", async () => {
    const { arn, token } = await asked();
    await sfn("SendTaskFailure", { taskToken: token, error: "Rejected", cause: "too much" });
    await cloud.settle();
    expect(await outcome(arn)).toEqual({
      status: "SUCCEEDED",
      output: { id: "e-1", state: "rejected", reason: "too much" },
    });
  });

  test("ends when nobody has decided for thirty days", async () => {
    const { arn, token } = await asked();
    await cloud.advance(30 * day);
    expect(await outcome(arn)).toEqual({
      status: "FAILED",
      error: "NoDecision",
      cause: "Nobody decided within thirty days.",
    });
    await expect(sfn("SendTaskSuccess", { taskToken: token, output: "{}" })).rejects.toMatchObject({
      code: "TaskTimedOut",
    });
  });
});

describe("the booking saga", () => {
  const trip = { flight: "f", hotel: "h", account: "a", price: 80 };
  async function booked(stock: { readonly f: string; readonly h: string; readonly a: string }) {
    await begin(dynamodb);
    const table_name = await table();
    await put({ id: { S: "f" }, vacancies: { N: stock.f } });
    await put({ id: { S: "h" }, vacancies: { N: stock.h } });
    await put({ id: { S: "a" }, balance: { N: stock.a } });
    const arn = await start("booking-saga", { table_name }, trip);
    const left = [...(await numbers("vacancies", "f", "h")), ...(await numbers("balance", "a"))];
    return { left, ...(await outcome(arn)) };
  }

  test("books all", async () => {
    expect(await booked({ f: "1", h: "2", a: "100" })).toEqual({
      status: "SUCCEEDED",
      output: trip,
      left: [0, 1, 20],
    });
  });

  test.each([
    ["a free seat", { f: "0", h: "2", a: "100" }, [0, 2, 100]],
    ["a free room", { f: "1", h: "0", a: "100" }, [1, 0, 100]],
    ["enough money", { f: "1", h: "2", a: "79" }, [1, 2, 79]],
  ])("gives everything back without %s", async (_what, stock, left) => {
    expect(await booked(stock)).toEqual({
      status: "FAILED",
      error: "DynamoDB.ConditionalCheckFailedException",
      cause: expect.stringContaining("The conditional request failed"),
      left,
    });
  });
});

describe("polling", () => {
  async function polled() {
    await begin(dynamodb);
    const table_name = await table();
    const arn = await start("polling", { table_name }, { job: "j" });
    await cloud.advance(5 * 60_000);
    expect((await outcome(arn)).status).toBe("RUNNING");
    return arn;
  }
  const progress = (text: string) => put({ id: { S: "j" }, progress: { S: text } });

  test("sees the end of the job at the next look", async () => {
    const arn = await polled();
    await progress("DONE");
    await cloud.advance(60_000);
    expect(await outcome(arn)).toEqual({ status: "SUCCEEDED", output: { job: "j", looks: 6 } });
  });

  test("sees that the job failed", async () => {
    const arn = await polled();
    await progress("FAILED: disk full");
    await cloud.advance(60_000);
    expect(await outcome(arn)).toEqual({ status: "FAILED", error: "JobFailed", cause: "FAILED: disk full" });
  });

  test("gives up after a day", { timeout: 60_000 }, async () => {
    const arn = await polled();
    await cloud.advance(day);
    expect(await outcome(arn)).toEqual({
      status: "FAILED",
      error: "JobTooSlow",
      cause: "The job j is not done after 1440 looks.",
    });
  });
});

describe("the price list", () => {
  test("prices ten thousand rows", { timeout: 120_000 }, async () => {
    await begin(s3);
    await cloud.call("s3", "CreateBucket", { Bucket: "prices" });
    const rows = Array.from({ length: 10_000 }, (_, at) => `${at},${at % 100}`);
    async function* csv(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`id,cost\n${rows.join("\n")}\n`);
    }
    await cloud.call("s3", "PutObject", { Bucket: "prices", Key: "rows.csv", Body: csv() });
    const arn = await start("price-list", {}, { bucket: "prices", key: "rows.csv", factor: 2 });
    const { status, output } = (await outcome(arn)) as {
      status: string;
      output: { Bucket: string; Key: string };
    };
    expect(status).toBe("SUCCEEDED");
    const manifest = JSON.parse(await textOf(output.Key));
    const lines = (await textOf(manifest.ResultFiles.SUCCEEDED[0].Key)).trim().split("\n");
    expect(lines).toHaveLength(10_000);
    expect(lines.map((line) => JSON.parse(line)).find(({ id }) => id === "4321")).toEqual({
      id: "4321",
      price: 42,
    });
  });

  async function textOf(key: string): Promise<string> {
    const { Body } = await cloud.call("s3", "GetObject", { Bucket: "prices", Key: key });
    if (Body instanceof Uint8Array) return Buffer.from(Body).toString();
    const chunks: Uint8Array[] = [];
    for await (const chunk of Body as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
});
