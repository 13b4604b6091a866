// Several processes keep one cloud in a PostgreSQL database: what is done at one
// is there at the others, and the death of one is not the end of its work.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresPrograms, startPostgres, type TestPostgres } from "../tools/postgres/server.mjs";
import { eventually } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { cumulet } from "./support/program.ts";
import { clientOptions } from "./support/sdk.ts";
import { zip } from "./support/zip.ts";

const programs = postgresPrograms();

describe.skipIf(programs === undefined)("three nodes over one PostgreSQL", () => {
  let server: TestPostgres;
  let nodes: RunningCloud[] = [];
  const shared = mkdtempSync(join(tmpdir(), "cumulet-shared-"));
  const clients: { destroy(): void }[] = [];
  /** At a node, which tries again as an application's client does. */
  function at<T extends { destroy(): void }>(
    node: number,
    make: new (options: ReturnType<typeof clientOptions> & { forcePathStyle: true }) => T,
  ): T {
    const client = new make({ ...clientOptions(nodes[node]!), maxAttempts: 5, forcePathStyle: true });
    clients.push(client);
    return client;
  }

  beforeAll(async () => {
    server = await startPostgres(programs!);
    const parameters = ["--store", server.url, "--data-dir", shared, "--function-environments", "1"];
    nodes = [await startCloud(parameters)];
    nodes.push(...(await Promise.all([startCloud(parameters), startCloud(parameters)])));
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await Promise.all(nodes.map((node) => node.stop()));
    await server.stop();
    rmSync(shared, { recursive: true, force: true });
  });

  test("a message sent at one is received by a long poll at another", async () => {
    const here = at(0, SQSClient);
    const there = at(1, SQSClient);
    const { QueueUrl } = await here.send(new CreateQueueCommand({ QueueName: "between" }));
    const polling = there.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await here.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    expect((await polling).Messages?.map(({ Body }) => Body)).toEqual(["hello"]);
  });

  test("an item counted up at all of them at once loses no count", async () => {
    await at(0, DynamoDBClient).send(
      new CreateTableCommand({
        TableName: "counts",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const count = (node: number): Promise<unknown> =>
      at(node, DynamoDBClient).send(
        new UpdateItemCommand({
          TableName: "counts",
          Key: { id: { S: "one" } },
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        }),
      );
    await Promise.all(Array.from({ length: 60 }, (_, number) => count(number % 3)));
    const { Item } = await at(2, DynamoDBClient).send(
      new GetItemCommand({ TableName: "counts", Key: { id: { S: "one" } } }),
    );
    expect(Item?.["n"]).toEqual({ N: "60" });
  });

  test("an object of any size put at one is got at another", async () => {
    const here = at(0, S3Client);
    const there = at(2, S3Client);
    await here.send(new CreateBucketCommand({ Bucket: "shared" }));
    for (const size of [10, 3_000_000]) {
      await here.send(new PutObjectCommand({ Bucket: "shared", Key: "one", Body: new Uint8Array(size) }));
      const { Body } = await there.send(new GetObjectCommand({ Bucket: "shared", Key: "one" }));
      expect((await Body?.transformToByteArray())?.length).toBe(size);
    }
  });

  test("a function runs at another node where the one that was asked has no room", async () => {
    const iam = at(0, IAMClient);
    const trust = {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    };
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: "app",
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      }),
    );
    const source = `exports.handler = async () => {
      await new Promise((done) => setTimeout(done, 1000));
      return process.env.AWS_LAMBDA_LOG_STREAM_NAME;
    };`;
    const lambda = at(0, LambdaClient);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "busy",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: Role!.Arn,
        Code: { ZipFile: await zip({ "index.js": source }) },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: "busy" });
    const invoke = async (): Promise<string> => {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "busy" }));
      return Payload!.transformToString();
    };
    // Each node has one place: what runs in two environments at once has gone to another.
    await eventually(async () => new Set(await Promise.all([invoke(), invoke()])).size === 2);
  });

  test("work goes on when a node and the database die", async () => {
    const { QueueUrl } = await at(0, SQSClient).send(new CreateQueueCommand({ QueueName: "enduring" }));
    const send = (node: number, from: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 20 }, (_, number) =>
          at(node, SQSClient).send(new SendMessageCommand({ QueueUrl, MessageBody: `${from + number}` })),
        ),
      );
    await send(1, 0);
    await nodes[1]!.kill();
    await server.restart();
    await send(0, 20);
    const received = new Set<number>();
    const receiver = at(2, SQSClient);
    while (received.size < 40) {
      const { Messages = [] } = await receiver.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
      );
      for (const { Body, ReceiptHandle } of Messages) {
        received.add(Number(Body));
        await receiver.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      expect(Messages.length).toBeGreaterThan(0);
    }
    await nodes[1]!.restart();
    const { Item } = await at(1, DynamoDBClient).send(
      new GetItemCommand({ TableName: "counts", Key: { id: { S: "one" } } }),
    );
    expect(Item?.["n"]).toEqual({ N: "60" });
  });

  test("time moves, and everything is gone, at all of them", async () => {
    const control = async (node: number, path: string, body?: object): Promise<Record<string, unknown>> => {
      const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const response = await fetch(`${nodes[node]!.endpoint}/_cumulet/${path}`, request);
      return (await response.json()) as Record<string, unknown>;
    };
    const agreed = async (node: number, what: (clock: { now: string; frozen: boolean }) => boolean) => {
      for (let look = 0; look < 100; look++) {
        const clock = (await control(node, "clock")) as { now: string; frozen: boolean };
        if (what(clock)) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error("The clocks do not agree.");
    };
    const tomorrow = Date.now() + 86_400_000;
    await control(1, "clock", { advance: "1d" });
    await agreed(0, ({ now }) => Date.parse(now) >= tomorrow);
    await control(0, "clock", { freeze: true });
    await agreed(2, ({ frozen }) => frozen);
    await control(2, "clock", { reset: true });
    await agreed(1, ({ now, frozen }) => !frozen && Date.parse(now) < tomorrow);

    const there = at(1, SQSClient);
    await there.send(new CreateQueueCommand({ QueueName: "gone" }));
    await control(0, "reset", {});
    expect((await there.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
  });
});

test("a database that cannot be reached is named, without its password", async () => {
  const { code, stderr } = await cumulet(["up", "--port", "0"], {
    env: { CUMULET_STORE: "postgres://cloud:secret@127.0.0.1:1/cloud" },
  });
  expect(code).toBe(1);
  expect(stderr).toContain("127.0.0.1:1/cloud");
  expect(stderr).not.toContain("secret");
});
