// A tour through the AWS CLI, service by service: what a person types first.
// Each call costs most of a second of processor time, so it is not a long one.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { available, eventually, must, run } from "./support/client.ts";
import { type RunningCloud, startCloud } from "./support/cloud.ts";
import { zip } from "./support/zip.ts";

// biome-ignore lint/suspicious/noExplicitAny: the CLI's JSON, read freely.
type Json = any;

const folder = mkdtempSync(join(tmpdir(), "cumulet-cli-"));
const path = (name: string): string => join(folder, name);
let cloud: RunningCloud;

/** Version 1 does not read AWS_ENDPOINT_URL for SQS, so that the endpoint is an option here. */
const options = (parameters: readonly string[]): string[] => [
  "--endpoint-url",
  cloud.endpoint,
  ...parameters,
];

async function aws(...parameters: string[]): Promise<Json> {
  const env = { ...cloud.env, AWS_CONFIG_FILE: path("config") };
  const text = await must("aws", options(parameters), { env, cwd: folder });
  return text.trim().startsWith("{") ? JSON.parse(text) : text;
}

/** What a command that must fail says. */
async function fails(...parameters: string[]): Promise<string> {
  const { code, stderr } = await run("aws", options(parameters), { env: cloud.env, cwd: folder });
  expect(code).not.toBe(0);
  return stderr.trim();
}

