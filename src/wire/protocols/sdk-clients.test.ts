// Unmodified AWS SDK clients against the codecs alone: what a client sends is
// decoded, and what is encoded comes out of the client as it went in.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListRolesCommand, NoSuchEntityException, TagRoleCommand } from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import {
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { QueueDoesNotExist, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import { loadModel } from "../../model/load.ts";
import type { ByteStream } from "../../model/shapes.ts";
import { codecs } from "./codecs.ts";
import type { ProtocolName } from "./protocol.ts";
import { testRequest } from "./test-request.ts";

interface Exchange {
  readonly service: string;
  readonly operation: string;
  readonly protocol: ProtocolName;
  readonly labels?: Readonly<Record<string, string>>;
  readonly output: object | Fault;
}

let server: Server;
let exchange: Exchange | undefined;
let input: unknown;

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const [path = "/", query = ""] = (incoming.url ?? "/").split("?");
    const request = testRequest({
      method: incoming.method ?? "",
      path,
      query,
      headers: incoming.headers as Record<string, string>,
      body: Buffer.concat(chunks),
    });
    const response = answer(request);
    outgoing.writeHead(response.status, response.headers as Record<string, string>);
    if (response.body === undefined || typeof response.body === "string") outgoing.end(response.body);
    else if (response.body instanceof Uint8Array) outgoing.end(response.body);
    else {
      for await (const chunk of response.body) outgoing.write(chunk);
      outgoing.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  exchange = undefined;
  input = undefined;
});

function answer(request: ReturnType<typeof testRequest>): HttpResponse {
  if (exchange === undefined) throw new Error("nothing is expected");
  const service = loadModel(exchange.service);
  const operation = service.operations.get(exchange.operation);
  if (operation === undefined) throw new Error(exchange.operation);
  const codec = codecs[exchange.protocol];
  try {
    input = codec.decode(service, operation, request, exchange.labels ?? {});
    if (exchange.output instanceof Fault) throw exchange.output;
    return codec.encode(service, operation, exchange.output, "request-1");
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault("test", "InternalFailure", String(error));
    return codec.encodeError(service, operation, fault, "request-1", request);
  }
}

const config = () => ({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: "us-east-1",
  credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
  maxAttempts: 1,
});

const date = new Date("2024-05-06T07:08:09.000Z");

describe("JSON", () => {
  test("SQS: SendMessage", async () => {
    exchange = {
      service: "sqs",
      operation: "SendMessage",
      protocol: "json-1.0",
      output: { MessageId: "m", MD5OfMessageBody: "900150983cd24fb0d6963f7d28e17f72" },
    };
    const MessageAttributes = { a: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) } };
    const command = new SendMessageCommand({ QueueUrl: "http://q", MessageBody: "abc", MessageAttributes });
    const { MessageId, $metadata } = await new SQSClient(config()).send(command);
    expect([MessageId, $metadata.requestId]).toEqual(["m", "request-1"]);
    expect(input).toMatchObject({
      MessageBody: "abc",
      MessageAttributes: { a: { DataType: "Binary", BinaryValue: Buffer.of(1, 2) } },
    });
  });

  test("SQS: an error is the class and has the code of old", async () => {
    const output = new Fault("sqs", "QueueDoesNotExist", "The specified queue does not exist.");
    exchange = { service: "sqs", operation: "SendMessage", protocol: "json-1.0", output };
    const command = new SendMessageCommand({ QueueUrl: "http://q", MessageBody: "abc" });
    const error: unknown = await new SQSClient(config()).send(command).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error).toMatchObject({ message: "The specified queue does not exist." });
  });

  test("DynamoDB: PutItem and the members of its error", async () => {
    const Item = { k: { S: "é" }, b: { B: new Uint8Array([255]) }, m: { M: { l: { L: [{ N: "1" }] } } } };
    const output = new Fault("dynamodb", "ConditionalCheckFailedException", "no", { fields: { Item } });
    exchange = { service: "dynamodb", operation: "PutItem", protocol: "json-1.0", output };
    const command = new PutItemCommand({ TableName: "t", Item });
    const error: unknown = await new DynamoDBClient(config())
      .send(command)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ConditionalCheckFailedException", Item });
    expect(input).toMatchObject({ Item: { k: { S: "é" }, b: { B: Buffer.of(255) } } });
  });

  test("CloudWatch Logs: DescribeLogGroups", async () => {
    const logGroups = [{ logGroupName: "g", creationTime: 1700000000000 }];
    exchange = {
      service: "logs",
      operation: "DescribeLogGroups",
      protocol: "json-1.1",
      output: { logGroups },
    };
    const client = new CloudWatchLogsClient(config());
    expect((await client.send(new DescribeLogGroupsCommand({ limit: 5 }))).logGroups).toEqual(logGroups);
    expect(input).toEqual({ limit: 5 });
  });
});

