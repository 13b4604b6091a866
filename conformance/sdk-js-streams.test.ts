// The AWS SDK for JavaScript v3, unmodified, where bytes flow: functions, logs
// and objects, with the event streams and checksums that the client verifies.

import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  paginateFilterLogEvents,
  StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
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
