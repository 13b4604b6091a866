// Topics, keys and secrets as users have them: signatures that AWS's own validator
// accepts, order over kill -9, the AWS CLI, and Terraform.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { prepareTerraform } from "./support/terraform.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

const options = () => ({
  endpoint: cloud.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
});

/** A queue subscribed to a new topic. */
async function heard(name: string, raw: boolean, attributes: Record<string, string> = {}) {
  const [sns, sqs] = [new SNSClient(options()), new SQSClient(options())];
  const fifo = name.endsWith(".fifo");
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({ Name: name, Attributes: { ...attributes, ...(fifo && { FifoTopic: "true" }) } }),
  );
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, ...(fifo && { Attributes: { FifoQueue: "true" } }) }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:us-east-1:000000000000:${name}`,
      Attributes: { RawMessageDelivery: String(raw) },
    }),
  );
  return { sns, sqs, TopicArn: TopicArn!, QueueUrl: QueueUrl! };
}

async function receive(sqs: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  if (Messages.length > 0) {
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  return Messages;
}

describe("sns-validator", () => {
  type Validator = new () => { validate(message: object, done: (error: Error | null) => void): void };
  const require = createRequire(import.meta.url);

  test.each(["1", "2"])(
    "accepts our signatures of version %s, and none that was tampered with",
    async (version) => {
      const MessageValidator = require("sns-validator") as Validator;
      const https = require("node:https") as { get: unknown };
      const original = https.get;
      // It insists on AWS's own hosts: the certificate's address is led to ours.
      https.get = (url: string, done: () => void) =>
        get(String(url).replace("https://sns.us-east-1.amazonaws.com", cloud.endpoint), done);
      try {
        const { sns, sqs, TopicArn, QueueUrl } = await heard(`validated-${version}`, false, {
          SignatureVersion: version,
        });
        await sns.send(new PublishCommand({ TopicArn, Message: "héllo", Subject: "s" }));
        const [message] = await eventually(async () => {
          const messages = await receive(sqs, QueueUrl);
          return messages.length > 0 && messages;
        });
        const envelope = JSON.parse(message!.Body!);
        expect(envelope.SignatureVersion).toBe(version);
        envelope.SigningCertURL = envelope.SigningCertURL.replace(
          cloud.endpoint,
          "https://sns.us-east-1.amazonaws.com",
        );
        const validated = (given: object) =>
          new Promise<Error | null>((resolve) => new MessageValidator().validate(given, resolve));
        expect(await validated(envelope)).toBe(null);
        expect((await validated({ ...envelope, Message: "hello" }))?.message).toMatch(/signature/i);
      } finally {
        https.get = original;
      }
    },
  );
});

describe("over kill -9", { timeout: 60_000 }, () => {
  test("a FIFO topic loses none, doubles none and keeps each group's order", async () => {
    const { TopicArn, QueueUrl } = await heard("crash.fifo", true);
    const each = 120;
    const groups = ["a", "b", "c"];
    let published = 0;
    const publisher = async (group: string): Promise<void> => {
      let client = new SNSClient(options());
      for (let at = 0; at < each; ) {
        const Message = String(at);
        const sent = await client
          .send(
            new PublishCommand({
              TopicArn,
              Message: `${group} ${Message}`,
              MessageGroupId: group,
              MessageDeduplicationId: `${group}-${at}`,
            }),
          )
          .then(() => true)
          .catch(() => false);
        if (sent) {
          published++;
          at++;
        } else {
          client.destroy();
          await new Promise((resolve) => setTimeout(resolve, 20));
          client = new SNSClient(options());
        }
      }
      client.destroy();
    };
    const publishing = Promise.all(groups.map(publisher));
    for (const enough of [60, 180, 300]) {
      await eventually(async () => published >= enough);
      await cloud.kill();
      await cloud.restart();
    }
    await publishing;
    const sqs = new SQSClient(options());
    const arrived: string[] = [];
    await eventually(async () => {
      arrived.push(...(await receive(sqs, QueueUrl)).map(({ Body }) => Body!));
      return arrived.length >= groups.length * each;
    });
    arrived.push(...(await receive(sqs, QueueUrl)).map(({ Body }) => Body!));
    for (const group of groups) {
      const numbers = arrived
        .filter((body) => body.startsWith(`${group} `))
        .map((body) => Number(body.slice(2)));
      expect(numbers).toEqual(Array.from({ length: each }, (_, at) => at));
    }
  });

  test("a standard topic delivers all that it acknowledged", async () => {
    const { sns, TopicArn, QueueUrl } = await heard("crash", true);
    const acknowledged = new Set<string>();
    const batches = Array.from({ length: 40 }, (_, batch) =>
      sns
        .send(
          new PublishBatchCommand({
            TopicArn,
            PublishBatchRequestEntries: Array.from({ length: 10 }, (__, at) => ({
              Id: String(at),
              Message: `${batch}-${at}`,
            })),
          }),
        )
        .then(({ Successful = [] }) => {
          for (const { Id } of Successful) acknowledged.add(`${batch}-${Id}`);
        })
        .catch(() => undefined),
    );
    await eventually(async () => acknowledged.size >= 100);
    await cloud.kill();
    await Promise.all(batches);
    await cloud.restart();
    const sqs = new SQSClient(options());
    const missing = new Set(acknowledged);
    await eventually(async () => {
      for (const { Body } of await receive(sqs, QueueUrl)) missing.delete(Body!);
      return missing.size === 0;
    });
    expect(acknowledged.size).toBeGreaterThanOrEqual(100);
  });
});

describe.skipIf(!available("aws"))("the AWS CLI", () => {
  test("publishes with attributes, and encrypts with a key", async () => {
    const aws = async (...parameters: string[]) =>
      JSON.parse(
        (await must("aws", ["--endpoint-url", cloud.endpoint, "--output", "json", ...parameters], {
          env: cloud.env,
        })) || "{}",
      );
    const { TopicArn } = await aws("sns", "create-topic", "--name", "cli");
    const attributes = '{"kind":{"DataType":"String","StringValue":"a"}}';
    const { MessageId } = await aws(
      ...["sns", "publish", "--topic-arn", TopicArn, "--message", "m", "--message-attributes", attributes],
    );
    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const { KeyMetadata } = await aws("kms", "create-key");
    // Both versions of the CLI take a file's bytes as they are.
    const file = join(mkdtempSync(join(cloud.dataDirectory, "cli-")), "blob");
    writeFileSync(file, "secret");
    const sealed = await aws(
      "kms",
      "encrypt",
      "--key-id",
      KeyMetadata.KeyId,
      "--plaintext",
      `fileb://${file}`,
    );
    writeFileSync(file, Buffer.from(sealed.CiphertextBlob, "base64"));
    const opened = await aws("kms", "decrypt", "--ciphertext-blob", `fileb://${file}`);
    expect(Buffer.from(opened.Plaintext, "base64").toString()).toBe("secret");
  });
});

const folder = mkdtempSync(join(tmpdir(), "cumulet-topics-"));
cpSync(join(import.meta.dirname, "topics-and-keys"), folder, { recursive: true });
const terraformVariables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(terraformVariables === undefined)("Terraform", { timeout: 300_000 }, () => {
  test("applies topics, keys and secrets, finds nothing to change, and destroys them", async () => {
    const sqs = new SQSClient(options());
    await sqs.send(new CreateQueueCommand({ QueueName: "planned" }));
    await sqs.send(new CreateQueueCommand({ QueueName: "planned.fifo", Attributes: { FifoQueue: "true" } }));
    const arn = "arn:aws:sqs:us-east-1:000000000000:planned";
    const env = {
      ...cloud.env,
      ...terraformVariables,
      TF_VAR_queue_arn: arn,
      TF_VAR_ordered_queue_arn: `${arn}.fifo`,
    };
    await must("terraform", ["apply", "-auto-approve", "-input=false", "-no-color"], { cwd: folder, env });
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], { cwd: folder, env });
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
    await must("terraform", ["destroy", "-auto-approve", "-no-color"], { cwd: folder, env });
  });
});
