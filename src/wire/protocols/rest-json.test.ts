// The REST JSON protocol, on Lambda and API Gateway.

import { describe, expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import { loadModel } from "../../model/load.ts";
import { restJson } from "./rest-json.ts";
import { testRequest } from "./test-request.ts";

const lambda = loadModel("lambda");
const apigateway = loadModel("apigateway");

function operation(name: string, service = lambda) {
  const found = service.operations.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

function decode(
  name: string,
  request: Parameters<typeof testRequest>[0],
  labels = {},
  service = lambda,
): unknown {
  return restJson.decode(service, operation(name, service), testRequest(request), labels);
}

function failure(name: string, request: Parameters<typeof testRequest>[0]): Fault {
  try {
    decode(name, request);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("decoded");
}

describe("decoding", () => {
  test("members come from path, query, headers and body", () => {
    expect(
      decode(
        "Invoke",
        {
          query: "Qualifier=prod%20one",
          headers: { "X-Amz-Invocation-Type": "Event", "X-Amz-Log-Type": "Tail" },
          body: '{"a":1}',
        },
        { FunctionName: "f" },
      ),
    ).toEqual({
      FunctionName: "f",
      Qualifier: "prod one",
      InvocationType: "Event",
      LogType: "Tail",
      Payload: new TextEncoder().encode('{"a":1}'),
    });
    expect(
      decode("CreateFunction", { body: '{"FunctionName":"f","Code":{"ZipFile":"UEs="},"Timeout":3}' }),
    ).toEqual({ FunctionName: "f", Code: { ZipFile: Buffer.from("PK") }, Timeout: 3 });
  });

  test("query parameters are typed, and a list takes every occurrence", () => {
    expect(decode("ListFunctions", { query: "MaxItems=10&Marker=" })).toEqual({ MaxItems: 10, Marker: "" });
    expect(decode("UntagResource", { query: "tagKeys=a&tagKeys=b%2Cc" }, { Resource: "arn" })).toEqual({
      Resource: "arn",
      TagKeys: ["a", "b,c"],
    });
    expect(failure("ListFunctions", { query: "MaxItems=ten" })).toMatchObject({
      code: "SerializationException",
      message: "STRING_VALUE can not be converted to an Integer",
    });
  });

  test("a map of query parameters takes what is bound to no member, and not what selects the operation", () => {
    const request = { query: "mode=import&failonwarnings=true&basepath=x", body: "{}" };
    expect(decode("ImportRestApi", request, {}, apigateway)).toEqual({
      failOnWarnings: true,
      parameters: { basepath: "x" },
      body: new TextEncoder().encode("{}"),
    });
  });

  test("no body is no payload", () => {
    expect(decode("Invoke", {}, { FunctionName: "f" })).toEqual({ FunctionName: "f" });
  });
});

describe("encoding", () => {
  test("the payload is the body, the rest are headers and status", () => {
    const payload = new TextEncoder().encode('"done"');
    const output = { StatusCode: 202, FunctionError: "Unhandled", ExecutedVersion: "3", Payload: payload };
    expect(restJson.encode(lambda, operation("Invoke"), output, "id")).toEqual({
      status: 202,
      headers: {
        "x-amzn-requestid": "id",
        "x-amz-function-error": "Unhandled",
        "x-amz-executed-version": "3",
        "content-type": "application/json",
      },
      body: payload,
    });
  });

  test("204 has no body", () => {
    expect(restJson.encode(lambda, operation("DeleteFunctionConcurrency"), {}, "id")).toEqual({
      status: 204,
      headers: { "x-amzn-requestid": "id" },
    });
  });

  test("the modelled status and the body's members", () => {
    const created = restJson.encode(lambda, operation("CreateFunction"), { FunctionName: "f" }, "id");
    expect(created).toMatchObject({ status: 201, body: '{"FunctionName":"f"}' });
    expect(created.headers["content-type"]).toBe("application/json");
  });
});

describe("errors", () => {
  const answer = (fault: Fault, method = "POST") => {
    const request = testRequest({ method });
    return restJson.encodeError(lambda, operation("Invoke"), fault, "id", request);
  };

  test("Lambda's have its Message and Type, and the code in a header", () => {
    const fault = new Fault("lambda", "ResourceNotFoundException", "Function not found: arn", {
      fields: { Type: "User" },
    });
    const { status, headers, body } = answer(fault);
    expect(status).toBe(404);
    expect(headers).toEqual({
      "content-type": "application/json",
      "x-amzn-requestid": "id",
      "x-amzn-errortype": "ResourceNotFoundException",
    });
    expect(JSON.parse(String(body))).toEqual({ Type: "User", Message: "Function not found: arn" });
  });

  test("members bound to headers go there", () => {
    const fault = new Fault("lambda", "TooManyRequestsException", "Rate exceeded", {
      fields: { retryAfterSeconds: "1", Reason: "CallerRateLimitExceeded" },
    });
    const { status, headers, body } = answer(fault);
    expect(status).toBe(429);
    expect(headers["retry-after"]).toBe("1");
    expect(JSON.parse(String(body))).toEqual({ Reason: "CallerRateLimitExceeded", message: "Rate exceeded" });
  });

  test("an unmodelled error has its message", () => {
    const { status, body } = answer(new Fault("lambda", "AccessDeniedException", "no"));
    expect([status, body]).toEqual([403, '{"message":"no"}']);
  });

  test("HEAD gets no body", () => {
    expect(answer(new Fault("lambda", "ServiceException", "x"), "HEAD")).not.toHaveProperty("body");
  });
});
