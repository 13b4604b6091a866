// APIs as Terraform declares them: with all that belongs to them, called
// once they stand.

import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type Issuer, startIssuer } from "./apis/issuer.ts";
import { must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { exchange, request } from "./support/raw.ts";
import { prepareTerraform } from "./support/terraform.ts";
import { zip } from "./support/zip.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-apis-"));
cpSync(join(import.meta.dirname, "apis"), folder, { recursive: true });
const terraformVariables = await prepareTerraform(folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const functions = `
exports.handler = async () => ({ statusCode: 200 });
exports.echo = async (event) => event;
exports.chat = async ({ type, methodArn, requestContext, body, queryStringParameters }) => {
  if (type !== "REQUEST") return { statusCode: 200, body: body?.toUpperCase() };
  const Effect = queryStringParameters.token === "right" ? "Allow" : "Deny";
  const Statement = [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }];
  return { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement } };
};
`;

describe.skipIf(terraformVariables === undefined)("Terraform's APIs", { timeout: 180_000 }, () => {
  let cloud: RunningCloud;
  let issuer: Issuer;
  let queue = "";
  let sqs: SQSClient;
  let outputs: Record<string, { readonly value: Record<string, string> }>;
  const options = () => ({
    cwd: folder,
    env: { ...cloud.env, ...terraformVariables, TF_VAR_issuer: issuer.address, TF_VAR_queue: queue },
  });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());
  const factsOf = (module: string) => outputs[module]!.value;

  beforeAll(async () => {
    cloud = await startCloud();
    issuer = await startIssuer();
    sqs = new SQSClient({
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    queue = (await sqs.send(new CreateQueueCommand({ QueueName: "orders" }))).QueueUrl ?? "";
    const code = await zip({ "index.js": functions });
    writeFileSync(join(folder, "function.zip"), code);
  });
  afterAll(async () => {
    sqs?.destroy();
    await issuer?.stop();
    await cloud?.stop();
  });

  test("are created as declared, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false", "-parallelism=30");
    outputs = JSON.parse(await terraform("output", "-json"));
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("a REST API answers by its mapping template", async () => {
    const { api } = factsOf("rest");
    const response = await fetch(`${cloud.endpoint}/_execute-api/${api}/prod/orders/7`);
    expect([response.status, response.headers.get("x-shop")]).toEqual([200, "open"]);
    expect(await response.json()).toEqual({ order: "7", table: "orders" });
  });

  test("an HTTP API answers by its routes, and adds what its mapping says", async () => {
    const { api, quick } = factsOf("http");
    const response = await fetch(`${cloud.endpoint}/_execute-api/${api}/pets/7?color=red`);
    expect([response.status, response.headers.get("x-stage")]).toEqual([200, "$default"]);
    expect(await response.json()).toMatchObject({
      rawPath: "/pets/7",
      pathParameters: { id: "7" },
      queryStringParameters: { color: "red" },
      stageVariables: { colour: "red" },
    });
    const staged = await fetch(`${cloud.endpoint}/_execute-api/${api}/dev/pets/7`);
    expect(await staged.json()).toMatchObject({ rawPath: "/dev/pets/7" });
    expect((await fetch(`${cloud.endpoint}/_execute-api/${quick}/any/thing`)).status).toBe(200);
    expect((await fetch(`${cloud.endpoint}/_execute-api/${api}/nothing`)).status).toBe(404);
  });

  test("an HTTP API lets in whom its issuer knows, with the scope that the route asks for", async () => {
    const { api } = factsOf("http");
    const ask = async (token?: string) => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return fetch(`${cloud.endpoint}/_execute-api/${api}/mine`, { headers });
    };
    expect((await ask()).status).toBe(401);
    expect((await ask(await issuer.token({ aud: "another", scope: "pets.read" }))).status).toBe(401);
    expect((await ask(await issuer.token({ aud: "app", scope: "pets.write" }))).status).toBe(403);
    const granted = await ask(await issuer.token({ aud: "app", scope: "pets.read", sub: "ann" }));
    expect(await granted.json()).toMatchObject({
      requestContext: { authorizer: { jwt: { claims: { sub: "ann" }, scopes: ["pets.read"] } } },
    });
  });

  test("an HTTP API is reached by its custom domain name", async () => {
    const { domain } = factsOf("http");
    const byHost = await exchange(
      cloud.port,
      request(["GET /v1/pets/8 HTTP/1.1", `Host: ${domain}`, "Connection: close"]),
    );
    expect(byHost.text).toContain("HTTP/1.1 200");
    expect(byHost.text).toContain('"rawPath":"/pets/8"');
    const byPath = await fetch(`${cloud.endpoint}/_custom-domain/${domain}/v1/pets/9`);
    expect(await byPath.json()).toMatchObject({ requestContext: { domainName: domain } });
    const unmapped = await fetch(`${cloud.endpoint}/_custom-domain/${domain}/v2/pets/9`);
    expect(unmapped.status).toBe(403);
  });

  test("an HTTP API sends to a queue", async () => {
    const { api } = factsOf("http");
    const body = JSON.stringify({ order: "seven" });
    const sent = await fetch(`${cloud.endpoint}/_execute-api/${api}/orders`, { method: "POST", body });
    expect(sent.status).toBe(200);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 20 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["seven"]);
  });

  test("a WebSocket API lets in whom its function lets, and answers by its routes", async () => {
    const { api } = factsOf("websocket");
    const address = `ws://localhost:${cloud.port}/_execute-api/${api}/live`;
    const statusOf = async (query: string) => {
      const [request, response] = await once(new WebSocket(address + query), "unexpected-response");
      request.destroy();
      return response.statusCode;
    };
    expect([await statusOf(""), await statusOf("?token=wrong")]).toEqual([401, 403]);
    const client = new WebSocket(`${address}?token=right`);
    await once(client, "open");
    const answerTo = async (message: string) => {
      const answer = once(client, "message");
      client.send(message);
      return String((await answer)[0]);
    };
    expect(await answerTo('{"action":"ping"}')).toBe("pong from ping at home");
    expect(await answerTo('{"action":"echo"}')).toBe('{"ACTION":"ECHO"}');
    client.close();
  });

  test("are destroyed", async () => {
    await terraform("destroy", "-auto-approve", "-input=false", "-refresh=false", "-parallelism=30");
    expect(await terraform("state", "list")).toBe("");
  });
});
