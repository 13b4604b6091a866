// The JSON protocol on DynamoDB, SQS and CloudWatch Logs, in AWS's own words.

import { describe, expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import { loadModel } from "../../model/load.ts";
import { RawJson } from "../../model/raw-json.ts";
import { json10, json11 } from "./json.ts";
import { testRequest } from "./test-request.ts";

const dynamodb = loadModel("dynamodb");
const sqs = loadModel("sqs");
const logs = loadModel("logs");
const bytes = (text: string) => new TextEncoder().encode(text);

function operation(service: typeof sqs, name: string) {
  const found = service.operations.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}

function decode(service: typeof sqs, name: string, body: unknown): Record<string, unknown> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return json10.decode(service, operation(service, name), testRequest({ body: text }), {}) as Record<
    string,
    unknown
  >;
}

function failure(service: typeof sqs, name: string, body: unknown): Fault {
  try {
    decode(service, name, body);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("decoded");
}

describe("decoding", () => {
  test("blobs become bytes, wherever they are", () => {
    const Item = {
      b: { B: "AQID" },
      bs: { BS: ["BA==", "BQ=="] },
      m: { M: { x: { B: "" } } },
      s: { S: "t" },
    };
    expect(decode(dynamodb, "PutItem", { TableName: "t", Item })).toEqual({
      TableName: "t",
      Item: {
        b: { B: Buffer.of(1, 2, 3) },
        bs: { BS: [Buffer.of(4), Buffer.of(5)] },
        m: { M: { x: { B: Buffer.of() } } },
        s: { S: "t" },
      },
    });
  });

  test("timestamps in seconds, ISO 8601 and numeric text become milliseconds", () => {
    const input = (StartTime: unknown) =>
      decode(loadModel("cloudtrail"), "LookupEvents", { StartTime }).StartTime;
    expect(input(1700000000.123)).toBe(1700000000123);
    expect(input("2023-11-14T22:13:20Z")).toBe(1700000000000);
    expect(input("1700000000")).toBe(1700000000000);
  });

  test("nulls are absent and unknown members are dropped", () => {
    const body = { QueueUrl: "q", MessageBody: "b", DelaySeconds: null, Nonsense: { deep: [1] } };
    expect(decode(sqs, "SendMessage", body)).toEqual({ QueueUrl: "q", MessageBody: "b" });
  });

  test("an empty body is an empty input", () => {
    expect(decode(sqs, "ListQueues", "")).toEqual({});
  });

  test("a key named __proto__ stays an own property and pollutes nothing", () => {
    const body = '{"TableName":"t","Item":{"__proto__":{"B":"AQ=="}},"__proto__":{"ReturnValues":"ALL_OLD"}}';
    const input = decode(dynamodb, "PutItem", body);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(input.ReturnValues).toBeUndefined();
    const Item = input.Item as object;
    expect(Object.getPrototypeOf(Item)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(Item, "__proto__")?.value).toEqual({ B: Buffer.of(1) });
    expect(({} as Record<string, unknown>).B).toBeUndefined();
  });

  test.each([
    ["SendMessage", { MessageBody: 5 }, "NUMBER_VALUE can not be converted to a String"],
    ["SendMessage", { DelaySeconds: "5" }, "STRING_VALUE can not be converted to an Integer"],
    ["SendMessage", { DelaySeconds: true }, "TRUE_VALUE can not be converted to an Integer"],
    ["SendMessage", { MessageBody: {} }, "Start of structure or map found where not expected."],
    ["SendMessage", { MessageBody: [] }, "Start of list found where not expected"],
    ["DeleteMessageBatch", { Entries: "x" }, "Expected list or null"],
    ["SendMessage", { MessageAttributes: "x" }, "Expected map or null"],
    ["SendMessage", [], "Start of list found where not expected"],
  ])("%s of %j is refused in AWS's words", (name, body, message) => {
    const fault = failure(sqs, name, body);
    expect(fault.code).toBe("SerializationException");
    expect(fault.message).toBe(message);
  });

  test("DynamoDB has its own wording", () => {
    expect(failure(dynamodb, "GetItem", { TableName: 1 }).message).toBe(
      "NUMBER_VALUE cannot be converted to String",
    );
  });

  test.each(["{", "nonsense", '{"a":}', '"text"', "5"])("%s is no input", (body) => {
    expect(failure(sqs, "SendMessage", body).code).toBe("SerializationException");
  });

  test("nesting beyond reason is refused and not a stack overflow", () => {
    const depth = 100_000;
    const value = `${'{"M":{"a":'.repeat(depth)}{"S":"x"}${"}}".repeat(depth)}`;
    const fault = failure(dynamodb, "PutItem", `{"TableName":"t","Item":{"a":${value}}}`);
    expect(fault.code).toBe("SerializationException");
  });

  test("Base64 that is not Base64 is refused", () => {
    const put = (B: string) => failure(dynamodb, "PutItem", { Item: { a: { B } } }).message;
    expect(put("!!!!")).toBe("Invalid Base64 character found");
    expect(put("AQIDB-!")).toBe("Base64 encoded length is expected a multiple of 4 bytes but found: 7");
  });
});

describe("encoding", () => {
  const encode = (service: typeof sqs, name: string, output: object) => {
    const { body } = json10.encode(service, operation(service, name), output, "id");
    return JSON.parse(Buffer.from(body as string | Uint8Array).toString()) as unknown;
  };

  test("the response names its type and request", () => {
    const response = json10.encode(sqs, operation(sqs, "SendMessage"), { MessageId: "m" }, "id-1");
    expect(response).toEqual({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "id-1" },
      body: '{"MessageId":"m"}',
    });
    expect(json11.encode(logs, operation(logs, "CreateLogGroup"), {}, "id").headers["content-type"]).toBe(
      "application/x-amz-json-1.1",
    );
  });

  test("blobs are Base64 and timestamps are seconds, and the output is left as it was", () => {
    const Item = { b: { B: new Uint8Array([1, 2, 3]) }, s: { S: "x" } };
    expect(encode(dynamodb, "GetItem", { Item })).toEqual({ Item: { b: { B: "AQID" }, s: { S: "x" } } });
    expect(Item.b.B).toEqual(new Uint8Array([1, 2, 3]));
    const Table = { CreationDateTime: 1700000000123, TableName: "t" };
    expect(encode(dynamodb, "DescribeTable", { Table })).toEqual({
      Table: { CreationDateTime: 1700000000.123, TableName: "t" },
    });
  });

  test("raw JSON is copied into the output byte for byte", () => {
    const raw = new RawJson(bytes('{"a" : {"S":"\\u00e9é"}}'));
    const { body } = json10.encode(
      dynamodb,
      operation(dynamodb, "Query"),
      { Items: [raw, raw], Count: 2 },
      "",
    );
    expect(Buffer.from(body as Uint8Array).toString()).toBe(
      '{"Items":[{"a" : {"S":"\\u00e9é"}},{"a" : {"S":"\\u00e9é"}}],"Count":2}',
    );
    expect(encode(dynamodb, "GetItem", { Item: raw })).toEqual({ Item: { a: { S: "éé" } } });
  });

  test("raw JSON is right even where no walk sees it", () => {
    const raw = new RawJson(bytes('{"k":"v"}'));
    expect(encode(sqs, "ListQueueTags", { Tags: raw })).toEqual({ Tags: { k: "v" } });
  });

  test("an operation without output answers an empty object", () => {
    expect(encode(sqs, "DeleteMessage", {})).toEqual({});
  });

  test("members that the model does not know stay inside, where the output is walked", () => {
    const Item = { a: { S: "x" }, b: { B: new Uint8Array(1) } };
    expect(encode(dynamodb, "GetItem", { secret: 1, Item })).toEqual({
      Item: { a: { S: "x" }, b: { B: "AA==" } },
    });
  });
});

