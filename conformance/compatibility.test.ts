// What test suites written for other local clouds rely on: health and reset
// addresses, host names, and account numbers as access keys.

import { request } from "node:http";
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateQueueCommand, GetQueueUrlCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";

let cloud: RunningCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** A request under another host name, which need not resolve. */
function ask(
  host: string,
  path: string,
  headers: Record<string, string> = {},
  { method = "GET", body = "" } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: cloud.port, method, path, agent: false };
    const asked = request({ ...options, headers: { ...headers, host } }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

const authorization = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
});

describe("known addresses", () => {
  test("GET /_localstack/health names the services that are there", async () => {
    const { status, text } = await ask("localhost", "/_localstack/health");
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      services: { sqs: "available", dynamodb: "available", lambda: "available", s3: "available" },
      version: expect.any(String),
    });
  });

  test("HEAD asks the same, and GET /_cumulet/health says ready", async () => {
    const head = await fetch(`${cloud.endpoint}/_localstack/health`, { method: "HEAD" });
    expect(head.status).toBe(200);
    const { text } = await ask("localhost", "/_cumulet/health");
    expect(JSON.parse(text)).toMatchObject({ status: "ready", services: expect.arrayContaining(["sqs"]) });
  });

  test("an address that is not there says which are", async () => {
    const { status, text } = await ask("localhost", "/_localstack/diagnose");
    expect(status).toBe(404);
    expect(JSON.parse(text).message).toContain("GET /_localstack/health");
  });

  test("POST /_localstack/state/reset empties the cloud", async () => {
    const sqs = new SQSClient(clientOptions(cloud));
    await sqs.send(new CreateQueueCommand({ QueueName: "gone" }));
    expect((await ask("localhost", "/_localstack/state/reset", {}, { method: "POST" })).status).toBe(200);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
    sqs.destroy();
  });
});

describe("known host names", () => {
  const target = { "x-amz-target": "AmazonSQS.CreateQueue", "content-type": "application/x-amz-json-1.0" };

  test.each([
    ["localhost.localstack.cloud", "localhost.localstack.cloud"],
    ["sqs.us-east-1.localhost.localstack.cloud", "localhost.localstack.cloud"],
    ["sqs.us-east-1.amazonaws.com", "sqs.us-east-1.amazonaws.com"],
    ["sqs.localhost", "localhost"],
    ["127.0.0.1", "127.0.0.1"],
    ["[::1]", "[::1]"],
  ])("%s: queue URLs lead back to %s", async (name, base) => {
    const { status, text } = await ask(
      `${name}:${cloud.port}`,
      "/",
      { ...target, ...authorization("sqs") },
      { method: "POST", body: '{"QueueName":"hosts"}' },
    );
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ QueueUrl: `http://${base}:${cloud.port}/000000000000/hosts` });
  });

  test("a bucket as virtual host holds the same object as its path", async () => {
    const s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "assets" }));
    await s3.send(new PutObjectCommand({ Bucket: "assets", Key: "a/b.txt", Body: "content" }));
    s3.destroy();
    const signed = authorization("s3");
    for (const [host, path] of [
      ["localhost", "/assets/a/b.txt"],
      ["assets.s3.localhost.localstack.cloud", "/a/b.txt"],
      ["assets.s3.us-east-1.localhost.localstack.cloud", "/a/b.txt"],
      ["s3.localhost.localstack.cloud", "/assets/a/b.txt"],
      ["assets.s3.localhost", "/a/b.txt"],
    ] as const) {
      expect([host, await ask(`${host}:${cloud.port}`, path, signed)]).toEqual([
        host,
        { status: 200, text: "content" },
      ]);
    }
  });
});

describe("a 12-digit access key is an account", () => {
  const [ann, bob] = ["111111111111", "222222222222"] as const;

  test("which STS, ARNs and queue URLs name", async () => {
    const sts = new STSClient(clientOptions(cloud, ann));
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: ann, Arn: `arn:aws:iam::${ann}:root` });
    const sqs = new SQSClient(clientOptions(cloud, ann));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    expect(QueueUrl).toBe(`${cloud.endpoint}/${ann}/q`);
  });

  test("whose resources no other account sees, under the same names", async () => {
    const of = (account: string) => {
      const options = clientOptions(cloud, account);
      return {
        sqs: new SQSClient(options),
        dynamodb: new DynamoDBClient(options),
        iam: new IAMClient(options),
        s3: new S3Client({ ...options, forcePathStyle: true }),
      };
    };
    const [hers, his] = [of(ann), of(bob)];
    const create = async ({ sqs, dynamodb, iam }: typeof hers): Promise<void> => {
      await sqs.send(new CreateQueueCommand({ QueueName: "same" }));
      await dynamodb.send(
        new CreateTableCommand({
          TableName: "same",
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        }),
      );
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
      });
      await iam.send(new CreateRoleCommand({ RoleName: "same", AssumeRolePolicyDocument }));
    };
    await create(hers);
    await expect(his.sqs.send(new GetQueueUrlCommand({ QueueName: "same" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
    expect((await his.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    expect((await his.iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
    await create(his);
    const { Roles } = await his.iam.send(new ListRolesCommand({}));
    expect(Roles?.map(({ Arn }) => Arn)).toEqual([`arn:aws:iam::${bob}:role/same`]);

    // Bucket names are everybody's.
    await hers.s3.send(new CreateBucketCommand({ Bucket: "only-one" }));
    await expect(his.s3.send(new CreateBucketCommand({ Bucket: "only-one" }))).rejects.toMatchObject({
      name: "BucketAlreadyExists",
    });
    expect((await his.s3.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
  });

  test("and regions of one account are apart as well", async () => {
    const there = new SQSClient({ ...clientOptions(cloud, ann), region: "eu-west-1" });
    await expect(there.send(new GetQueueUrlCommand({ QueueName: "same" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
    there.destroy();
  });
});
