// GetItem, PutItem and UpdateItem of 1 KB items, and Query of ten items.

import { load, once, signed } from "./load.mjs";

const items = 1000;
const text = "x".repeat(900);

export function dynamodbRequest(port, operation, input) {
  return signed({
    port,
    service: "dynamodb",
    target: `DynamoDB_20120810.${operation}`,
    body: JSON.stringify(input),
  });
}

const item = (at) => ({
  id: { S: `item-${at}` },
  text: { S: text },
  count: { N: String(at) },
  tags: { SS: ["a", "b"] },
});

export async function createTable(port, name, sortKey) {
  const call = (operation, input) => once(dynamodbRequest(port, operation, input));
  await call("CreateTable", {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["id", sortKey]
      .filter((name) => name !== undefined)
      .map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "id", KeyType: "HASH" },
      ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: "RANGE" }]),
    ],
  });
  for (;;) {
    const { Table } = await call("DescribeTable", { TableName: name });
    if (Table.TableStatus === "ACTIVE") return;
  }
}

export async function dynamodb({ server, row, seconds }) {
  const { port } = server;
  await createTable(port, "bench");
  const prepared = (operation, input) =>
    Array.from({ length: items }, (_, at) => dynamodbRequest(port, operation, input(at)));
  const replay = (requests) => {
    let at = 0;
    return () => requests[at++ % requests.length];
  };
  const cases = {
    PutItem: (at) => ({ TableName: "bench", Item: item(at) }),
    GetItem: (at) => ({ TableName: "bench", Key: { id: { S: `item-${at}` } } }),
    UpdateItem: (at) => ({
      TableName: "bench",
      Key: { id: { S: `item-${at}` } },
      UpdateExpression: "SET #c = #c + :one",
      ExpressionAttributeNames: { "#c": "count" },
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }),
  };
  for (const [operation, input] of Object.entries(cases)) {
    await measure({ server, row, seconds }, `DynamoDB ${operation}`, replay(prepared(operation, input)));
  }
  await query({ server, row, seconds, replay });
}

/** The rate, and what one request costs the server. */
async function measure({ server, row, seconds }, what, next) {
  let requests = 0;
  const before = server.processorTime();
  const result = await load({
    port: server.port,
    seconds,
    connections: 16,
    next: () => {
      requests += 1;
      return next();
    },
  });
  const cpu = (server.processorTime() - before) / requests;
  report((name, figures) => row(name, { ...figures, "CPU us": cpu }), what, result);
}

const partitions = 100;
const itemsOfPartition = 10;

async function query({ server, row, seconds, replay }) {
  const { port } = server;
  const call = (operation, input) => once(dynamodbRequest(port, operation, input));
  await createTable(port, "bench-query", "at");
  for (let at = 0; at < partitions; at++) {
    await call("BatchWriteItem", {
      RequestItems: {
        "bench-query": Array.from({ length: itemsOfPartition }, (_, n) => ({
          PutRequest: { Item: { id: { S: `item-${at}` }, at: { S: `${n}` }, text: { S: "x".repeat(100) } } },
        })),
      },
    });
  }
  const requests = Array.from({ length: partitions }, (_, at) =>
    dynamodbRequest(port, "Query", {
      TableName: "bench-query",
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: `item-${at}` } },
    }),
  );
  await measure({ server, row, seconds }, "DynamoDB Query of 10 items", replay(requests));
}

export function report(row, what, result) {
  row(what, {
    "per second": result.perSecond,
    "p50 ms": result.p50,
    "p99 ms": result.p99,
    ...(result.errors > 0 ? { errors: result.errors, first: result.sample } : {}),
  });
}