describe.skipIf(!available("aws"))("the AWS CLI", () => {
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(async () => {
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("sqs: a queue, its messages, its attributes", async () => {
    const { QueueUrl } = await aws(
      "sqs",
      "create-queue",
      "--queue-name",
      "q",
      "--attributes",
      "VisibilityTimeout=5",
    );
    expect(QueueUrl).toBe(`${cloud.endpoint}/000000000000/q`);
    const body = '{"id": 1, "text": "grüße"}';
    const [sent, attributes, absent] = await Promise.all([
      aws("sqs", "send-message", "--queue-url", QueueUrl, "--message-body", body),
      aws("sqs", "get-queue-attributes", "--queue-url", QueueUrl, "--attribute-names", "All"),
      fails("sqs", "get-queue-url", "--queue-name", "absent"),
    ]);
    expect(attributes.Attributes.VisibilityTimeout).toBe("5");
    expect(absent).toBe(
      "An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the GetQueueUrl operation: The specified queue does not exist.",
    );
    const { Messages } = await aws(
      "sqs",
      "receive-message",
      "--queue-url",
      QueueUrl,
      "--wait-time-seconds",
      "5",
    );
    expect(Messages[0]).toMatchObject({
      MessageId: sent.MessageId,
      Body: body,
      MD5OfBody: sent.MD5OfMessageBody,
    });
    const handle = ["--receipt-handle", Messages[0].ReceiptHandle];
    expect(await aws("sqs", "delete-message", "--queue-url", QueueUrl, ...handle)).toBe("");
  });

  test("dynamodb: a table, items, a query", async () => {
    const attributes = ["AttributeName=pk,AttributeType=S", "AttributeName=sk,AttributeType=N"];
    const keys = ["AttributeName=pk,KeyType=HASH", "AttributeName=sk,KeyType=RANGE"];
    const table = ["--table-name", "orders"];
    await aws(
      ...["dynamodb", "create-table", ...table, "--billing-mode", "PAY_PER_REQUEST"],
      ...["--attribute-definitions", ...attributes, "--key-schema", ...keys],
    );
    await aws("dynamodb", "wait", "table-exists", ...table);
    const put = (sk: number): Promise<Json> =>
      aws(
        "dynamodb",
        "put-item",
        ...table,
        "--item",
        `{"pk":{"S":"ann"},"sk":{"N":"${sk}"},"amount":{"N":"1.50"}}`,
      );
    await Promise.all([put(10), put(9)]);
    const values = ["--expression-attribute-values", '{":p":{"S":"ann"}}'];
    const [found, scanned, refused] = await Promise.all([
      aws("dynamodb", "query", ...table, "--key-condition-expression", "pk = :p", ...values),
      aws("dynamodb", "scan", ...table, "--query", "Items[].amount.N", "--output", "text"),
      fails("dynamodb", "get-item", ...table, "--key", '{"pk":{"S":"ann"}}'),
    ]);
    expect(found.Items.map((item: Json) => item.sk.N)).toEqual(["9", "10"]);
    expect(scanned.trim().split(/\s+/)).toEqual(["1.5", "1.5"]);
    expect(refused).toContain(
      "(ValidationException) when calling the GetItem operation: The provided key element does not match the schema",
    );
  });

  test("s3: a bucket, files to and fro, in parts and presigned", async () => {
    // Left alone, version 1 presigns for us-east-1 with Signature Version 2, which is refused here.
    writeFileSync(path("config"), "[default]\ns3 =\n  signature_version = s3v4\n");
    writeFileSync(path("small.txt"), "content");
    writeFileSync(path("large.bin"), Buffer.alloc(9 * 1024 * 1024, "abc"));
    expect(await aws("s3", "mb", "s3://files")).toContain("make_bucket: files");
    await Promise.all([
      aws("s3", "cp", "small.txt", "s3://files/docs/small.txt"),
      aws("s3", "cp", "large.bin", "s3://files/large.bin", "--no-progress"),
    ]);
    const [listed, url, head] = await Promise.all([
      aws("s3", "ls", "s3://files", "--recursive"),
      aws("s3", "presign", "s3://files/docs/small.txt"),
      aws("s3api", "head-object", "--bucket", "files", "--key", "large.bin"),
      aws("s3", "cp", "s3://files/large.bin", "back.bin", "--no-progress"),
    ]);
    expect(listed).toMatch(/ 7 docs\/small\.txt\n.* 9437184 large\.bin\n/);
    expect(head.ETag).toMatch(/-2"$/);
    expect(readFileSync(path("back.bin")).equals(readFileSync(path("large.bin")))).toBe(true);
    expect(await (await fetch(url.trim())).text()).toBe("content");
    expect(await fails("s3", "rb", "s3://files")).toContain("BucketNotEmpty");
    expect(await aws("s3", "rb", "s3://files", "--force")).toContain("remove_bucket: files");
  });

  test("iam, sts, lambda and logs: a role, a function, what it logs", async () => {
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    };
    writeFileSync(path("trust.json"), JSON.stringify(trust));
    writeFileSync(
      path("code.zip"),
      await zip({
        "app.py":
          "def handler(event, context):\n    print('hello', event['name'])\n    return {'length': len(event['name'])}\n",
      }),
    );
    const [{ Role }, identity] = await Promise.all([
      aws("iam", "create-role", "--role-name", "app", "--assume-role-policy-document", "file://trust.json"),
      aws("sts", "get-caller-identity"),
    ]);
    expect(identity).toEqual({
      UserId: "000000000000",
      Account: "000000000000",
      Arn: "arn:aws:iam::000000000000:root",
    });
    const managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    const created = await aws(
      ...["lambda", "create-function", "--function-name", "greet", "--runtime", "python3.12"],
      ...["--handler", "app.handler", "--role", Role.Arn, "--zip-file", "fileb://code.zip"],
    );
    expect(created.FunctionArn).toBe("arn:aws:lambda:us-east-1:000000000000:function:greet");
    await Promise.all([
      aws("lambda", "wait", "function-active-v2", "--function-name", "greet"),
      aws("iam", "attach-role-policy", "--role-name", "app", "--policy-arn", managed),
    ]);
    const payload = ["--payload", '{"name":"ann"}', "--cli-binary-format", "raw-in-base64-out"];
    const version1 = ["--payload", '{"name":"ann"}'];
    const isVersion1 = (await run("aws", ["--version"], { env: cloud.env })).stdout.startsWith("aws-cli/1.");
    const [invoked, policies, unattached] = await Promise.all([
      aws("lambda", "invoke", "--function-name", "greet", ...(isVersion1 ? version1 : payload), "out.json"),
      aws("iam", "list-attached-role-policies", "--role-name", "app"),
      fails("iam", "delete-role", "--role-name", "app"),
    ]);
    expect(invoked).toEqual({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(JSON.parse(readFileSync(path("out.json"), "utf8"))).toEqual({ length: 3 });
    expect(policies.AttachedPolicies).toEqual([
      { PolicyName: "AWSLambdaBasicExecutionRole", PolicyArn: managed },
    ]);
    expect(unattached).toContain("(DeleteConflict)");
    const tail = await eventually(async () => {
      const text = isVersion1
        ? await aws("logs", "filter-log-events", "--log-group-name", "/aws/lambda/greet", "--output", "text")
        : await aws("logs", "tail", "/aws/lambda/greet", "--format", "short");
      return text.includes("REPORT") && text;
    });
    for (const part of ["START RequestId: ", "hello ann", "END RequestId: ", "Billed Duration: "]) {
      expect(tail).toContain(part);
    }
  });

  test("kinesis and pipes: a stream, a pipe, a record at its end", async () => {
    const arn = (service: string, resource: string): string =>
      `arn:aws:${service}:us-east-1:000000000000:${resource}`;
    const [{ QueueUrl }] = await Promise.all([
      aws("sqs", "create-queue", "--queue-name", "piped"),
      aws("kinesis", "create-stream", "--stream-name", "s", "--shard-count", "1"),
    ]);
    writeFileSync(path("record.json"), '{"n":7}');
    const created = await aws(
      "pipes",
      "create-pipe",
      ...["--name", "p", "--role-arn", "arn:aws:iam::000000000000:role/pipe"],
      ...["--source", arn("kinesis", "stream/s"), "--target", arn("sqs", "piped")],
      ...["--source-parameters", "KinesisStreamParameters={StartingPosition=TRIM_HORIZON,BatchSize=5}"],
      ...["--target-parameters", '{"InputTemplate":"got <$.data.n>"}'],
    );
    expect(created).toMatchObject({ Arn: arn("pipes", "pipe/p"), CurrentState: "CREATING" });
    const [{ Pipes }] = await Promise.all([
      aws("pipes", "list-pipes", "--name-prefix", "p"),
      aws(
        ...["kinesis", "put-record", "--stream-name", "s"],
        ...["--partition-key", "k", "--data", "fileb://record.json"],
      ),
    ]);
    const { Messages } = await aws(
      ...["sqs", "receive-message", "--queue-url", QueueUrl, "--wait-time-seconds", "20"],
    );
    expect(Messages[0].Body).toBe("got 7");
    expect(Pipes).toHaveLength(1);
  });

  test("what is not there says so", async () => {
    const [accounts, metric] = await Promise.all([
      fails("organizations", "list-accounts"),
      fails("cloudwatch", "list-metrics"),
    ]);
    expect(accounts).toBe(
      "An error occurred (NotImplemented) when calling the ListAccounts operation: Cumulet does not implement organizations:ListAccounts yet.",
    );
    expect(metric).toContain("(NotImplemented) when calling the ListMetrics operation");
  });
});
