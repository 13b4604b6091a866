// The main job: the orders example, applied by Terraform, used through the AWS
// CLI, killed in between, and destroyed without leftovers.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { prepareTerraform } from "./support/terraform.ts";

const example = join(import.meta.dirname, "../examples/orders");
const hasTools = available("aws") && available("python3");

const folder = mkdtempSync(join(tmpdir(), "cumulet-terraform-"));
cpSync(example, folder, { recursive: true });
const terraformVariables = hasTools ? await prepareTerraform(folder) : undefined;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(terraformVariables === undefined)("the orders example", { timeout: 300_000 }, () => {
  let cloud: RunningCloud;
  let outputs: Record<string, { value: string }>;
  const terraform = (...parameters: string[]) =>
    must("terraform", [...parameters, "-no-color"], {
      cwd: folder,
      env: { ...cloud.env, ...terraformVariables },
    });
  // Version 1 of the AWS CLI does not read AWS_ENDPOINT_URL for SQS.
  const aws = (...parameters: string[]) =>
    must("aws", ["--endpoint-url", cloud.endpoint, ...parameters], { env: cloud.env });
  const clientOptions = () => ({
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  const items = async (): Promise<Set<string>> => {
    const dynamodb = new DynamoDBClient({ ...clientOptions(), maxAttempts: 5 });
    const ids = new Set<string>();
    let start: Record<string, never> | undefined;
    do {
      const page = await dynamodb.send(new ScanCommand({ TableName: "orders", ExclusiveStartKey: start }));
      for (const item of page.Items ?? []) ids.add(item.id!.S!);
      start = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (start !== undefined);
    dynamodb.destroy();
    return ids;
  };

  beforeAll(async () => {
    cloud = await startCloud();
    await must("sh", ["build.sh"], { cwd: folder, env: cloud.env });
  });
  afterAll(() => cloud?.stop());

  test("is applied, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false", "-var=visibility_timeout=10");
    outputs = JSON.parse(await terraform("output", "-json"));
    const plan = await run(
      "terraform",
      ["plan", "-detailed-exitcode", "-no-color", "-var=visibility_timeout=10"],
      {
        cwd: folder,
        env: cloud.env,
      },
    );
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("turns a message into an item, and logs START, output, END and REPORT", async () => {
    const body = JSON.stringify({ id: "first", customer: "ann", amount: 12.5 });
    await aws("sqs", "send-message", "--queue-url", outputs.queue_url!.value, "--message-body", body);
    await eventually(async () => (await items()).has("first"));
    // `aws logs tail` came with version 2 of the CLI; it asks what version 1 has to be told to ask.
    const group = "/aws/lambda/orders-place";
    const read = available("aws", ["logs", "tail", "help"])
      ? ["logs", "tail", group, "--since", "1h", "--format", "short"]
      : ["logs", "filter-log-events", "--log-group-name", group, "--output", "text"];
    const tail = await eventually(async () => {
      const text = await aws(...read);
      return text.includes("REPORT") && text;
    });
    for (const part of [
      "START RequestId: ",
      "order first of ann is placed",
      "END RequestId: ",
      "REPORT RequestId: ",
    ]) {
      expect(tail).toContain(part);
    }
  });

  test("answers by its function URL, in Python, from the table's index", async () => {
    const id = new URL(outputs.report_url!.value).hostname.split(".")[0];
    const response = await fetch(`${cloud.endpoint}/_lambda-url/${id}/?customer=ann`);
    expect(await response.json()).toEqual({ customer: "ann", orders: [{ id: "first", amount: 12.5 }] });
  });

  test("moves a poison message to the dead-letter queue after three tries", async () => {
    const body = JSON.stringify({ id: "poison" });
    await aws("sqs", "send-message", "--queue-url", outputs.queue_url!.value, "--message-body", body);
    const dead = await eventually(async () => {
      const text = await aws(
        ...["sqs", "receive-message", "--queue-url", outputs.dead_letter_queue_url!.value],
        ...["--wait-time-seconds", "5", "--attribute-names", "All"],
      );
      return text.trim() !== "" && (JSON.parse(text) as { Messages?: { Body: string }[] }).Messages?.[0];
    }, 120_000);
    expect(dead.Body).toBe(body);
    expect(await items()).not.toContain("poison");
  });

  test("loses no acknowledged message over kill -9", async () => {
    const acknowledged = new Set<string>();
    const total = 1000;
    let next = 0;
    let client = new SQSClient(clientOptions());
    const sender = async (): Promise<void> => {
      while (next < total) {
        const id = `order-${next++}`;
        const command = new SendMessageCommand({
          QueueUrl: outputs.queue_url!.value,
          MessageBody: JSON.stringify({ id, customer: "bob", amount: 1 }),
        });
        // A send that fails is not acknowledged: the message may or may not be there.
        await client.send(command).then(
          () => acknowledged.add(id),
          () => new Promise((resolve) => setTimeout(resolve, 20)),
        );
      }
    };
    const senders = Promise.all(Array.from({ length: 4 }, sender));
    for (const sent of [150, 400, 700]) {
      await eventually(async () => next >= sent);
      await cloud.kill();
      await cloud.restart();
      client.destroy();
      client = new SQSClient(clientOptions());
    }
    await senders;
    client.destroy();
    expect(acknowledged.size).toBeGreaterThan(total / 2);
    const missing = await eventually(async () => {
      const placed = await items();
      const left = [...acknowledged].filter((id) => !placed.has(id));
      return left.length === 0 && left;
    }, 120_000);
    expect(missing).toEqual([]);
  });

  test("is destroyed without leftovers", async () => {
    await terraform("destroy", "-auto-approve", "-var=visibility_timeout=10");
    expect(
      (JSON.parse((await aws("sqs", "list-queues", "--output", "json")) || "{}") as { QueueUrls?: string[] })
        .QueueUrls ?? [],
    ).toEqual([]);
    expect(JSON.parse(await aws("dynamodb", "list-tables", "--output", "json"))).toEqual({ TableNames: [] });
    expect(JSON.parse(await aws("lambda", "list-functions", "--output", "json"))).toEqual({ Functions: [] });
    expect(JSON.parse(await aws("iam", "list-roles", "--output", "json"))).toEqual({ Roles: [] });
  });
});
