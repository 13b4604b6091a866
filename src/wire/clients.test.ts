import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Fault } from "../core/fault.ts";
import type { ByteStream } from "../model/shapes.ts";
import { knownKey, type RecordingFront, startRecordingFront } from "./recording-front.ts";

let recording: RecordingFront;
const key = { accessKeyId: knownKey.accessKeyId, secretAccessKey: knownKey.secretAccessKey };

beforeAll(async () => {
  recording = await startRecordingFront();
});
afterAll(() => recording.front.stop(100));
beforeEach(() => {
  recording.calls.length = 0;
  recording.reply = () => ({});
});

function configuration(credentials: object = key): {
  endpoint: string;
  region: string;
  credentials: typeof key;
  maxAttempts: number;
} {
  return {
    endpoint: recording.endpoint,
    region: "eu-west-1",
    credentials: credentials as typeof key,
    maxAttempts: 1,
  };
}

async function read(body: ByteStream | Uint8Array): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe("unmodified SDK clients with a known key", () => {
  it("call a JSON service", async () => {
    recording.reply = () => ({ Item: { id: { S: "1" } } });
    const client = new DynamoDBClient(configuration());
    const output = await client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } }));
    expect(output.Item).toEqual({ id: { S: "1" } });
    expect(output.$metadata.requestId).toMatch(/^request-/);
    expect(recording.calls[0]).toMatchObject({
      service: "dynamodb",
      operation: "GetItem",
      input: { TableName: "t", Key: { id: { S: "1" } } },
      region: "eu-west-1",
      account: "111122223333",
      principal: knownKey.principal,
      sourceIp: "127.0.0.1",
      endpoint: recording.endpoint,
    });
  });

  it("call SQS, the query services and a service over CBOR", async () => {
    recording.reply = () => ({ MessageId: "m", Users: [], IsTruncated: false, Account: "1" });
    await new SQSClient({ ...configuration(), md5: false }).send(
      new SendMessageCommand({ QueueUrl: `${recording.endpoint}/1/q`, MessageBody: "hello" }),
    );
    await new IAMClient(configuration()).send(new ListUsersCommand({ MaxItems: 3 }));
    await new STSClient(configuration()).send(new GetCallerIdentityCommand({}));
    await new CloudWatchClient(configuration()).send(
      new PutMetricDataCommand({ Namespace: "n", MetricData: [{ MetricName: "m".repeat(200), Value: 1 }] }),
    );
    expect(recording.calls.map((call) => `${call.service} ${call.operation}`)).toEqual([
      "sqs SendMessage",
      "iam ListUsers",
      "sts GetCallerIdentity",
      "cloudwatch PutMetricData",
    ]);
    expect(recording.calls[1]?.input).toEqual({ MaxItems: 3 });
    expect(recording.calls[3]?.input).toMatchObject({ Namespace: "n", MetricData: [{ Value: 1 }] });
  });

  it("send compressed bodies", async () => {
    const client = new CloudWatchClient({ ...configuration(), requestMinCompressionSizeBytes: 10 });
    const MetricData = Array.from({ length: 500 }, (_, at) => ({ MetricName: `metric${at}`, Value: at }));
    await client.send(new PutMetricDataCommand({ Namespace: "n", MetricData }));
    expect(recording.calls[0]?.input).toMatchObject({ MetricData: { length: 500 } });
  });

  it("call a REST service with an ARN in the path", async () => {
    const FunctionName = "arn:aws:lambda:eu-west-1:111122223333:function:f";
    await new LambdaClient(configuration()).send(new GetFunctionCommand({ FunctionName, Qualifier: "live" }));
    expect(recording.calls[0]?.input).toEqual({ FunctionName, Qualifier: "live" });
  });

  it("put and get S3 objects under keys that need encoding", async () => {
    const client = new S3Client({ ...configuration(), forcePathStyle: true });
    const Key = "a b/c+d//é$&='()*!@:,;.txt";
    let received = "";
    recording.reply = async (call) => {
      if (call.operation === "PutObject") received = await read((call.input as { Body: ByteStream }).Body);
      return call.operation === "GetObject" ? { Body: Buffer.from("content"), ContentLength: 7 } : {};
    };
    await client.send(new PutObjectCommand({ Bucket: "bucket", Key, Body: "content" }));
    const got = await client.send(new GetObjectCommand({ Bucket: "bucket", Key, Range: "bytes=0-" }));
    await client.send(new HeadObjectCommand({ Bucket: "bucket", Key }));
    expect(received).toBe("content");
    expect(await got.Body?.transformToString()).toBe("content");
    expect(recording.calls.map((call) => [call.operation, (call.input as { Key: string }).Key])).toEqual([
      ["PutObject", Key],
      ["GetObject", Key],
      ["HeadObject", Key],
    ]);
  });

  it("send the checksum of a stream in a trailer, which becomes an input member after the body", async () => {
    const client = new S3Client({ ...configuration(), forcePathStyle: true });
    let before: unknown;
    let after: unknown;
    let received = "";
    recording.reply = async (call) => {
      const input = call.input as { Body: ByteStream; ChecksumCRC32?: string; ContentLength?: number };
      before = input.ChecksumCRC32;
      received = await read(input.Body);
      after = input.ChecksumCRC32;
      return {};
    };
    const { Readable } = await import("node:stream");
    await client.send(
      new PutObjectCommand({
        Bucket: "bucket",
        Key: "k",
        Body: Readable.from([Buffer.from("hello "), Buffer.from("world")]),
        ContentLength: 11,
        ContentEncoding: "gzip",
      }),
    );
    expect(received).toBe("hello world");
    expect(before).toBeUndefined();
    expect(after).toBe("DUoRhQ==");
    expect(recording.calls[0]?.input).toMatchObject({ ContentEncoding: "gzip", ContentLength: 11 });
  });

  it("list with a query that must be sorted and encoded", async () => {
    const client = new S3Client({ ...configuration(), forcePathStyle: true });
    await client.send(new ListObjectsV2Command({ Bucket: "bucket", Prefix: "a b+/ü~*", Delimiter: "/" }));
    expect(recording.calls[0]).toMatchObject({
      operation: "ListObjectsV2",
      input: { Bucket: "bucket", Prefix: "a b+/ü~*", Delimiter: "/" },
    });
  });

  it("read faults as the errors of their protocol", async () => {
    recording.reply = () => {
      throw new Fault("dynamodb", "ResourceNotFoundException", "Requested resource not found");
    };
    const call = new DynamoDBClient(configuration()).send(
      new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } }),
    );
    await expect(call).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
  });
});

