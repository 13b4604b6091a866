// DynamoDB as applications and their tools use it: many clients at once, the
// document client, Terraform, and whatever else a client may send.

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  ExecuteStatementCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { prepareTerraform } from "./support/terraform.ts";
import { isLinearizable, type Operation } from "./tables/linearizable.ts";
import { malformed } from "./tables/malformed.ts";

let cloud: RunningCloud;
let documents: DynamoDBDocumentClient;

beforeAll(async () => {
  cloud = await startCloud();
  const client = new DynamoDBClient({ ...clientOptions(cloud), maxAttempts: 1 });
  documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  for (const [TableName, sort] of [
    ["registers", undefined],
    ["documents", "at"],
  ] as const) {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "id", KeyType: "HASH" },
          ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: "RANGE" as const }]),
        ],
        AttributeDefinitions: [
          { AttributeName: "id", AttributeType: "S" },
          ...(sort === undefined ? [] : [{ AttributeName: sort, AttributeType: "N" as const }]),
        ],
      }),
    );
  }
});
afterAll(async () => {
  documents?.destroy();
  await cloud?.stop();
});

describe("conditional writes of many clients", () => {
  const TableName = "registers";
  const nameOf = (value: unknown) => (value === undefined ? undefined : String(value));

  async function read(id: string): Promise<Operation["apply"]> {
    const { Item } = await documents.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }));
    const found = nameOf(Item?.value);
    return (state) => (state === found ? { next: state } : undefined);
  }

  async function write(id: string, value: string): Promise<Operation["apply"]> {
    await documents.send(new PutCommand({ TableName, Item: { id, value } }));
    return () => ({ next: value });
  }

  async function swap(id: string, expected: string | undefined, value: string): Promise<Operation["apply"]> {
    const condition =
      expected === undefined
        ? { ConditionExpression: "attribute_not_exists(id)" }
        : { ConditionExpression: "#v = :old", ExpressionAttributeNames: { "#v": "value" } };
    const done = await held(
      documents.send(
        new UpdateCommand({
          TableName,
          Key: { id },
          UpdateExpression: "SET #v = :new",
          ...condition,
          ExpressionAttributeNames: { "#v": "value" },
          ExpressionAttributeValues: {
            ":new": value,
            ...(expected === undefined ? {} : { ":old": expected }),
          },
        }),
      ),
    );
    return (state) => {
      if ((state === expected) !== done) return undefined;
      return { next: done ? value : state };
    };
  }

  /** Whether the condition held; anything else is an accident. */
  function held(work: Promise<unknown>): Promise<boolean> {
    return work.then(
      () => true,
      (error: { name: string; CancellationReasons?: { Code: string }[] }) => {
        const codes = error.CancellationReasons?.map((reason) => reason.Code) ?? [error.name];
        const conflict = codes.some((code) => code === "TransactionConflict");
        if (conflict || !codes.some((code) => code.startsWith("ConditionalCheckFailed"))) throw error;
        return false;
      },
    );
  }

  async function remove(id: string, expected: string | undefined): Promise<Operation["apply"]> {
    const was = await held(
      documents.send(
        new DeleteCommand({
          TableName,
          Key: { id },
          ConditionExpression: "#v = :old",
          ExpressionAttributeNames: { "#v": "value" },
          ExpressionAttributeValues: { ":old": expected ?? "never" },
        }),
      ),
    );
    return (state) => {
      if ((expected !== undefined && state === expected) !== was) return undefined;
      return { next: was ? undefined : state };
    };
  }

  /** A transaction that changes the register and counts it in another item. */
  async function swapCounted(
    id: string,
    expected: string | undefined,
    value: string,
  ): Promise<Operation["apply"]> {
    const done = await held(
      documents.send(
        new TransactWriteCommand({
          TransactItems: [
            {
              Put: {
                TableName,
                Item: { id, value },
                ConditionExpression: "#v = :old",
                ExpressionAttributeNames: { "#v": "value" },
                ExpressionAttributeValues: { ":old": expected ?? "never" },
              },
            },
            {
              Update: {
                TableName,
                Key: { id: `count-${id}` },
                UpdateExpression: "ADD #n :one",
                ExpressionAttributeNames: { "#n": "count" },
                ExpressionAttributeValues: { ":one": 1 },
              },
            },
          ],
        }),
      ),
    );
    if (done) counted.set(id, (counted.get(id) ?? 0) + 1);
    return (state) => {
      if ((expected !== undefined && state === expected) !== done) return undefined;
      return { next: done ? value : state };
    };
  }
  const counted = new Map<string, number>();

  test("happen one after the other, each between its call and its answer", async () => {
    const histories = new Map<string, Operation[]>();
    let written = 0;
    const client = async () => {
      const last = new Map<string, string>();
      for (let step = 0; step < 40; step += 1) {
        const id = `register-${Math.floor(Math.random() * 4)}`;
        const kind = Math.random();
        const value = `v${written++}`;
        const called = performance.now();
        const apply =
          kind < 0.4
            ? await read(id)
            : kind < 0.55
              ? await write(id, value)
              : kind < 0.65
                ? await remove(id, last.get(id))
                : kind < 0.8
                  ? await swapCounted(id, last.get(id), value)
                  : await swap(id, last.get(id), value);
        const answered = performance.now();
        last.set(id, value);
        const history = histories.get(id) ?? [];
        history.push({ called, answered, apply });
        histories.set(id, history);
      }
    };
    await Promise.all(Array.from({ length: 6 }, client));
    for (const [id, history] of histories) {
      expect(isLinearizable(history), id).toBe(true);
      const { Item } = await documents.send(new GetCommand({ TableName, Key: { id: `count-${id}` } }));
      expect(Item?.count ?? 0, id).toBe(counted.get(id) ?? 0);
    }
  });

  test("would be caught if they did not", () => {
    const at = (called: number, answered: number, apply: Operation["apply"]) => ({ called, answered, apply });
    const set = (value: string) => () => ({ next: value });
    const sees = (value: string) => (state: string | undefined) =>
      state === value ? { next: state } : undefined;
    expect(isLinearizable([at(0, 3, set("a")), at(1, 2, sees("a"))])).toBe(true);
    expect(isLinearizable([at(0, 1, set("a")), at(2, 3, set("b")), at(4, 5, sees("a"))])).toBe(false);
  });
});

