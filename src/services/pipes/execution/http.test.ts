// Pipes and the world outside: API destinations enrich events, and receive them.

import { afterEach, beforeEach, expect, it } from "vitest";
import type { WebRequest, WebResponse } from "../../../core/ports/web.ts";
import events from "../../events/index.ts";
import kms from "../../kms/index.ts";
import secretsmanager from "../../secretsmanager/index.ts";
import sqs from "../../sqs/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import pipes from "../index.ts";
import { queueArn, RoleArn } from "../testing/fixtures.ts";

let cloud: TestCloud;
let asked: WebRequest[];
let answer: (request: WebRequest) => { readonly status: number; readonly body?: string };
let ApiDestinationArn: string;

const QueueUrl = (name: string): string => `http://localhost:4566/000000000000/${name}`;
const textOf = ({ body }: WebRequest): string => Buffer.from(body ?? "").toString();

beforeEach(async () => {
  asked = [];
  answer = () => ({ status: 200 });
  cloud = await testCloud([events, kms, pipes, secretsmanager, sqs], {
    web: async (request): Promise<WebResponse> => {
      asked.push(request);
      const { status, body = "" } = answer(request);
      return { status, headers: {}, body: Buffer.from(body) };
    },
  });
  for (const QueueName of ["in", "out"]) await cloud.call("sqs", "CreateQueue", { QueueName });
  const { ConnectionArn } = await cloud.call("events", "CreateConnection", {
    Name: "c",
    AuthorizationType: "API_KEY",
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "hush" } },
  });
  await cloud.settle();
  const created = await cloud.call("events", "CreateApiDestination", {
    Name: "d",
    ConnectionArn,
    InvocationEndpoint: "https://example.com/prices/*",
    HttpMethod: "POST",
  });
  ApiDestinationArn = created.ApiDestinationArn;
});
afterEach(() => cloud.stop());

async function pipe(input: object): Promise<void> {
  await cloud.call("pipes", "CreatePipe", {
    Name: "p",
    RoleArn,
    Source: queueArn("in"),
    Target: queueArn("out"),
    ...input,
  });
  await cloud.settle();
}

async function send(body: object): Promise<void> {
  await cloud.call("sqs", "SendMessage", { QueueUrl: QueueUrl("in"), MessageBody: JSON.stringify(body) });
  // Calls of an API destination are spread over each second.
  await cloud.advance(1000);
}

async function bodies(name: string): Promise<readonly string[]> {
  const { Messages = [] } = await cloud.call("sqs", "ReceiveMessage", {
    QueueUrl: QueueUrl(name),
    MaxNumberOfMessages: 10,
  });
  return Messages.map(({ Body }: { readonly Body: string }) => Body);
}

it("an API destination enriches one event at a time", async () => {
  answer = () => ({ status: 200, body: '{"price":3}' });
  await pipe({
    Enrichment: ApiDestinationArn,
    EnrichmentParameters: {
      InputTemplate: '{"id": <$.body.id>}',
      HttpParameters: {
        PathParameterValues: ["$.body.id"],
        HeaderParameters: { "x-message": "$.messageId" },
        QueryStringParameters: { currency: "$.body.currency", fixed: "yes" },
      },
    },
    TargetParameters: { InputTemplate: "costs <$.price>" },
  });
  const { SourceParameters } = await cloud.call("pipes", "DescribePipe", { Name: "p" });
  expect(SourceParameters).toEqual({ SqsQueueParameters: { BatchSize: 1 } });
  await send({ id: "a b", currency: "EUR" });
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "POST https://example.com/prices/a%20b?currency=EUR&fixed=yes",
  ]);
  expect(asked[0]?.headers).toMatchObject({
    "x-key": "hush",
    "x-message": expect.stringMatching(/^[\w-]{36}$/),
  });
  expect(textOf(asked[0]!)).toBe('{"id": "a b"}');
  expect(await bodies("out")).toEqual(["costs 3"]);
});

it("an enrichment that fails is asked again when the queue shows the message again", async () => {
  answer = () => (asked.length === 1 ? { status: 500 } : { status: 200, body: '{"price":4}' });
  await pipe({ Enrichment: ApiDestinationArn, TargetParameters: { InputTemplate: "<$.price>" } });
  await send({ id: "a" });
  expect(await bodies("out")).toEqual([]);
  expect((await cloud.call("pipes", "DescribePipe", { Name: "p" })).StateReason).toContain("500");
  await cloud.advance(60_000);
  expect(await bodies("out")).toEqual(["4"]);
});

it("an API destination is a target, and a batch is refused", async () => {
  const tooMany = { SourceParameters: { SqsQueueParameters: { BatchSize: 2 } }, Target: ApiDestinationArn };
  await expect(pipe(tooMany)).rejects.toMatchObject({ code: "ValidationException" });
  await pipe({
    Target: ApiDestinationArn,
    TargetParameters: {
      InputTemplate: '{"all": <$.body>}',
      HttpParameters: { PathParameterValues: ["$.body.id"] },
    },
  });
  await send({ id: "x" });
  await send({ id: "y" });
  expect(asked.map(({ url }) => url)).toEqual([
    "https://example.com/prices/x",
    "https://example.com/prices/y",
  ]);
  expect(textOf(asked[1]!)).toBe('{"all": {"id":"y"}}');
});
