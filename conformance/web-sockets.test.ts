// WebSocket APIs as clients and backends meet them: real sockets, several
// processes behind one port, and a process that dies.

import { once } from "node:events";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { eventually, must } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { sign } from "./support/sign.ts";

const workers = 3;
const clients = 9;
const patience = 60_000;

let cloud: RunningCloud;
let apiId = "";
let sqs: SQSClient;
let management: ApiGatewayManagementApiClient;
let queue = "";

/** The API of API Gateway itself: the CLI takes a second for each question. */
async function ask(path: string, body: object): Promise<Record<string, string>> {
  const text = JSON.stringify(body);
  const { headers } = sign({
    method: "POST",
    path: `/v2/apis${path}`,
    headers: { host: `localhost:${cloud.port}`, "content-type": "application/json" },
    body: text,
    service: "apigateway",
    key: "test",
    secret: "test",
  });
  const answer = await fetch(`${cloud.endpoint}/v2/apis${path}`, { method: "POST", headers, body: text });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Record<string, string>;
}

async function route(key: string, settings: object, response?: string): Promise<void> {
  const { integrationId } = await ask(`/${apiId}/integrations`, settings);
  const { routeId } = await ask(`/${apiId}/routes`, {
    routeKey: key,
    target: `integrations/${integrationId}`,
    ...(response === undefined ? {} : { routeResponseSelectionExpression: "$default" }),
  });
  if (response === undefined) return;
  await ask(`/${apiId}/routes/${routeId}/routeresponses`, { routeResponseKey: "$default" });
  await ask(`/${apiId}/integrations/${integrationId}/integrationresponses`, {
    integrationResponseKey: "$default",
    responseTemplates: { $default: response },
  });
}

interface Client {
  readonly id: string;
  readonly socket: WebSocket;
  readonly received: string[];
}

async function connected(): Promise<Client> {
  const socket = new WebSocket(`ws://localhost:${cloud.port}/live`, {
    headers: { host: `${apiId}.execute-api.us-east-1.localhost:${cloud.port}` },
  });
  const received: string[] = [];
  socket.on("message", (data) => received.push(String(data)));
  await once(socket, "open");
  socket.send('{"action":"who"}');
  const id = await eventually(async () => received.shift());
  return { id, socket, received };
}

beforeAll(async () => {
  cloud = await startCloud(["--workers", String(workers)]);
  sqs = new SQSClient(clientOptions(cloud));
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "left" }));
  queue = QueueUrl;
  const api = { name: "chat", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" };
  apiId = (await ask("", api)).apiId ?? "";
  await route(
    "who",
    { integrationType: "MOCK", requestTemplates: { $default: '{"statusCode":200}' } },
    "$context.connectionId",
  );
  await route("$disconnect", {
    integrationType: "AWS",
    integrationMethod: "POST",
    integrationUri: "arn:aws:apigateway:us-east-1:sqs:path/000000000000/left",
    credentialsArn: "arn:aws:iam::000000000000:role/left",
    requestParameters: { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" },
    requestTemplates: { $default: "Action=SendMessage&MessageBody=$util.urlEncode($context.connectionId)" },
  });
  await ask(`/${apiId}/stages`, { stageName: "live", autoDeploy: true });
  management = new ApiGatewayManagementApiClient({
    ...clientOptions(cloud),
    endpoint: `${cloud.endpoint}/_execute-api/${apiId}/live`,
  });
}, patience);
afterAll(async () => {
  sqs?.destroy();
  management?.destroy();
  await cloud?.stop();
});

/** Waits for the connections whose route has heard that they ended. */
async function left(wanted: readonly string[]): Promise<void> {
  const heard = new Set<string>();
  await eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    for (const { Body = "" } of Messages) heard.add(Body);
    return wanted.every((id) => heard.has(id)) || undefined;
  });
}

const post = (id: string, text: string) =>
  management.send(new PostToConnectionCommand({ ConnectionId: id, Data: text }));

describe(`WebSocket APIs over ${workers} processes`, { timeout: patience }, () => {
  test("reach every client from every process", async () => {
    const all = await Promise.all(Array.from({ length: clients }, connected));
    for (const round of ["one", "two"]) await Promise.all(all.map(({ id }) => post(id, round)));
    for (const { received } of all) await eventually(async () => received.length === 2 || undefined);
    expect(all.map(({ received }) => received)).toEqual(all.map(() => ["one", "two"]));
    const [first, second, ...others] = all;
    const { ConnectedAt } = await management.send(new GetConnectionCommand({ ConnectionId: first!.id }));
    expect(ConnectedAt).toBeInstanceOf(Date);
    const ended = once(first!.socket, "close");
    await management.send(new DeleteConnectionCommand({ ConnectionId: first!.id }));
    expect((await ended)[0]).toBe(1000);
    second!.socket.terminate();
    await left([first!.id, second!.id]);
    for (const { id } of [first!, second!]) {
      await expect(post(id, "late")).rejects.toMatchObject({ name: "GoneException" });
    }
    for (const { socket } of others) socket.close();
    await left(others.map(({ id }) => id));
  });

  test("speak to the AWS CLI", async () => {
    const { id, socket, received } = await connected();
    const endpoint = ["--endpoint-url", `${cloud.endpoint}/_execute-api/${apiId}/live`];
    const about = (operation: string, ...more: string[]) =>
      must("aws", ["apigatewaymanagementapi", operation, ...endpoint, "--connection-id", id, ...more], {
        env: cloud.env,
      });
    await about("post-to-connection", "--data", "hello");
    await eventually(async () => received.includes("hello") || undefined);
    expect(JSON.parse(await about("get-connection"))).toMatchObject({ Identity: { SourceIp: "127.0.0.1" } });
    socket.close();
    await left([id]);
  });

  test("lose with a killed cloud what it held, and tell the routes when it is back", async () => {
    const lost = await connected();
    const cut = once(lost.socket, "close");
    await cloud.kill();
    expect((await cut)[0]).toBe(1006);
    await cloud.restart();
    await eventually(() =>
      post(lost.id, "late").catch((error: Error) => error.name === "GoneException" || undefined),
    );
    const next = await connected();
    await left([lost.id]);
    await post(next.id, "hello");
    await eventually(async () => next.received.includes("hello") || undefined);
    next.socket.close();
  });
});
