// The AWS SDK for JavaScript v3, unmodified: queues, tables, identities, and
// what only a real client does (digests, waiters, paginators, error classes).

import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
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

test("CloudWatch, in CBOR, says by name that an operation is not there", async () => {
  const call = client(CloudWatchClient).send(new PutMetricDataCommand({ Namespace: "n", MetricData: [] }));
  await expect(call).rejects.toMatchObject({
    name: "NotImplemented",
    message: expect.stringContaining("PutMetricData"),
    $metadata: { httpStatusCode: 501 },
  });
});
