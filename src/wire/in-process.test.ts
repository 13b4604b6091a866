import { expect, test } from "vitest";
import type { Call } from "../core/call.ts";
import { Fault } from "../core/fault.ts";
import type { HttpRequest } from "../core/http.ts";
import type { ApiCaller, ApiRequest } from "../core/ports/api.ts";
import { anonymousPrincipal, rootPrincipal } from "../core/principal.ts";
import { inProcessApi } from "./in-process.ts";
import type { RawEndpoint } from "./services.ts";

const caller: ApiCaller = {
  principal: rootPrincipal("123456789012"),
  account: "123456789012",
  region: "eu-west-1",
  requestId: "r-1",
  endpoint: "http://localhost:4566",
  sourceIp: "127.0.0.1",
  userAgent: "test",
  signal: new AbortController().signal,
};

async function send(request: Partial<ApiRequest>, answer: (call: Call) => object) {
  const calls: Call[] = [];
  const dispatch = async (call: Call): Promise<object> => {
    calls.push(call);
    return answer(call);
  };
  const whole = {
    service: "sqs",
    method: "POST",
    path: "/",
    query: "",
    headers: {},
    body: new Uint8Array(0),
    ...request,
  };
  const { status, headers, body = "" } = await inProcessApi(() => []).send(whole, caller, { dispatch });
  const text = typeof body === "string" ? body : Buffer.from(body as Uint8Array).toString();
  return { status, headers, text, call: calls[0] };
}

const form = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };

test("a form to a queue's path is an operation, and its answer JSON for those who accept it", async () => {
  const { text, call } = await send(
    { path: "/123456789012/orders", headers: form, body: Buffer.from("Action=SendMessage&MessageBody=hi") },
    () => ({ MessageId: "m-1", MD5OfMessageBody: "abc" }),
  );
  expect(call).toMatchObject({
    service: "sqs",
    operation: "SendMessage",
    account: "123456789012",
    region: "eu-west-1",
    principal: caller.principal,
  });
  expect(call?.input).toMatchObject({
    MessageBody: "hi",
    QueueUrl: expect.stringContaining("/123456789012/orders"),
  });
  expect(JSON.parse(text)).toEqual({
    SendMessageResponse: {
      SendMessageResult: {
        MessageId: "m-1",
        MD5OfMessageBody: "abc",
        MD5OfMessageAttributes: null,
        MD5OfMessageSystemAttributes: null,
        SequenceNumber: null,
      },
      ResponseMetadata: { RequestId: "r-1" },
    },
  });
});

test("an action names the operation in the words of its service", async () => {
  const table = await send({ service: "dynamodb", action: "ListTables", body: Buffer.from("{}") }, () => ({
    TableNames: ["a"],
  }));
  expect(table.call).toMatchObject({ service: "dynamodb", operation: "ListTables" });
  expect(JSON.parse(table.text)).toEqual({ TableNames: ["a"] });
  const topic = await send({ service: "sns", action: "Publish", query: "Message=hi&TopicArn=t" }, () => ({}));
  expect(topic.call).toMatchObject({ operation: "Publish", input: { Message: "hi", TopicArn: "t" } });
});

test("a path names an object", async () => {
  const { call } = await send({ service: "s3", method: "GET", path: "/bucket/a%20key" }, () => ({}));
  expect(call).toMatchObject({ operation: "GetObject", input: { Bucket: "bucket", Key: "a key" } });
});

test("a fault is an answer in the service's own form", async () => {
  const none = () => {
    throw new Fault("sqs", "QueueDoesNotExist", "The specified queue does not exist.");
  };
  const json = await send({ headers: form, body: Buffer.from("Action=SendMessage") }, none);
  expect(json.status).toBe(400);
  expect(JSON.parse(json.text)).toMatchObject({
    Error: { Message: "The specified queue does not exist.", Type: "Sender" },
    RequestId: "r-1",
  });
  const unknown = await send({ service: "dynamodb", action: "Nothing" }, none);
  expect(unknown.status).toBe(400);
  expect(unknown.call).toBeUndefined();
});

test("a deployed API takes the caller for the signer of the request", async () => {
  const asked: { readonly request: HttpRequest; readonly caller: string }[] = [];
  const endpoint: RawEndpoint = {
    matches: ({ path }) => path.startsWith("/_execute-api/"),
    handle: async (request, identify) => {
      const caller = await identify("execute-api").then(
        ({ arn }) => arn,
        ({ code }) => code,
      );
      asked.push({ request, caller });
      return { status: 204, headers: {} };
    },
  };
  const request: ApiRequest = {
    service: "execute-api",
    method: "PUT",
    path: "/_execute-api/abc/prod/pets",
    query: "a=1",
    headers: { "x-own": "1" },
    body: Buffer.from("hi"),
  };
  const dispatch = () => Promise.reject(new Error("no operation was asked for"));
  const api = inProcessApi(() => [endpoint]);
  expect(await api.send(request, caller, { dispatch })).toEqual({ status: 204, headers: {} });
  await api.send(request, { ...caller, principal: anonymousPrincipal() }, { dispatch });
  expect(asked).toMatchObject([
    {
      request: { method: "PUT", query: "a=1", headers: { "x-own": "1" } },
      caller: "arn:aws:iam::123456789012:root",
    },
    { caller: "MissingAuthenticationTokenException" },
  ]);
  expect((await api.send({ ...request, path: "/elsewhere" }, caller, { dispatch })).status).toBe(404);
});