describe("query", () => {
  test("IAM: nested lists and dates", async () => {
    const role = { RoleName: "r", Arn: "a", Path: "/", RoleId: "i", Tags: [{ Key: "k", Value: "<&>" }] };
    exchange = {
      service: "iam",
      operation: "ListRoles",
      protocol: "query",
      output: { Roles: [{ ...role, CreateDate: date.getTime() }], IsTruncated: false },
    };
    const output = await new IAMClient(config()).send(new ListRolesCommand({ MaxItems: 7 }));
    expect(output).toMatchObject({ Roles: [{ ...role, CreateDate: date }], IsTruncated: false });
    expect(input).toEqual({ MaxItems: 7 });
  });

  test("IAM: an operation without output, and an error", async () => {
    exchange = { service: "iam", operation: "TagRole", protocol: "query", output: {} };
    const command = new TagRoleCommand({ RoleName: "r", Tags: [{ Key: "a b", Value: "c&d" }] });
    expect((await new IAMClient(config()).send(command)).$metadata.requestId).toBe("request-1");
    expect(input).toEqual({ RoleName: "r", Tags: [{ Key: "a b", Value: "c&d" }] });
    exchange = { ...exchange, output: new Fault("iam", "NoSuchEntity", "gone") };
    await expect(new IAMClient(config()).send(command)).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  test("STS: AssumeRole", async () => {
    const Credentials = { AccessKeyId: "A", SecretAccessKey: "S", SessionToken: "T" };
    exchange = {
      service: "sts",
      operation: "AssumeRole",
      protocol: "query",
      output: { Credentials: { ...Credentials, Expiration: date.getTime() } },
    };
    const command = new AssumeRoleCommand({ RoleArn: "arn", RoleSessionName: "s", DurationSeconds: 900 });
    const output = await new STSClient(config()).send(command);
    expect(output.Credentials).toEqual({ ...Credentials, Expiration: date });
  });
});

describe("REST JSON: Lambda", () => {
  test("CreateFunction and Invoke", async () => {
    const created = { FunctionName: "f", Environment: { Variables: { A: "b" } }, Timeout: 3 };
    exchange = { service: "lambda", operation: "CreateFunction", protocol: "rest-json", output: created };
    const client = new LambdaClient(config());
    const create = new CreateFunctionCommand({
      FunctionName: "f",
      Role: "r",
      Code: { ZipFile: new Uint8Array([80, 75]) },
    });
    expect(await client.send(create)).toMatchObject(created);
    expect(input).toEqual({ FunctionName: "f", Role: "r", Code: { ZipFile: Buffer.from("PK") } });

    const Payload = new TextEncoder().encode('{"ok":true}');
    exchange = {
      service: "lambda",
      operation: "Invoke",
      protocol: "rest-json",
      labels: { FunctionName: "f" },
      output: { StatusCode: 200, Payload, ExecutedVersion: "$LATEST" },
    };
    const output = await client.send(new InvokeCommand({ FunctionName: "f", Payload, LogType: "Tail" }));
    expect(output.Payload?.transformToString()).toBe('{"ok":true}');
    expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(input).toMatchObject({ FunctionName: "f", LogType: "Tail", Payload: Buffer.from(Payload) });
  });

  test("InvokeWithResponseStream", async () => {
    async function* stream(): AsyncGenerator<object> {
      yield { PayloadChunk: { Payload: new TextEncoder().encode("one") } };
      yield { PayloadChunk: { Payload: new TextEncoder().encode("two") } };
      yield { InvokeComplete: { LogResult: "bG9n" } };
    }
    exchange = {
      service: "lambda",
      operation: "InvokeWithResponseStream",
      protocol: "rest-json",
      output: { StatusCode: 200, EventStream: stream() },
    };
    const command = new InvokeWithResponseStreamCommand({ FunctionName: "f" });
    const output = await new LambdaClient(config()).send(command);
    const seen: unknown[] = [];
    for await (const event of output.EventStream ?? []) {
      const bytes = event.PayloadChunk?.Payload;
      seen.push(bytes === undefined ? event.InvokeComplete?.LogResult : Buffer.from(bytes).toString());
    }
    expect(seen).toEqual(["one", "two", "bG9n"]);
  });
});

describe("REST XML: S3", () => {
  const client = () => new S3Client({ ...config(), forcePathStyle: true });
  const expects = (operation: string, output: object) => {
    exchange = { service: "s3", operation, protocol: "rest-xml", labels: { Bucket: "b", Key: "k" }, output };
  };

  test("PutObject and GetObject with metadata", async () => {
    expects("PutObject", { ETag: '"e"' });
    const put = new PutObjectCommand({ Bucket: "b", Key: "k", Body: "hello", Metadata: { a: "b" } });
    expect((await client().send(put)).ETag).toBe('"e"');
    expect(input).toMatchObject({ Bucket: "b", Key: "k", Metadata: { a: "b" } });

    async function* body(): ByteStream {
      yield Buffer.from("hel");
      yield Buffer.from("lo");
    }
    expects("GetObject", { Body: body(), LastModified: date.getTime(), Metadata: { a: "b" } });
    const output = await client().send(new GetObjectCommand({ Bucket: "b", Key: "k" }));
    expect(await output.Body?.transformToString()).toBe("hello");
    expect(output).toMatchObject({ LastModified: date, Metadata: { a: "b" } });
  });

  test("listings, locations and grants", async () => {
    const Contents = [{ Key: "a&b", Size: 1, ETag: '"x"' }, { Key: "c" }];
    expects("ListObjectsV2", { Contents, KeyCount: 2, CommonPrefixes: [{ Prefix: "p/" }] });
    expect(await client().send(new ListObjectsV2Command({ Bucket: "b" }))).toMatchObject({
      Contents,
      KeyCount: 2,
      CommonPrefixes: [{ Prefix: "p/" }],
    });

    expects("GetBucketLocation", { LocationConstraint: "eu-west-1" });
    const location = await client().send(new GetBucketLocationCommand({ Bucket: "b" }));
    expect(location.LocationConstraint).toBe("eu-west-1");

    expects("PutBucketAcl", {});
    const Grants = [{ Grantee: { Type: "CanonicalUser" as const, ID: "1" }, Permission: "READ" as const }];
    await client().send(
      new PutBucketAclCommand({ Bucket: "b", AccessControlPolicy: { Grants, Owner: { ID: "1" } } }),
    );
    expect(input).toMatchObject({ AccessControlPolicy: { Grants, Owner: { ID: "1" } } });
  });

  test("errors, with and without a body", async () => {
    expects("GetObject", new Fault("s3", "NoSuchKey", "gone", { fields: { Key: "k" } }));
    await expect(client().send(new GetObjectCommand({ Bucket: "b", Key: "k" }))).rejects.toMatchObject({
      name: "NoSuchKey",
      message: "gone",
      $metadata: { httpStatusCode: 404, requestId: "request-1" },
    });
    expects("HeadObject", new Fault("s3", "NotFound", "gone", { status: 404 }));
    await expect(client().send(new HeadObjectCommand({ Bucket: "b", Key: "k" }))).rejects.toMatchObject({
      name: "NotFound",
    });
  });
});

describe("JSON: CloudWatch", () => {
  test("PutMetricData and GetMetricStatistics", async () => {
    exchange = { service: "cloudwatch", operation: "PutMetricData", protocol: "json-1.0", output: {} };
    const client = new CloudWatchClient(config());
    const MetricData = [{ MetricName: "m", Value: 1.5, Timestamp: date, Values: [1, 2] }];
    await client.send(new PutMetricDataCommand({ Namespace: "n", MetricData }));
    expect(input).toEqual({
      Namespace: "n",
      MetricData: [{ MetricName: "m", Value: 1.5, Timestamp: date.getTime(), Values: [1, 2] }],
    });

    const Datapoints = [{ Average: 2, Timestamp: date.getTime(), Unit: "Count" }];
    exchange = {
      service: "cloudwatch",
      operation: "GetMetricStatistics",
      protocol: "json-1.0",
      output: { Label: "m", Datapoints },
    };
    const command = new GetMetricStatisticsCommand({
      Namespace: "n",
      MetricName: "m",
      StartTime: date,
      EndTime: date,
      Period: 60,
    });
    expect(await client.send(command)).toMatchObject({
      Label: "m",
      Datapoints: [{ Average: 2, Timestamp: date, Unit: "Count" }],
    });
  });
});
