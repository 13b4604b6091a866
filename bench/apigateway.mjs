// API Gateway: requests through an HTTP API to a warm Node function, and to a
// REST API that answers by itself, or through the same function.

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

export const rest =
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
export async function helloFunction(port, answer = "{ hello: 'world' }") {
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
      ZipFile: (await zip("index.js", `exports.handler = async () => (${answer});`)).toString("base64"),
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

/** A REST API of one resource, `/pets/{id}`, whose GET is integrated so; its id. */
async function restApiOf(gateway, integration, responses) {
  const { id, rootResourceId } = await gateway("POST", "/restapis", { name: "bench" });
  const child = (parent, pathPart) => gateway("POST", `/restapis/${id}/resources/${parent}`, { pathPart });
  const { id: pets } = await child(rootResourceId, "pets");
  const { id: pet } = await child(pets, "{id}");
  const method = `/restapis/${id}/resources/${pet}/methods/GET`;
  await gateway("PUT", method, { authorizationType: "NONE" });
  await gateway("PUT", `${method}/integration`, integration);
  if (responses !== undefined) {
    await gateway("PUT", `${method}/responses/200`, {});
    await gateway("PUT", `${method}/integration/responses/200`, { responseTemplates: responses });
  }
  await gateway("POST", `/restapis/${id}/deployments`, { stageName: "prod" });
  return id;
}

export async function mock({ server, row, seconds }) {
  const { port } = server;
  const gateway = rest(port, "apigateway");
  const apiId = await restApiOf(
    gateway,
    { type: "MOCK", requestTemplates: { "application/json": '{"statusCode": 200}' } },
    {
      "application/json":
        '{"id": "$input.params(\'id\')", "colour": "$input.params(\'color\')", "stage": "$context.stage", "from": "$context.identity.sourceIp"}',
    },
  );
  const request = plain({ host: `localhost:${port}`, path: `/_execute-api/${apiId}/prod/pets/1?color=red` });
  const answer = await once(request);
  if (answer.id !== "1" || answer.colour !== "red") throw new Error(JSON.stringify(answer));
  report(
    row,
    "REST API, mock with a template",
    await load({ port, seconds, connections: 16, next: () => request }),
  );
}

export async function restApi({ server, row, seconds }) {
  const { port } = server;
  const functionArn = await helloFunction(port);
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  const apiId = await restApiOf(
    rest(port, "apigateway"),
    { type: "AWS", httpMethod: "POST", uri },
    { "application/json": "$input.json('$.hello')" },
  );
  const request = plain({ host: `localhost:${port}`, path: `/_execute-api/${apiId}/prod/pets/1` });
  await once(request);
  report(
    row,
    "REST API to a warm function",
    await load({ port, seconds, connections: 4, next: () => request }),
  );
}
