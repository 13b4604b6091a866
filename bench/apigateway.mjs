// API Gateway: requests through an HTTP API to a warm Node function.

import { createRequire } from "node:module";
import { report } from "./dynamodb.mjs";
import { load, once, signed } from "./load.mjs";

const require = createRequire(import.meta.url);

function zip(name, text) {
  const { ZipFile } = require("yazl");
  const file = new ZipFile();
  file.addBuffer(Buffer.from(text), name);
  file.end();
  return new Promise((done) => {
    const chunks = [];
    file.outputStream.on("data", (chunk) => chunks.push(chunk)).on("end", () => done(Buffer.concat(chunks)));
  });
}

const rest =
  (port, service) =>
  (method, path, input, query = "") =>
    once(
      signed({
        port,
        service,
        method,
        path,
        query,
        body: input === undefined ? "" : JSON.stringify(input),
        contentType: "application/json",
      }),
    );

/** A role and a Node function that answers at once; its ARN. */
export async function helloFunction(port) {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ],
  };
  const created = await once(
    signed({
      port,
      service: "iam",
      contentType: "application/x-www-form-urlencoded; charset=utf-8",
      body: `Action=CreateRole&Version=2010-05-08&RoleName=api-bench&AssumeRolePolicyDocument=${encodeURIComponent(JSON.stringify(trust))}`,
    }),
  );
  const lambda = rest(port, "lambda");
  const { FunctionArn } = await lambda("POST", "/2015-03-31/functions", {
    FunctionName: "api-bench",
    Runtime: "nodejs20.x",
    Role: created.match(/<Arn>([^<]+)<\/Arn>/)[1],
    Handler: "index.handler",
    Code: {
      ZipFile: (await zip("index.js", "exports.handler = async () => ({ hello: 'world' });")).toString(
        "base64",
      ),
    },
  });
  for (;;) {
    const { State } = await lambda("GET", "/2015-03-31/functions/api-bench/configuration");
    if (State === "Active") return FunctionArn;
  }
}

/** A request as a browser or curl sends it. */
export function plain({ host, path = "/", method = "GET" }) {
  return Buffer.from(
    `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nuser-agent: bench/1\r\naccept: */*\r\n\r\n`,
  );
}

export async function httpApi({ server, row, seconds }) {
  const { port } = server;
  const gateway = rest(port, "apigateway");
  const functionArn = await helloFunction(port);
  const { apiId } = await gateway("POST", "/v2/apis", { name: "bench", protocolType: "HTTP" });
  const { integrationId } = await gateway("POST", `/v2/apis/${apiId}/integrations`, {
    integrationType: "AWS_PROXY",
    integrationUri: functionArn,
    payloadFormatVersion: "2.0",
  });
  await gateway("POST", `/v2/apis/${apiId}/routes`, {
    routeKey: "GET /pets/{id}",
    target: `integrations/${integrationId}`,
  });
  await gateway("POST", `/v2/apis/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
  const request = plain({ host: `localhost:${port}`, path: `/_execute-api/${apiId}/pets/1?color=red` });
  await once(request);
  for (const connections of [1, 4, 16]) {
    report(
      row,
      `HTTP API to a warm function, ${connections} connections`,
      await load({ port, seconds, connections, next: () => request }),
    );
  }
}