describe("signatures of unmodified SDK clients", () => {
  const wrong = { ...key, secretAccessKey: "wrong" };

  it("with a wrong secret are refused in the service's own words", async () => {
    const dynamodb = new DynamoDBClient(configuration(wrong));
    await expect(
      dynamodb.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } })),
    ).rejects.toMatchObject({ name: "InvalidSignatureException", $metadata: { httpStatusCode: 400 } });
    await expect(new IAMClient(configuration(wrong)).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });
    const s3 = new S3Client({ ...configuration(wrong), forcePathStyle: true });
    await expect(s3.send(new GetObjectCommand({ Bucket: "bucket", Key: "k" }))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      AWSAccessKeyId: key.accessKeyId,
    });
    await expect(
      new LambdaClient(configuration(wrong)).send(new GetFunctionCommand({ FunctionName: "f" })),
    ).rejects.toMatchObject({ name: "InvalidSignatureException", $metadata: { httpStatusCode: 403 } });
    expect(recording.calls).toEqual([]);
  });

  it("with an unknown key are trusted as root of the account that the key names", async () => {
    recording.reply = () => ({});
    for (const accessKeyId of ["test", "123456789012"]) {
      await new STSClient(configuration({ accessKeyId, secretAccessKey: "x" })).send(
        new GetCallerIdentityCommand({}),
      );
    }
    expect(recording.calls.map((call) => call.principal.arn)).toEqual([
      "arn:aws:iam::000000000000:root",
      "arn:aws:iam::123456789012:root",
    ]);
  });

  it("are not needed for AssumeRoleWithWebIdentity", async () => {
    await new STSClient(configuration()).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: "arn:aws:iam::111122223333:role/r",
        RoleSessionName: "s",
        WebIdentityToken: "token",
      }),
    );
    expect(recording.calls[0]).toMatchObject({
      operation: "AssumeRoleWithWebIdentity",
      principal: { type: "anonymous" },
    });
  });
});
