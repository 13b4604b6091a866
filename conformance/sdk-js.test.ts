// The AWS SDK for JavaScript v3, unmodified, service by service: above all what
// only a real client does (streams, checksums, waiters, presigned addresses).

import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  paginateFilterLogEvents,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  paginateQuery,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import {
  CreateFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
  waitUntilBucketExists,
} from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { type ClientOptions, clientOptions } from "./support/sdk.ts";
import { zip } from "./support/zip.ts";

let cloud: RunningCloud;
let options: ClientOptions;
const clients: { destroy(): void }[] = [];
function client<T extends { destroy(): void }>(
  make: new (options: ClientOptions) => T,
  extra: object = {},
): T {
  const made = new make({ ...options, ...extra });
  clients.push(made);
  return made;
}

beforeAll(async () => {
  cloud = await startCloud();
  options = clientOptions(cloud);
});
afterAll(async () => {
  for (const each of clients) each.destroy();
  await cloud?.stop();
});

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com", AWS: "*" }, Action: "sts:AssumeRole" },
  ],
});

async function role(RoleName: string): Promise<string> {
  const { Role } = await client(IAMClient).send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }),
  );
  return Role!.Arn!;
}

describe("SQS", () => {
  test("sends and deletes batches whose digests the client checks", async () => {
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "batch" }));
    const MessageAttributes = { colour: { DataType: "String", StringValue: "röd" } };
    const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: `${Id} ✓ 𝄞`, MessageAttributes }));
    expect((await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Successful).toHaveLength(3);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }),
    );
    expect(Messages.map(({ Body }) => Body).sort()).toEqual(["a ✓ 𝄞", "b ✓ 𝄞", "c ✓ 𝄞"]);
    expect(Messages[0]?.MessageAttributes?.colour?.StringValue).toBe("röd");
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle })),
      }),
    );
    expect(deleted.Failed ?? []).toEqual([]);
  });

  test("answers a long poll when a message comes", async () => {
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "poll" }));
    const polled = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: "now" }] }));
    expect((await polled).Messages?.[0]?.Body).toBe("now");
  });

  test("names a queue that is not there as the client's error class", async () => {
    const sqs = client(SQSClient);
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "absent" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });
});

describe("DynamoDB", () => {
  beforeAll(async () => {
    const dynamodb = client(DynamoDBClient);
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "items",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "N" },
        ],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    );
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 1 }, { TableName: "items" });
  });

  test("writes batches and pages through a query in the key's order", async () => {
    const dynamodb = client(DynamoDBClient);
    const put = (sk: number) => ({
      PutRequest: { Item: { pk: { S: "p" }, sk: { N: `${sk}` }, b: { B: Buffer.of(sk) } } },
    });
    const RequestItems = { items: [10, 9, 2, 1, 100].map(put) };
    expect((await dynamodb.send(new BatchWriteItemCommand({ RequestItems }))).UnprocessedItems).toEqual({});
    const pages = paginateQuery(
      { client: dynamodb, pageSize: 2 },
      {
        TableName: "items",
        KeyConditionExpression: "pk = :p",
        ExpressionAttributeValues: { ":p": { S: "p" } },
        ScanIndexForward: false,
      },
    );
    const found: string[] = [];
    for await (const { Items = [] } of pages) found.push(...Items.map(({ sk }) => sk!.N!));
    expect(found).toEqual(["100", "10", "9", "2", "1"]);
    const Keys = [{ pk: { S: "p" }, sk: { N: "9" } }];
    const { Responses } = await dynamodb.send(new BatchGetItemCommand({ RequestItems: { items: { Keys } } }));
    expect(Responses?.items?.[0]?.b?.B).toEqual(Uint8Array.of(9));
  });

  test("tells of a failed condition and of a cancelled transaction what the client reads", async () => {
    const dynamodb = client(DynamoDBClient);
    const Key = { pk: { S: "c" }, sk: { N: "1" } };
    const UpdateExpression = "ADD n :one";
    const ExpressionAttributeValues = { ":one": { N: "1" } };
    const update = { TableName: "items", Key, UpdateExpression, ExpressionAttributeValues };
    const { Attributes } = await dynamodb.send(new UpdateItemCommand({ ...update, ReturnValues: "ALL_NEW" }));
    expect(Attributes?.n).toEqual({ N: "1" });
    const failing = { ...update, ConditionExpression: "attribute_not_exists(pk)" };
    await expect(
      dynamodb.send(new UpdateItemCommand({ ...failing, ReturnValuesOnConditionCheckFailure: "ALL_OLD" })),
    ).rejects.toMatchObject({ name: "ConditionalCheckFailedException", Item: { ...Key, n: { N: "1" } } });
    await expect(
      dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: "items", Item: { pk: { S: "d" }, sk: { N: "1" } } } },
            { Update: failing },
          ],
        }),
      ),
    ).rejects.toMatchObject({
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }],
    });
  });
});

