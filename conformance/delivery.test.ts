// Data Firehose: declared by Terraform, fed by the SDK for JavaScript, with a
// real function in between, and across a crash.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  GetQueryResultsCommand,
  PutLogEventsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
} from "@aws-sdk/client-firehose";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateStreamCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { CreateFunctionCommand, LambdaClient, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { clientOptions } from "./support/sdk.ts";
import { prepareTerraform } from "./support/terraform.ts";
import { zip } from "./support/zip.ts";

const folder = mkdtempSync(join(tmpdir(), "cumulet-delivery-"));
cpSync(join(import.meta.dirname, "delivery"), folder, { recursive: true });
const terraformVariables = await prepareTerraform(folder);

/** Firehose speaks to endpoints over TLS alone: one with a certificate that the cloud is told to trust. */
const certificate = makeCertificate();

function makeCertificate(): string | undefined {
  if (!available("openssl", ["version"])) return undefined;
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=DNS:localhost", "-keyout", join(folder, "key.pem")],
      ...["-out", join(folder, "certificate.pem")],
    ],
    { stdio: "ignore" },
  );
  return join(folder, "certificate.pem");
}

let cloud: RunningCloud;
let firehose: FirehoseClient;
let s3: S3Client;

beforeAll(async () => {
  cloud = await startCloud([], certificate === undefined ? {} : { NODE_EXTRA_CA_CERTS: certificate });
  firehose = new FirehoseClient(clientOptions(cloud));
  s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true, maxAttempts: 5 });
});
afterAll(async () => {
  firehose?.destroy();
  s3?.destroy();
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function objects(Bucket: string, Prefix = ""): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      found.set(Key!, Buffer.from(await Body!.transformToByteArray()));
    }
  }
  return found;
}

const put = (DeliveryStreamName: string, text: string) =>
  firehose.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data: Buffer.from(text) } }));

test("every acknowledged record is delivered once, over kill -9", { timeout: 60_000 }, async () => {
  await s3.send(new CreateBucketCommand({ Bucket: "crashed" }));
  const DeliveryStreamName = "crashed";
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName,
      ExtendedS3DestinationConfiguration: {
        RoleARN: "arn:aws:iam::000000000000:role/firehose",
        BucketARN: "arn:aws:s3:::crashed",
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
      },
    }),
  );
  await eventually(async () => {
    const shown = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));
    return shown.DeliveryStreamDescription?.DeliveryStreamStatus === "ACTIVE";
  });
  const once = new FirehoseClient({ ...clientOptions(cloud), maxAttempts: 1 });
  const acknowledged: string[] = [];
  let next = 0;
  for (const _round of [1, 2]) {
    let alive = true;
    const writer = async (): Promise<void> => {
      while (alive) {
        const ids = Array.from({ length: 10 }, () => `record-${next++}`);
        const Records = ids.map((id) => ({ Data: Buffer.from(`${id}\n`) }));
        const sent = await once
          .send(new PutRecordBatchCommand({ DeliveryStreamName, Records }))
          .catch(() => undefined);
        if (sent === undefined) return;
        acknowledged.push(...ids);
      }
    };
    const writers = [1, 2, 3, 4].map(writer);
    const enough = acknowledged.length + 300;
    await eventually(async () => acknowledged.length >= enough);
    await cloud.kill();
    alive = false;
    await Promise.all(writers);
    await cloud.restart();
  }
  once.destroy();
  const lines = async (): Promise<readonly string[]> =>
    [...(await objects("crashed")).values()].flatMap((body) => body.toString().trim().split("\n"));
  const delivered = await eventually(async () => {
    const found = await lines();
    const seen = new Set(found);
    return acknowledged.every((id) => seen.has(id)) && found;
  }, 30_000);
  expect(new Set(delivered).size).toBe(delivered.length);
});

test.skipIf(certificate === undefined)(
  "an endpoint gets records over TLS, again until it takes them",
  async () => {
    const requests: { readonly id: string | undefined; readonly body: string }[] = [];
    const options = { key: readFileSync(join(folder, "key.pem")), cert: readFileSync(certificate!) };
    const endpoint = createServer(options, async (request, response) => {
      const id = request.headers["x-amz-firehose-request-id"] as string | undefined;
      requests.push({ id, body: await text(request) });
      response.statusCode = requests.length === 1 ? 503 : 200;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ requestId: id, timestamp: 1 }));
    });
    await new Promise<void>((listening) => endpoint.listen(0, "127.0.0.1", listening));
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: "endpoint",
        HttpEndpointDestinationConfiguration: {
          EndpointConfiguration: { Url: `https://localhost:${(endpoint.address() as AddressInfo).port}/in` },
          BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
          S3Configuration: {
            RoleARN: "arn:aws:iam::000000000000:role/firehose",
            BucketARN: "arn:aws:s3:::crashed",
          },
        },
      }),
    );
    await eventually(() => put("endpoint", "hello").catch(() => undefined));
    await eventually(async () => requests.length === 2);
    endpoint.close();
    endpoint.closeAllConnections();
    const [first, second] = requests;
    expect(first?.id).toBe(second?.id);
    expect(JSON.parse(second!.body)).toMatchObject({
      requestId: second!.id,
      records: [{ data: Buffer.from("hello").toString("base64") }],
    });
  },
);

