// The tables and items that tests of the operations share, and a cloud to
// keep them in, new for every test.

import { afterEach, beforeEach, expect } from "vitest";
import { rootPrincipal } from "../../core/principal.ts";
import type { Transaction } from "../../core/transaction.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import dynamodb from "./index.ts";

let current: TestCloud | undefined;

/** The running test's cloud. */
export function cloud(): TestCloud {
  if (current === undefined) throw new Error("No test is running.");
  return current;
}

/** Call at the top of a test file. */
export function freshCloud(): void {
  beforeEach(async () => {
    current = await testCloud([dynamodb]);
  });
  afterEach(async () => {
    const { log } = cloud();
    await cloud().stop();
    expect(log.filter((entry) => entry.level === "error")).toEqual([]);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: outputs are read freely.
export const call = async (operation: string, input: object): Promise<any> => {
  const output = await cloud().call("dynamodb", operation, input);
  // What a client would see: stored items travel as raw JSON.
  return JSON.parse(JSON.stringify(output));
};

/** What a transaction sees: for what no operation of this service shows. */
export function inStore<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
  const info = {
    requestId: "test",
    principal: rootPrincipal("000000000000"),
    endpoint: "http://localhost:4566",
    sourceIp: "127.0.0.1",
    userAgent: "test",
  };
  return cloud().kernel.transact({ account: "000000000000", region: "us-east-1" }, info, body);
}

export const orders = {
  TableName: "orders",
  AttributeDefinitions: [
    { AttributeName: "customer", AttributeType: "S" },
    { AttributeName: "placed", AttributeType: "N" },
    { AttributeName: "state", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "customer", KeyType: "HASH" },
    { AttributeName: "placed", KeyType: "RANGE" },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: "by-state-local",
      KeySchema: [
        { AttributeName: "customer", KeyType: "HASH" },
        { AttributeName: "state", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-state",
      KeySchema: [
        { AttributeName: "state", KeyType: "HASH" },
        { AttributeName: "placed", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["total"] },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
};

export const plain = {
  TableName: "plain",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
};

export const order = (customer: string, placed: number, state: string, total = 10) => ({
  customer: { S: customer },
  placed: { N: String(placed) },
  state: { S: state },
  total: { N: String(total) },
  note: { S: "n" },
});

export const putOrder = (...parts: Parameters<typeof order>) =>
  call("PutItem", { TableName: "orders", Item: order(...parts) });

export const id = (text: string) => ({ id: { S: text } });