describe("the document client", () => {
  const TableName = "documents";

  test("keeps JavaScript values, in transactions and statements as well", async () => {
    const item = {
      id: "a",
      at: 1,
      list: [1, "two", { three: null }],
      set: new Set(["x", "y"]),
      bytes: new Uint8Array([0, 255]),
    };
    await documents.send(new PutCommand({ TableName, Item: item }));
    expect((await documents.send(new GetCommand({ TableName, Key: { id: "a", at: 1 } }))).Item).toEqual(item);
    await documents.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: { id: "a", at: 2 } } },
          {
            Update: {
              TableName,
              Key: { id: "a", at: 1 },
              UpdateExpression: "SET #l[1] = :v REMOVE bytes",
              ExpressionAttributeNames: { "#l": "list" },
              ExpressionAttributeValues: { ":v": "zwei" },
            },
          },
        ],
      }),
    );
    const { Items } = await documents.send(
      new ExecuteStatementCommand({
        Statement: `SELECT * FROM "${TableName}" WHERE id = ? AND at = ?`,
        Parameters: ["a", 1],
      }),
    );
    expect(Items).toEqual([{ id: "a", at: 1, list: [1, "zwei", { three: null }], set: new Set(["x", "y"]) }]);
  });

  test("pages through a query", async () => {
    for (let at = 0; at < 25; at += 1) {
      await documents.send(new PutCommand({ TableName, Item: { id: "many", at } }));
    }
    const seen: number[] = [];
    const pages = paginateQuery(
      { client: documents, pageSize: 10 },
      { TableName, KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": "many" } },
    );
    for await (const page of pages) seen.push(...(page.Items ?? []).map((item) => item.at as number));
    expect(seen).toEqual(Array.from({ length: 25 }, (_each, at) => at));
  });
});

describe("a malformed request", () => {
  test("there are enough of them", () => expect(malformed.length).toBeGreaterThanOrEqual(200));

  test.each(malformed)("$name", async ({ operation, body, code }) => {
    const response = await fetch(cloud.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00",
      },
      body,
    });
    const text = await response.text();
    expect(response.status, text).toBe(400);
    const answer = JSON.parse(text) as { __type: string; message?: string; Message?: string };
    expect(answer.__type).toMatch(code);
    expect(answer.message ?? answer.Message).toMatch(/\S/);
  });

  test("leaves the server serving, with nothing changed and no accident in its log", async () => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: "documents", Key: { id: "a", at: 2 } }),
    );
    expect(Item).toEqual({ id: "a", at: 2 });
    const lines = readFileSync(join(cloud.dataDirectory, "log/cumulet.log"), "utf8").trim().split("\n");
    const errors = lines.filter((line) => (JSON.parse(line) as { level: string }).level === "error");
    expect(errors).toEqual([]);
  });
});

const folder = mkdtempSync(join(tmpdir(), "cumulet-tables-"));
cpSync(join(import.meta.dirname, "tables/main.tf"), join(folder, "main.tf"));
const variables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(variables === undefined)("Terraform", { timeout: 240_000 }, () => {
  const StreamName = "changes";
  const settings = () => ({
    cwd: folder,
    env: {
      ...cloud.env,
      ...variables,
      TF_VAR_stream_arn: `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`,
    },
  });

  test("applies tables of all settings, finds nothing more to do, and destroys them", async () => {
    const kinesis = new KinesisClient(clientOptions(cloud));
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    kinesis.destroy();
    await must("terraform", ["apply", "-auto-approve", "-input=false", "-no-color"], settings());
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], settings());
    expect(plan.stdout).toContain("No changes");
    for (const TableName of ["imported", "restored"]) {
      const { Items = [] } = await documents.send(new ScanCommand({ TableName }));
      expect(Items.map((item) => item.name).sort(), TableName).toEqual(["Ann", "Bob"]);
    }
    await must("terraform", ["destroy", "-auto-approve", "-no-color", "-refresh=false"], settings());
  });
});