describe.skipIf(terraformVariables === undefined)("delivery by Terraform", { timeout: 180_000 }, () => {
  const options = () => ({ cwd: folder, env: { ...cloud.env, ...terraformVariables } });
  const terraform = (...parameters: string[]) => must("terraform", [...parameters, "-no-color"], options());

  beforeAll(async () => {
    const iam = new IAMClient(clientOptions(cloud));
    const lambda = new LambdaClient(clientOptions(cloud));
    const role = await iam.send(
      new CreateRoleCommand({
        RoleName: "function",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        }),
      }),
    );
    const kinesis = new KinesisClient(clientOptions(cloud));
    await kinesis.send(new CreateStreamCommand({ StreamName: "delivery-events", ShardCount: 1 }));
    kinesis.destroy();
    const source = `exports.handler = async ({ records }) => ({ records: records.map(({ recordId, data }) => {
      const value = JSON.parse(Buffer.from(data, "base64"));
      const changed = Buffer.from(JSON.stringify({ ...value, seen: true })).toString("base64");
      return { recordId, result: value.kind === "drop" ? "Dropped" : "Ok", data: changed };
    }) });`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "delivery",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: role.Role!.Arn,
        Code: { ZipFile: await zip({ "index.js": source }) },
      }),
    );
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 20 }, { FunctionName: "delivery" });
    iam.destroy();
    lambda.destroy();
  });

  test("is applied, and a second plan is empty", async () => {
    await terraform("apply", "-auto-approve", "-input=false", "-parallelism=30");
    const plan = await run("terraform", ["plan", "-detailed-exitcode", "-no-color"], options());
    expect(plan.stdout).toContain("No changes");
    expect(plan.code).toBe(0);
  });

  test("records arrive as the prefix says", async () => {
    await put("delivery-plain", '{"a":1}\n');
    const [object] = await eventually(async () => {
      const found = [...(await objects("delivery-lake", "plain/"))];
      return found.length > 0 && found;
    });
    const [key, body] = object!;
    expect(key).toMatch(
      /^plain\/\d{4}\/delivery-plain-1-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}\.ndjson$/,
    );
    expect(body.toString()).toBe('{"a":1}\n');
  });

  test("records are taken apart, changed by a function, and parted", async () => {
    await put("delivery-parted", '{"kind":"a","n":1}{"kind":"b","n":2}{"kind":"drop"}');
    const found = await eventually(async () => {
      const all = await objects("delivery-lake", "parted/");
      return all.size >= 2 && all;
    });
    const texts = [...found].map(([key, body]) => [key.split("/")[1], gunzipSync(body).toString()]);
    expect(Object.fromEntries(texts)).toEqual({
      a: '{"kind":"a","n":1,"seen":true}\n',
      b: '{"kind":"b","n":2,"seen":true}\n',
    });
  });

  test("log events that match come to the bucket, and are found by a query", async () => {
    const logs = new CloudWatchLogsClient(clientOptions(cloud));
    const stream = { logGroupName: "delivery-app", logStreamName: "one" };
    await logs.send(new CreateLogStreamCommand(stream));
    const messages = ['{"level":"error","ms":7}', '{"level":"info","ms":1}', '{"level":"error","ms":9}'];
    const timestamp = Date.now();
    const logEvents = messages.map((message) => ({ timestamp, message }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    const delivered = await eventually(async () => {
      const found = [...(await objects("delivery-lake", "logs/")).values()];
      return found.some((body) => body.includes("error")) && Buffer.concat(found).toString();
    });
    expect(delivered).toBe(`${messages[0]}\n${messages[2]}\n`);
    const { queryId } = await logs.send(
      new StartQueryCommand({
        logGroupName: "delivery-app",
        startTime: Math.floor(timestamp / 1000) - 60,
        endTime: Math.floor(timestamp / 1000) + 60,
        queryString: "stats count(*) as n, max(ms) as most by level | sort n desc",
      }),
    );
    const { results } = await eventually(async () => {
      const answer = await logs.send(new GetQueryResultsCommand({ queryId }));
      return answer.status === "Complete" && answer;
    });
    expect(results?.map((row) => row.map(({ value }) => value))).toEqual([
      ["error", "2", "9"],
      ["info", "1", "1"],
    ]);
    logs.destroy();
  });

  test("is destroyed", async () => {
    await terraform("destroy", "-auto-approve", "-input=false", "-refresh=false", "-parallelism=30");
    expect(await terraform("state", "list")).toBe("");
  });
});