describe("IAM and STS", () => {
  test("make a role, whose session is the caller and outlives no wrong secret", async () => {
    const arn = await role("app");
    const iam = client(IAMClient);
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "p", PolicyDocument }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "app" }));
    expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toEqual(JSON.parse(trust));
    const names: string[] = [];
    for await (const page of paginateListRoles({ client: iam, pageSize: 1 }, {})) {
      names.push(...(page.Roles ?? []).map(({ RoleName }) => RoleName!));
    }
    expect(names).toContain("app");

    const sts = client(STSClient);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe("arn:aws:iam::000000000000:root");
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "me" }));
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    const session = {
      accessKeyId: AccessKeyId!,
      secretAccessKey: SecretAccessKey!,
      sessionToken: SessionToken!,
    };
    const identity = await client(STSClient, { credentials: session }).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe("arn:aws:sts::000000000000:assumed-role/app/me");
    for (const wrong of [
      { secretAccessKey: "wrong" },
      { sessionToken: "wrong" },
      { sessionToken: undefined },
    ]) {
      const call = client(STSClient, { credentials: { ...session, ...wrong } }).send(
        new GetCallerIdentityCommand({}),
      );
      await expect(call).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    }
  });
});

describe("Lambda", () => {
  const source = `
    exports.handler = async (event, context) => {
      if (event.fail) throw new RangeError("no such thing");
      console.log("seen", event.n);
      return { n: event.n + 1, arn: context.invokedFunctionArn };
    };
    exports.stream = awslambda.streamifyResponse(async (event, out) => {
      out.write("first ");
      await new Promise((resolve) => setImmediate(resolve));
      out.write("second ");
      out.end("last");
    });`;

  beforeAll(async () => {
    const lambda = client(LambdaClient);
    const Role = await role("functions");
    const Code = { ZipFile: await zip({ "index.js": source }) };
    for (const name of ["handler", "stream"]) {
      const common = { Runtime: "nodejs22.x", Role, Code } as const;
      await lambda.send(
        new CreateFunctionCommand({ ...common, FunctionName: name, Handler: `index.${name}` }),
      );
      await waitUntilFunctionActiveV2(
        { client: lambda, maxWaitTime: 20, minDelay: 1 },
        { FunctionName: name },
      );
    }
  });

  test("runs a function and returns its log's tail, its result or its error", async () => {
    const lambda = client(LambdaClient);
    const invoke = (payload: object) =>
      lambda.send(
        new InvokeCommand({
          FunctionName: "handler",
          Payload: Buffer.from(JSON.stringify(payload)),
          LogType: "Tail",
        }),
      );
    const done = await invoke({ n: 1 });
    expect(JSON.parse(done.Payload!.transformToString())).toEqual({
      n: 2,
      arn: "arn:aws:lambda:us-east-1:000000000000:function:handler",
    });
    expect(Buffer.from(done.LogResult!, "base64").toString()).toMatch(
      /START RequestId[\s\S]*seen 1[\s\S]*REPORT/,
    );
    const failed = await invoke({ fail: true });
    expect(failed).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(failed.Payload!.transformToString())).toMatchObject({
      errorType: "RangeError",
      errorMessage: "no such thing",
    });
  });

  test("streams a response as events", async () => {
    const lambda = client(LambdaClient);
    const { EventStream } = await lambda.send(
      new InvokeWithResponseStreamCommand({ FunctionName: "stream" }),
    );
    let text = "";
    let complete: object | undefined;
    for await (const event of EventStream!) {
      if (event.PayloadChunk?.Payload) text += Buffer.from(event.PayloadChunk.Payload).toString();
      complete ??= event.InvokeComplete;
    }
    expect(text).toBe("first second last");
    expect(complete).toBeDefined();
    expect(complete).not.toHaveProperty("ErrorCode", expect.anything());
  });
});

