// One, two and four nodes over one PostgreSQL, beside one process over LMDB:
// the same load, spread over the nodes; and what each operation asks of the
// database. All of it shares this machine, so that ratios say more than rates.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgresPrograms, startPostgres } from "../tools/postgres/server.mjs";
import { load, once, signed } from "./load.mjs";
import { cumulet, processorTime } from "./servers.mjs";

const connections = 64;
const roundTripMilliseconds = 50;

export async function nodes({ row, seconds }) {
  const programs = postgresPrograms();
  if (programs === undefined) {
    process.stdout.write("PostgreSQL is not installed here: its rows are left out.\n");
    return;
  }
  const alone = await cumulet();
  const base = await measure([alone], seconds);
  await alone.stop();
  for (const [what, perSecond] of base) row(`${what}, LMDB, one process`, { perSecond });
  for (const count of [1, 2, 4]) {
    const found = await withNodes(programs, count, [], (servers) => measure(servers, seconds));
    for (const [what, perSecond] of found) {
      row(`${what}, PostgreSQL, ${count} node${count === 1 ? "" : "s"}`, {
        perSecond,
        ratio: perSecond / base.get(what),
      });
    }
  }
  await statements(programs, row);
  await roundTrips(programs, row);
  await costs(programs, row, seconds);
}

async function withNodes(programs, count, settings, use) {
  const database = await startPostgres(programs, settings);
  const shared = mkdtempSync(join(tmpdir(), "cumulet-bench-shared-"));
  const servers = [];
  try {
    for (let at = 0; at < count; at++) {
      servers.push(await cumulet(process.execPath, ["--store", database.url, "--data-dir", shared]));
    }
    return await use(servers, database);
  } finally {
    for (const server of servers) await server.stop();
    await database.stop();
    rmSync(shared, { recursive: true, force: true });
  }
}

const dynamodb = (port, operation, input) =>
  signed({
    port,
    service: "dynamodb",
    target: `DynamoDB_20120810.${operation}`,
    body: JSON.stringify(input),
  });
const sqs = (port, operation, input) =>
  signed({ port, service: "sqs", target: `AmazonSQS.${operation}`, body: JSON.stringify(input) });
const s3 = (port, method, path, body = "") =>
  signed({ port, service: "s3", method, path, body, contentType: undefined });
const item = (at) => ({
  id: { S: `item-${at}` },
  text: { S: "x".repeat(400) },
});