describe("errors", () => {
  const answer = (
    codec: typeof json10,
    service: typeof sqs | undefined,
    name: string,
    fault: Fault,
    headers = {},
  ) => {
    const known = service?.operations.get(name);
    const response = codec.encodeError(service, known, fault, "id", testRequest({ headers }));
    return { ...response, body: JSON.parse(String(response.body)) as unknown };
  };

  test("SQS names its namespace and the code of its query days", () => {
    const fault = new Fault("sqs", "QueueDoesNotExist", "The specified queue does not exist.");
    expect(answer(json10, sqs, "SendMessage", fault)).toEqual({
      status: 400,
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amzn-requestid": "id",
        "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
      },
      body: { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "The specified queue does not exist." },
    });
  });

  test("a client in query mode is told the code even where it is the same", () => {
    const fault = new Fault("sqs", "InvalidParameterValue", "no");
    const headers = { "x-amzn-query-mode": "true" };
    expect(answer(json10, sqs, "SendMessage", fault, headers).headers["x-amzn-query-error"]).toBe(
      "InvalidParameterValue;Sender",
    );
    expect(answer(json10, sqs, "SendMessage", fault).headers).not.toHaveProperty("x-amzn-query-error");
  });

  test("a JSON 1.1 service names the error bare", () => {
    const fault = new Fault("logs", "ResourceNotFoundException", "gone");
    expect(answer(json11, logs, "PutLogEvents", fault).body).toEqual({
      __type: "ResourceNotFoundException",
      message: "gone",
    });
  });

  test("modelled members of the error come with it, converted", () => {
    const fault = new Fault("dynamodb", "ConditionalCheckFailedException", "The conditional request failed", {
      fields: { Item: { a: { B: new Uint8Array([1]) } }, other: 1 },
    });
    expect(answer(json10, dynamodb, "PutItem", fault).body).toEqual({
      __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
      message: "The conditional request failed",
      Item: { a: { B: "AQ==" } },
    });
    const canceled = new Fault("dynamodb", "TransactionCanceledException", "why", {
      fields: { CancellationReasons: [{ Code: "None" }] },
    });
    expect(answer(json10, dynamodb, "TransactWriteItems", canceled).body).toEqual({
      __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
      Message: "why",
      CancellationReasons: [{ Code: "None" }],
    });
  });

  test("common errors carry Coral's namespaces", () => {
    const validation = new Fault("dynamodb", "ValidationException", "v");
    expect(answer(json10, dynamodb, "PutItem", validation).body).toEqual({
      __type: "com.amazon.coral.validate#ValidationException",
      message: "v",
    });
    const unknown = new Fault("wire", "UnknownOperationException", "u");
    expect(answer(json10, undefined, "", unknown)).toMatchObject({
      status: 400,
      body: { __type: "com.amazon.coral.service#UnknownOperationException", message: "u" },
    });
  });

  test("statuses come from the fault, the model, or the table of common errors", () => {
    const status = (code: string, fixed?: number) =>
      answer(
        json10,
        dynamodb,
        "PutItem",
        new Fault("dynamodb", code, "", fixed === undefined ? {} : { status: fixed }),
      ).status;
    expect(status("InternalServerError")).toBe(500);
    expect(status("InternalFailure")).toBe(500);
    expect(status("AccessDeniedException")).toBe(403);
    expect(status("NobodyKnows")).toBe(400);
    expect(status("ResourceInUseException", 409)).toBe(409);
    expect(status("toString")).toBe(400);
  });
});