describe("CloudWatch Logs", () => {
  test("puts events, pages through them, and tails them live", async () => {
    // The operation's host prefix would make the name `streaming-localhost`, which nobody resolves.
    const logs = client(CloudWatchLogsClient, { disableHostPrefix: true });
    await logs.send(new CreateLogGroupCommand({ logGroupName: "g" }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: "g", logStreamName: "s" }));
    const put = (...messages: string[]) =>
      logs.send(
        new PutLogEventsCommand({
          logGroupName: "g",
          logStreamName: "s",
          logEvents: messages.map((message, at) => ({ message, timestamp: Date.now() + at })),
        }),
      );
    await put("error 1", "fine", "error 2", "error 3");
    const found: string[] = [];
    const pages = paginateFilterLogEvents(
      { client: logs, pageSize: 1 },
      { logGroupName: "g", filterPattern: "error" },
    );
    for await (const { events = [] } of pages) found.push(...events.map(({ message }) => message!));
    expect(found).toEqual(["error 1", "error 2", "error 3"]);

    const { responseStream } = await logs.send(
      new StartLiveTailCommand({ logGroupIdentifiers: ["arn:aws:logs:us-east-1:000000000000:log-group:g"] }),
    );
    for await (const event of responseStream!) {
      if (event.sessionStart !== undefined) await put("live");
      const live = event.sessionUpdate?.sessionResults?.map(({ message }) => message);
      if (live !== undefined && live.length > 0) {
        expect(live).toEqual(["live"]);
        break;
      }
    }
  });
});

describe("S3", () => {
  const Bucket = "sdk-bucket";
  const s3 = (): S3Client => client(S3Client, { forcePathStyle: true });
  beforeAll(async () => {
    await s3().send(new CreateBucketCommand({ Bucket }));
    await waitUntilBucketExists({ client: s3(), maxWaitTime: 20 }, { Bucket });
  });

  test("streams an object up and down, in parts of it too", async () => {
    const content = randomBytes(3_000_001);
    const pieces = Array.from({ length: 31 }, (_, at) => content.subarray(at * 100_000, (at + 1) * 100_000));
    await s3().send(
      new PutObjectCommand({
        Bucket,
        Key: "big/a b+c.bin",
        Body: Readable.from(pieces),
        ContentLength: content.length,
        ChecksumAlgorithm: "SHA256",
        Metadata: { Owner: "ann" },
      }),
    );
    const got = await s3().send(
      new GetObjectCommand({ Bucket, Key: "big/a b+c.bin", ChecksumMode: "ENABLED" }),
    );
    expect(content.equals(await buffer(got.Body as Readable))).toBe(true);
    expect(got.Metadata).toEqual({ owner: "ann" });
    const part = await s3().send(
      new GetObjectCommand({ Bucket, Key: "big/a b+c.bin", Range: "bytes=2999999-" }),
    );
    expect(part.ContentRange).toBe("bytes 2999999-3000000/3000001");
    expect(content.subarray(2_999_999).equals(await buffer(part.Body as Readable))).toBe(true);
  });

  test("uploads in parts, and forgets an upload that is aborted", async () => {
    const Key = "parts";
    const first = randomBytes(5 * 1024 * 1024);
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = async (PartNumber: number, Body: Buffer) => {
      const { ETag } = await s3().send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
      return { ETag, PartNumber };
    };
    const Parts = await Promise.all([part(1, first), part(2, Buffer.from("the end"))]);
    const MultipartUpload = { Parts };
    const done = await s3().send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }),
    );
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const head = await s3().send(new HeadObjectCommand({ Bucket, Key }));
    expect(head.ContentLength).toBe(first.length + 7);
    const aborted = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key: "never" }));
    await s3().send(new AbortMultipartUploadCommand({ Bucket, Key: "never", UploadId: aborted.UploadId }));
    await expect(s3().send(new GetObjectCommand({ Bucket, Key: "never" }))).rejects.toMatchObject({
      name: "NoSuchKey",
    });
  });

  test("lists in pages and deletes many", async () => {
    const keys = ["l/1", "l/2", "l/ü&<>", "l/x/y"];
    await Promise.all(keys.map((Key) => s3().send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
    const found: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3(), pageSize: 2 },
      { Bucket, Prefix: "l/", Delimiter: "/" },
    )) {
      found.push(
        ...(page.Contents ?? []).map(({ Key }) => Key!),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!),
      );
    }
    expect(found.sort()).toEqual(["l/1", "l/2", "l/x/", "l/ü&<>"]);
    const Delete = { Objects: keys.map((Key) => ({ Key })) };
    expect((await s3().send(new DeleteObjectsCommand({ Bucket, Delete }))).Deleted).toHaveLength(4);
    await expect(s3().send(new HeadObjectCommand({ Bucket, Key: "l/1" }))).rejects.toMatchObject({
      name: "NotFound",
    });
  });
});

test("CloudWatch, in CBOR, says by name that an operation is not there", async () => {
  const call = client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace: "n", MetricData: [] }));
  await expect(call).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining("PutMetricData"),
    $metadata: { httpStatusCode: 501 },
  });
});