async function prepare(port) {
  await once(
    dynamodb(port, "CreateTable", {
      TableName: "bench",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const { QueueUrl } = await once(sqs(port, "CreateQueue", { QueueName: "bench" }));
  return new URL(QueueUrl).pathname;
}

async function measure(servers, seconds) {
  const queue = await prepare(servers[0].port);
  const found = new Map();
  const each = async (what, next) => {
    const loads = servers.map(({ port }) =>
      load({ port, seconds, connections: connections / servers.length, next: () => next(port) }),
    );
    const results = await Promise.all(loads);
    found.set(
      what,
      results.reduce((sum, { perSecond }) => sum + perSecond, 0),
    );
  };
  let at = 0;
  const random = () => Math.floor(Math.random() * 1000);
  await each("DynamoDB PutItem", (port) =>
    dynamodb(port, "PutItem", { TableName: "bench", Item: item(at++ % 1000) }),
  );
  await each("DynamoDB PutItem of new items", (port) =>
    dynamodb(port, "PutItem", { TableName: "bench", Item: item(`new-${at++}`) }),
  );
  await each("DynamoDB GetItem", (port) =>
    dynamodb(port, "GetItem", { TableName: "bench", Key: { id: { S: `item-${random()}` } } }),
  );
  await each("DynamoDB UpdateItem", (port) =>
    dynamodb(port, "UpdateItem", {
      TableName: "bench",
      Key: { id: { S: `item-${random()}` } },
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }),
  );
  await each("SQS SendMessage", (port) =>
    sqs(port, "SendMessage", { QueueUrl: `http://localhost:${port}${queue}`, MessageBody: "m".repeat(200) }),
  );
  return found;
}

/** The ten most used. */
const operations = {
  "DynamoDB PutItem": (port, at) => dynamodb(port, "PutItem", { TableName: "bench", Item: item(at) }),
  "DynamoDB GetItem": (port, at) =>
    dynamodb(port, "GetItem", { TableName: "bench", Key: { id: { S: `item-${at}` } } }),
  "DynamoDB UpdateItem": (port, at) =>
    dynamodb(port, "UpdateItem", {
      TableName: "bench",
      Key: { id: { S: `item-${at}` } },
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }),
  "DynamoDB DeleteItem": (port, at) =>
    dynamodb(port, "DeleteItem", { TableName: "bench", Key: { id: { S: `item-${at}` } } }),
  "DynamoDB Query": (port, at) =>
    dynamodb(port, "Query", {
      TableName: "bench",
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: `item-${at}` } },
    }),
  "SQS SendMessage": (port, _at, queue) =>
    sqs(port, "SendMessage", { QueueUrl: `http://localhost:${port}${queue}`, MessageBody: "m" }),
  "SQS ReceiveMessage": (port, _at, queue) =>
    sqs(port, "ReceiveMessage", { QueueUrl: `http://localhost:${port}${queue}` }),
  "SQS GetQueueAttributes": (port, _at, queue) =>
    sqs(port, "GetQueueAttributes", {
      QueueUrl: `http://localhost:${port}${queue}`,
      AttributeNames: ["All"],
    }),
  "S3 PutObject of 1 KB": (port, at) => s3(port, "PUT", `/bench/${at}`, "x".repeat(1024)),
  "S3 GetObject of 1 KB": (port, at) => s3(port, "GET", `/bench/${at}`),
};

/** What one call of each operation sends to the database, commits counted as one since they are one text. */
async function statements(programs, row) {
  const settings = ["logging_collector=on", "log_directory=log", "log_statement=all", "log_line_prefix=%a "];
  const counted = 10;
  await withNodes(programs, 1, settings, async ([{ port }], database) => {
    const sent = () =>
      database.log().match(/^cumulet (reads|commits) LOG: {2}(statement|execute)/gm)?.length ?? 0;
    const queue = await prepare(port);
    await once(s3(port, "PUT", "/bench"));
    for (const [name, request] of Object.entries(operations)) {
      // The first call finds what later ones remember.
      await once(request(port, counted, queue));
      const before = sent();
      for (let at = 0; at < counted; at++) await once(request(port, at, queue));
      row(`${name}, statements for the database`, { each: (sent() - before) / counted });
    }
  });
}

/** How often a call waits for the database, which is far away here: its way there and back takes most of the call's time. */
async function roundTrips(programs, row) {
  const database = await startPostgres(programs);
  const far = await farAway(database.url, roundTripMilliseconds);
  const shared = mkdtempSync(join(tmpdir(), "cumulet-bench-shared-"));
  const server = await cumulet(process.execPath, ["--store", far.url, "--data-dir", shared]);
  try {
    const { port } = server;
    const queue = await prepare(port);
    await once(s3(port, "PUT", "/bench"));
    for (const [name, request] of Object.entries(operations)) {
      const times = [];
      for (let at = -5; at < 9; at++) {
        const began = performance.now();
        await once(request(port, Math.max(at, 0), queue));
        if (at >= 0) times.push(performance.now() - began);
      }
      const median = times.sort((one, other) => one - other)[4];
      row(`${name}, round trips to the database`, { each: Math.floor(median / roundTripMilliseconds) });
    }
  } finally {
    await server.stop();
    await far.stop();
    await database.stop();
    rmSync(shared, { recursive: true, force: true });
  }
}

/** The same database, all of whose bytes take their time. */
async function farAway(databaseUrl, milliseconds) {
  const url = new URL(databaseUrl);
  const port = Number(url.port);
  const sockets = new Set();
  const server = createServer((here) => {
    const there = connect(port, url.hostname);
    for (const [from, to] of [
      [here, there],
      [there, here],
    ]) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.on("data", (bytes) => setTimeout(() => to.writable && to.write(bytes), milliseconds / 2));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  url.port = String(server.address().port);
  return {
    url: url.href,
    stop: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(done);
      }),
  };
}

/** What one call of each operation costs: processor time here and in the database, and what that writes for its replicas. */
async function costs(programs, row, seconds) {
  await withNodes(programs, 1, [], async ([{ port, pid }], database) => {
    const queue = await prepare(port);
    await once(s3(port, "PUT", "/bench"));
    const written = async () => {
      const client = new pg.Client(database.url);
      await client.connect();
      const { rows } = await client.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes");
      await client.end();
      return Number(rows[0].bytes);
    };
    for (const [name, request] of Object.entries(operations)) {
      let calls = 0;
      const next = () => request(port, calls++ % 1000, queue);
      await load({ port, seconds: 0.5, connections: 32, next });
      calls = 0;
      const before = [processorTime([pid]), processorTime(childrenOf(database.pid)), await written()];
      await load({ port, seconds, warmup: 0, connections: 32, next });
      row(`${name}, cost of each`, {
        nodeMicroseconds: (processorTime([pid]) - before[0]) / calls,
        databaseMicroseconds: (processorTime(childrenOf(database.pid)) - before[1]) / calls,
        bytes: ((await written()) - before[2]) / calls,
      });
    }
  });
}

/** A process and its children. */
function childrenOf(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return [pid, ...(children === "" ? [] : children.split(" "))];
}
