import { afterEach, beforeEach, expect, test } from "vitest";
import { WebError, type WebRequest, type WebResponse } from "../../../core/ports/web.ts";
import type { Integration } from "../../../model/generated/apigateway.d.ts";
import sqs from "../../sqs/index.ts";
import { type ApiCloud, apiCloud } from "./testing/deployed.ts";

let cloud: ApiCloud;
let asked: WebRequest[];
let answer: () => WebResponse;
beforeEach(async () => {
  asked = [];
  answer = () => ({
    status: 200,
    headers: { "content-type": "text/plain", date: "now" },
    body: Buffer.from("there"),
  });
  cloud = await apiCloud([sqs], {
    web: async (request) => {
      asked.push(request);
      return answer();
    },
  });
});
afterEach(() => cloud.stop());

const deploy = (key: string, methodIntegration: Integration) =>
  cloud.deploy({ methods: { [key]: { methodIntegration } } });

test("a path of SQS takes a form, and the template sees the answer as JSON", async () => {
  await cloud.call("sqs", "CreateQueue", { QueueName: "orders" });
  await deploy("POST /orders/{id}", {
    type: "AWS",
    httpMethod: "POST",
    uri: "arn:aws:apigateway:us-east-1:sqs:path/000000000000/orders",
    credentials: "arn:aws:iam::000000000000:role/sender",
    requestParameters: { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" },
    requestTemplates: {
      "application/json":
        "Action=SendMessage&MessageBody=$util.urlEncode($input.params('id') + ' ' + $input.body)",
    },
    integrationResponses: {
      "200": {
        statusCode: "202",
        responseTemplates: {
          "application/json": '{"id":"$input.path(\'$.SendMessageResponse.SendMessageResult.MessageId\')"}',
        },
      },
    },
  });
  const { status, json } = await cloud.ask("/orders/7", { method: "POST", body: "a&b" });
  expect(status).toBe(202);
  const { Messages } = await cloud.call("sqs", "ReceiveMessage", {
    QueueUrl: "http://localhost:4566/000000000000/orders",
  });
  expect(Messages).toMatchObject([{ Body: "7 a&b", MessageId: json.id }]);
});

test("an action's fault is an answer, chosen by its status", async () => {
  await deploy("GET /", {
    type: "AWS",
    httpMethod: "POST",
    uri: "arn:aws:apigateway:us-east-1:sqs:action/GetQueueUrl",
    requestParameters: { "integration.request.querystring.QueueName": "method.request.querystring.name" },
    integrationResponses: {
      "200": { statusCode: "200" },
      "400": {
        statusCode: "404",
        selectionPattern: "4\\d{2}",
        responseTemplates: { "application/json": "$input.path('$.Error.Message')" },
      },
    },
  });
  expect(await cloud.ask("/", { query: "name=none" })).toMatchObject({
    status: 404,
    text: "The specified queue does not exist.",
  });
});

test("HTTP sends what is mapped, and nothing else", async () => {
  await deploy("POST /{id}", {
    type: "HTTP",
    httpMethod: "PUT",
    uri: "http://backend/things/{thing}",
    requestParameters: {
      "integration.request.path.thing": "method.request.path.id",
      "integration.request.querystring.from": "'here'",
      "integration.request.header.X-Stage": "context.stage",
      "integration.request.header.X-Name": "method.request.body.name",
    },
    integrationResponses: {
      "200": {
        statusCode: "200",
        responseParameters: {
          "method.response.header.X-When": "integration.response.header.Date",
          "method.response.header.X-Body": "integration.response.body.a[0]",
        },
      },
    },
  });
  answer = () => ({ status: 200, headers: { date: "now" }, body: Buffer.from('{"a":["first"]}') });
  const got = await cloud.ask("/7", {
    method: "POST",
    query: "x=1",
    headers: { "X-Own": "1" },
    body: '{"name":"Ann"}',
  });
  expect(asked).toMatchObject([{ method: "PUT", url: "http://backend/things/7?from=here" }]);
  expect(asked[0]!.headers).toMatchObject({
    "x-stage": "prod",
    "x-name": "Ann",
    "content-type": "application/json",
  });
  expect(asked[0]!.headers).not.toHaveProperty("x-own");
  expect(got.headers).toMatchObject({ "x-when": "now", "x-body": "first" });
});

test("a mapping finds nothing in a body that is no JSON", async () => {
  await deploy("POST /", {
    type: "HTTP_PROXY",
    httpMethod: "POST",
    uri: "http://backend/",
    requestParameters: {
      "integration.request.header.X-Name": "method.request.body.name",
      "integration.request.header.X-Odd": "method.request.body.a[?",
    },
  });
  expect((await cloud.ask("/", { method: "POST", body: "<xml>" })).status).toBe(200);
  expect((await cloud.ask("/", { method: "POST", body: '{"name":"Ann"}' })).status).toBe(200);
  expect(asked.map(({ headers }) => headers?.["x-name"])).toEqual([undefined, "Ann"]);
});

test("HTTP_PROXY hands on the request and the answer as they are", async () => {
  await deploy("ANY /{proxy+}", { type: "HTTP_PROXY", httpMethod: "ANY", uri: "http://backend/{proxy}" });
  const got = await cloud.ask("/a/b", {
    method: "PATCH",
    query: "x=1&x=2",
    headers: { "X-Own": "1" },
    body: "raw",
  });
  expect(asked).toMatchObject([
    { method: "PATCH", url: "http://backend/a/b?x=1&x=2", body: Buffer.from("raw") },
  ]);
  expect(asked[0]!.headers).toMatchObject({ "x-own": "1", "x-forwarded-for": "127.0.0.1" });
  expect(asked[0]!.headers).not.toHaveProperty("host");
  expect(got).toMatchObject({ status: 200, text: "there" });
  expect(got.headers).toMatchObject({ "content-type": "text/plain", "x-amzn-remapped-date": "now" });
});

test("HTTP_PROXY streams where it is told to", async () => {
  await deploy("GET /", {
    type: "HTTP_PROXY",
    httpMethod: "GET",
    uri: "http://backend/",
    responseTransferMode: "STREAM",
  });
  const parts = async function* () {
    yield Buffer.from("one ");
    yield Buffer.from("two");
  };
  answer = () => ({ status: 200, headers: {}, body: Buffer.alloc(0), stream: parts() });
  expect(await cloud.ask("/")).toMatchObject({ status: 200, text: "one two" });
  expect(asked).toMatchObject([{ streams: true }]);
});

test.each([
  ["timeout", 504, '{"message": "Endpoint request timed out"}'],
  ["connection", 504, '{"message": "Network error communicating with endpoint"}'],
] as const)("a backend's %s is %i", async (failure, status, text) => {
  await deploy("GET /", { type: "HTTP_PROXY", httpMethod: "GET", uri: "http://backend/" });
  answer = () => {
    throw new WebError(failure, "so it is");
  };
  expect(await cloud.ask("/")).toMatchObject({ status, text });
});
