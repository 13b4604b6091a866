// What reads streams and queues, as Terraform declares it: consumers, event
// source mappings, settings of asynchronous invocation, and pipes with every
// kind of source and parameter.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { prepareTerraform } from "./support/terraform.ts";
import { zip } from "./support/zip.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-streams-"));
cpSync(join(import.meta.dirname, "streams"), folder, { recursive: true });
const terraformVariables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(terraformVariables === undefined)("readers of streams", { timeout: 180_000 }, () => {
  let cloud: RunningCloud;
  let kinesis: KinesisClient;
  let sqs: SQSClient;
  const options = () => ({ cwd: folder, env: { ...cloud.env, ...terraformVariables } });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());

  beforeAll(async () => {
    cloud = await startCloud();
    kinesis = new KinesisClient(clientOptions(cloud));
    sqs = new SQSClient(clientOptions(cloud));
    const code = await zip({ "index.js": "exports.handler = async (event) => event;" });
    writeFileSync(join(folder, "function.zip"), code);
    await kinesis.send(new CreateStreamCommand({ StreamName: "read-made", ShardCount: 1 }));
    for (const QueueName of ["read-in", "read-out", "read-dead"]) {
      await sqs.send(new CreateQueueCommand({ QueueName }));
    }
    const Attributes = { FifoQueue: "true" };
    await sqs.send(new CreateQueueCommand({ QueueName: "read-out.fifo", Attributes }));
  });
  afterAll(async () => {
    kinesis?.destroy();
    sqs?.destroy();
    await cloud?.stop();
  });

  test("are created, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false", "-parallelism=30");
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("a record goes through a pipe's template to its queue", async () => {
    const Data = Buffer.from('{"id":"x"}');
    await kinesis.send(new PutRecordCommand({ StreamName: "read-made", PartitionKey: "p", Data }));
    const QueueUrl = `${cloud.endpoint}/000000000000/read-out`;
    const [message] = await eventually(async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      return Messages;
    });
    expect(message?.Body).toBe('{"id": "x", "pipe": "plain"}');
  });

  test("are destroyed", async () => {
    await terraform("destroy", "-auto-approve", "-input=false", "-refresh=false", "-parallelism=30");
    expect(await terraform("state", "list")).toBe("");
  });
});
