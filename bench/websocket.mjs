// WebSocket APIs: messages that a mock answers, messages to a warm function,
// and messages that a backend posts to open connections.

import { createRequire } from "node:module";
import { helloFunction, rest } from "./apigateway.mjs";
import { report } from "./dynamodb.mjs";
import { load, signed } from "./load.mjs";

const require = createRequire(import.meta.url);

async function socketApi(port) {
  const gateway = rest(port, "apigateway");
  const { apiId } = await gateway("POST", "/v2/apis", {
    name: "bench",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  const route = async (routeKey, integration, responses) => {
    const { integrationId } = await gateway("POST", `/v2/apis/${apiId}/integrations`, integration);
    const { routeId } = await gateway("POST", `/v2/apis/${apiId}/routes`, {
      routeKey,
      target: `integrations/${integrationId}`,
      routeResponseSelectionExpression: "$default",
    });
    await gateway("POST", `/v2/apis/${apiId}/routes/${routeId}/routeresponses`, {
      routeResponseKey: "$default",
    });
    if (responses === undefined) return;
    await gateway("POST", `/v2/apis/${apiId}/integrations/${integrationId}/integrationresponses`, {
      integrationResponseKey: "$default",
      responseTemplates: { $default: responses },
    });
  };
  await route(
    "ping",
    { integrationType: "MOCK", requestTemplates: { $default: '{"statusCode": 200}' } },
    '{"id": "$context.connectionId", "room": $input.json(\'$.room\')}',
  );
  const functionArn = await helloFunction(port, "{ statusCode: 200, body: 'hello' }");
  await route("hello", {
    integrationType: "AWS_PROXY",
    integrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  });
  await gateway("POST", `/v2/apis/${apiId}/stages`, { stageName: "live", autoDeploy: true });
  return apiId;
}

function connected(address) {
  const { WebSocket } = require("ws");
  return new Promise((done, fail) => {
    const client = new WebSocket(address);
    client.once("open", () => done(client));
    client.once("error", fail);
  });
}

/** Every client sends its next message when the answer to the last has come. */
async function conversations(clients, message, seconds) {
  const latencies = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    clients.map(
      (client) =>
        new Promise((done) => {
          let sent = 0;
          const next = () => {
            sent = performance.now();
            client.send(message);
          };
          client.removeAllListeners("message");
          client.on("message", () => {
            const now = performance.now();
            latencies.push(now - sent);
            if (now < until) next();
            else done();
          });
          next();
        }),
    ),
  );
  latencies.sort((a, b) => a - b);
  const elapsed = (performance.now() - began) / 1000;
  return { "per second": latencies.length / elapsed, "p50 ms": latencies[latencies.length >> 1] };
}

export async function webSocket({ server, row, seconds }) {
  const { port } = server;
  const apiId = await socketApi(port);
  const base = `/_execute-api/${apiId}/live`;
  const address = `ws://localhost:${port}${base}`;
  const clients = await Promise.all(Array.from({ length: 16 }, () => connected(address)));
  row("WebSocket, mock with a template", await conversations(clients, '{"action":"ping","room":1}', seconds));
  await conversations(clients.slice(0, 4), '{"action":"hello"}', 0.5);
  row(
    "WebSocket, warm function, 4 connections",
    await conversations(clients.slice(0, 4), '{"action":"hello"}', seconds),
  );
  const first = clients[0];
  first.removeAllListeners("message");
  const answer = new Promise((done) => first.once("message", (data) => done(JSON.parse(String(data)))));
  first.send('{"action":"ping"}');
  const path = `${base}/@connections/${encodeURIComponent((await answer).id)}`;
  const signedPath = path.split("/").map(encodeURIComponent).join("/");
  const request = signed({
    port,
    service: "execute-api",
    path,
    signedPath,
    body: "hello",
    contentType: "text/plain",
  });
  report(row, "PostToConnection", await load({ port, seconds, connections: 16, next: () => request }));
  const before = server.memory("VmRSS");
  const many = [];
  for (let at = 0; at < 2000; at += 100) {
    many.push(...(await Promise.all(Array.from({ length: 100 }, () => connected(address)))));
  }
  row("WebSocket, idle connections, KB each", {
    each: ((server.memory("VmRSS") - before) * 1024) / many.length,
  });
  for (const client of [...clients, ...many]) client.terminate();
}
