// `cumulet up --workers`: several processes serve one port over one data
// directory, and a client cannot tell, even when one of them dies.

import { readFileSync } from "node:fs";
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

const workers = 3;

describe(`${workers} workers over one data directory`, () => {
  let cloud: RunningCloud;
  const clients: { destroy(): void }[] = [];
  /** A client of its own has a connection of its own: the next worker's. */
  function client<T extends { destroy(): void }>(
    make: new (options: ReturnType<typeof clientOptions>) => T,
  ): T {
    const made = new make({ ...clientOptions(cloud), maxAttempts: 5 });
    clients.push(made);
    return made;
  }
  const tables = (): DynamoDBClient[] => Array.from({ length: 2 * workers }, () => client(DynamoDBClient));
  const increment = (at: DynamoDBClient): Promise<unknown> =>
    at.send(
      new UpdateItemCommand({
        TableName: "counts",
        Key: { id: { S: "one" } },
        UpdateExpression: "SET n = if_not_exists(n, :none) + :one",
        ExpressionAttributeValues: { ":one": { N: "1" }, ":none": { N: "0" } },
      }),
    );
  const counted = async (): Promise<number> => {
    const command = new GetItemCommand({
      TableName: "counts",
      Key: { id: { S: "one" } },
      ConsistentRead: true,
    });
    return Number((await client(DynamoDBClient).send(command)).Item?.["n"]?.N ?? 0);
  };

  beforeAll(async () => {
    cloud = await startCloud(["--workers", String(workers)]);
    await client(DynamoDBClient).send(
      new CreateTableCommand({
        TableName: "counts",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
  });
  afterAll(async () => {
    for (const each of clients) each.destroy();
    await cloud.stop();
  });

  test("count together and lose no count", async () => {
    await Promise.all(
      tables().map(async (at) => {
        for (let round = 0; round < 10; round++) await increment(at);
      }),
    );
    expect(await counted()).toBe(2 * workers * 10);
  });

  test("wake each other's long polls", async () => {
    const { QueueUrl } = await client(SQSClient).send(new CreateQueueCommand({ QueueName: "between" }));
    const polls = Array.from({ length: workers }, () =>
      client(SQSClient).send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })),
    );
    for (let sent = 0; sent < workers; sent++) {
      await client(SQSClient).send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
    }
    expect((await Promise.all(polls)).map(({ Messages }) => Messages?.length)).toEqual(polls.map(() => 1));
  });

  test("agree on the time", async () => {
    const clock = async (body?: object): Promise<number> => {
      const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      // A connection of its own each.
      const response = await fetch(`${cloud.endpoint}/_cumulet/clock`, {
        ...request,
        headers: { connection: "close" },
      });
      return Date.parse(((await response.json()) as { now: string }).now);
    };
    const tomorrow = Date.now() + 86_400_000;
    await clock({ advance: "1d" });
    const late = async (): Promise<boolean> =>
      (await Promise.all(Array.from({ length: 2 * workers }, () => clock()))).every((now) => now >= tomorrow);
    for (let look = 0; look < 100 && !(await late()); look++)
      await new Promise((done) => setTimeout(done, 20));
    expect(await late()).toBe(true);
    await clock({ reset: true });
  });

  test("go on when one of them dies, and another takes its place", async () => {
    const before = await counted();
    let acknowledged = 0;
    let attempts = 0;
    const work = tables().map(async (at) => {
      for (let round = 0; round < 20; round++) {
        attempts++;
        await increment(at).then(
          () => acknowledged++,
          () => undefined,
        );
      }
    });
    process.kill(workersOf(pidOf(cloud))[0]!, "SIGKILL");
    await Promise.all(work);
    const after = await counted();
    // What the dead one did and did not answer, a client's second attempt does again.
    expect(after - before).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBe(attempts);
    for (let look = 0; look < 200 && workersOf(pidOf(cloud)).length < workers; look++) {
      await new Promise((done) => setTimeout(done, 50));
    }
    expect(workersOf(pidOf(cloud))).toHaveLength(workers);
  });
});

function workersOf(primary: number): number[] {
  const children = readFileSync(`/proc/${primary}/task/${primary}/children`, "utf8");
  return children.trim().split(" ").map(Number);
}

function pidOf({ program }: RunningCloud): number {
  return program.child.pid!;
}
