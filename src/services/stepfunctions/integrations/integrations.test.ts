import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault } from "../../../core/fault.ts";
import { defineService, type ServiceDefinition } from "../../../core/service.ts";
import type { Batch } from "../../../model/generated/batch.d.ts";
import type { Ecs } from "../../../model/generated/ecs.d.ts";
import type { Events } from "../../../model/generated/events.d.ts";
import type { Lambda } from "../../../model/generated/lambda.d.ts";
import type { Stepfunctions } from "../../../model/generated/stepfunctions.d.ts";
import { modelOf, type ServiceTypes } from "../../../model/handle.ts";
import { loadIndex, loadModel } from "../../../model/load.ts";
import dynamodb from "../../dynamodb/index.ts";
import s3 from "../../s3/index.ts";
import sqs from "../../sqs/index.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import type { Json } from "../asl/data/scope.ts";
import { integrationFor } from "./index.ts";
import { aimFor, serviceContext } from "./test-aim.ts";

type Handlers<S extends ServiceTypes> = Parameters<typeof defineService<S>>[0]["operations"];

/** A service of which only some operations exist, to answer as the test wants. */
function scripted<S extends ServiceTypes>(name: string, operations: Handlers<S>): ServiceDefinition {
  return defineService<S>({ model: modelOf<S>(name), resources: [], operations });
}

let cloud: TestCloud;
const start = async (...services: readonly ServiceDefinition[]): Promise<void> => {
  cloud = await testCloud(services);
};
afterEach(() => cloud.stop());

const run = (resource: string, input: Json): Promise<Json> =>
  integrationFor(resource)!.run(aimFor(resource, input), serviceContext(cloud));
const failure = async (resource: string, input: Json): Promise<{ error: string; cause: string }> => {
  const thrown = await run(resource, input).then(
    () => expect.unreachable("The task did not fail."),
    (error: unknown) => error as { readonly error: string; readonly cause: string },
  );
  return { error: thrown.error, cause: thrown.cause };
};

describe("aws-sdk integrations", () => {
  beforeEach(() => start(dynamodb, s3, sqs));

  it("call any operation by camel case with parameters in Pascal case", async () => {
    const made = await run("arn:aws:states:::aws-sdk:sqs:createQueue", {
      QueueName: "q",
      Attributes: { VisibilityTimeout: 5 },
    });
    expect(made).toEqual({ QueueUrl: "http://localhost:4566/000000000000/q" });
    const sent = await run("arn:aws:states:::aws-sdk:sqs:sendMessage", {
      QueueUrl: (made as { QueueUrl: string }).QueueUrl,
      MessageBody: { order: 7 },
    });
    expect(sent).toMatchObject({ Md5OfMessageBody: expect.any(String), MessageId: expect.any(String) });
    const received = await cloud.call("sqs", "ReceiveMessage", {
      QueueUrl: (made as { QueueUrl: string }).QueueUrl,
    });
    expect(received.Messages[0].Body).toBe('{"order":7}');
  });

  it("name what AWS's SDK for Java names, in both directions", async () => {
    await cloud.call("dynamodb", "CreateTable", {
      TableName: "table",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    await cloud.advance(60_000);
    await run("arn:aws:states:::aws-sdk:dynamodb:putItem", {
      TableName: "table",
      Item: { id: { S: "1" }, yes: { Bool: true }, none: { Nul: true }, list: { L: [{ N: "1" }] } },
    });
    expect(
      await run("arn:aws:states:::aws-sdk:dynamodb:getItem", { TableName: "table", Key: { id: { S: "1" } } }),
    ).toEqual({
      Item: { id: { S: "1" }, yes: { Bool: true }, none: { Nul: true }, list: { L: [{ N: "1" }] } },
    });
  });

  it("write and read the bodies of objects, and give times in ISO 8601", async () => {
    await cloud.call("s3", "CreateBucket", { Bucket: "bucket" });
    const put = await run("arn:aws:states:::aws-sdk:s3:putObject", {
      Bucket: "bucket",
      Key: "k",
      Body: { a: 1 },
    });
    expect(put).toMatchObject({ ETag: expect.any(String) });
    expect(await run("arn:aws:states:::aws-sdk:s3:getObject", { Bucket: "bucket", Key: "k" })).toMatchObject({
      Body: '{"a":1}',
      ContentLength: 7,
      LastModified: "2024-01-01T00:00:00Z",
    });
  });

  it("fail by the service's prefix and the exception's name", async () => {
    const missing = await failure("arn:aws:states:::aws-sdk:s3:getObject", { Bucket: "nobody", Key: "k" });
    expect(missing.error).toBe("S3.NoSuchBucketException");
    expect(missing.cause).toMatch(
      /^The specified bucket does not exist \(Service: S3, Status Code: 404, Request ID: [0-9a-f-]{36}\)$/,
    );
    const table = await failure("arn:aws:states:::aws-sdk:dynamodb:describeTable", { TableName: "none" });
    expect(table.error).toBe("DynamoDb.ResourceNotFoundException");
    const bad = await failure("arn:aws:states:::aws-sdk:dynamodb:describeTable", { TableName: "?" });
    expect(bad.error).toBe("DynamoDb.DynamoDbException");
  });

  it("fail with an error that names a service that does not exist yet", async () => {
    const { error, cause } = await failure("arn:aws:states:::aws-sdk:quicksight:listUsers", {
      AwsAccountId: "000000000000",
      Namespace: "default",
    });
    expect(error).toBe("QuickSight.NotImplementedException");
    expect(cause).toContain("quicksight:ListUsers");
  });

  it("refuse a field that the operation does not have", async () => {
    expect(await failure("arn:aws:states:::aws-sdk:sqs:createQueue", { queueName: "q" })).toEqual({
      error: "States.Runtime",
      cause: 'The field "queueName" is not supported by Step Functions',
    });
  });

  it("exist for every operation of every model", () => {
    for (const { name, serviceId } of loadIndex()) {
      const service = serviceId.toLowerCase().replace(/[^a-z0-9]/g, "");
      const operation = loadModel(name).operations.keys().next().value!;
      const api = operation.charAt(0).toLowerCase() + operation.slice(1);
      expect(integrationFor(`arn:aws:states:::aws-sdk:${service}:${api}`), `${service}:${api}`).toBeDefined();
    }
  });
});

describe("a resource that AWS does not know", () => {
  beforeEach(() => start());
  it.each([
    "arn:aws:states:::sqs:receiveMessage",
    "arn:aws:states:::sqs:sendMessage.sync",
    "arn:aws:states:::dynamodb:getItem.waitForTaskToken",
    "arn:aws:states:::lambda:invoke.sync",
    "arn:aws:states:::aws-sdk:nothing:getIt",
    "arn:aws:states:::bedrock:invokeModel.sync",
    "arn:aws:states:::eks:runJob.waitForTaskToken",
    "arn:aws:states:::aws-sdk:sqs:SendMessage",
    "arn:aws:states:::aws-sdk:sqs:sendMessage.sync",
    "arn:aws:states:::states:startExecution.sync:3",
    "arn:aws:sqs:us-east-1:000000000000:q",
    "text",
  ])("%s has no integration", (resource) => {
    expect(integrationFor(resource)).toBeUndefined();
  });
});

describe("a service that is not here at all", () => {
  beforeEach(() => start());
  it.each([
    ["aws-sdk:comprehend:detectSentiment", "Comprehend", "comprehend:DetectSentiment"],
    ["aws-sdk:bedrockruntime:converse", "BedrockRuntime", "bedrockruntime:Converse"],
    ["bedrock:invokeModel", "Bedrock", "bedrock:InvokeModel"],
    ["elasticmapreduce:createCluster.sync", "ElasticMapReduce", "elasticmapreduce:CreateCluster"],
    ["eks:runJob.sync", "EKS", "eks:RunJob"],
  ])("%s fails, and the error names it", async (resource, prefix, named) => {
    await expect(run(`arn:aws:states:::${resource}`, {})).rejects.toMatchObject({
      error: `${prefix}.NotImplementedException`,
      cause: expect.stringContaining(named),
    });
  });
});

describe("optimized integrations", () => {
  const metadata = {
    SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
    SdkResponseMetadata: { RequestId: expect.any(String) },
  };

  it("send messages whose body is JSON", async () => {
    await start(sqs);
    const { QueueUrl } = await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
    const sent = await run("arn:aws:states:::sqs:sendMessage", { QueueUrl, MessageBody: { a: [1] } });
    expect(sent).toEqual({
      MD5OfMessageBody: expect.any(String),
      MessageId: expect.any(String),
      ...metadata,
    });
    const { error, cause } = await failure("arn:aws:states:::sqs:sendMessage", {
      QueueUrl: `${QueueUrl}-not`,
      MessageBody: "x",
    });
    expect(error).toBe("SQS.QueueDoesNotExistException");
    expect(cause).toContain("(Service: AmazonSQS; Status Code: 400; Error Code: ");
  });

  it("fail on a condition of DynamoDB by its name", async () => {
    await start(dynamodb);
    await cloud.call("dynamodb", "CreateTable", {
      TableName: "table",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    await cloud.advance(60_000);
    const put = {
      TableName: "table",
      Item: { id: { S: "1" }, yes: { BOOL: true } },
      ConditionExpression: "attribute_not_exists(id)",
    };
    expect(await run("arn:aws:states:::dynamodb:putItem", put)).toEqual(metadata);
    expect((await failure("arn:aws:states:::dynamodb:putItem", put)).error).toBe(
      "DynamoDB.ConditionalCheckFailedException",
    );
    expect(
      await run("arn:aws:states:::dynamodb:getItem", { TableName: "table", Key: { id: { S: "1" } } }),
    ).toMatchObject({ Item: { yes: { BOOL: true } } });
  });

  it("invoke a function and give its payload as JSON", async () => {
    const payloads: string[] = [];
    await start(
      scripted<Lambda>("lambda", {
        Invoke: async ({ FunctionName, Payload }) => {
          payloads.push(Buffer.from(Payload ?? []).toString());
          if (FunctionName.endsWith("fails")) {
            const thrown = { errorType: "OrderError", errorMessage: "no", trace: [] };
            return {
              StatusCode: 200,
              FunctionError: "Unhandled",
              Payload: Buffer.from(JSON.stringify(thrown)),
            };
          }
          if (FunctionName.endsWith("odd")) {
            return { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from("{}") };
          }
          if (FunctionName.endsWith("gone")) {
            throw fault(modelOf<Lambda>("lambda"), "ResourceNotFoundException", "Function not found: gone");
          }
          return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: Buffer.from('{"ok":true}') };
        },
      }),
    );
    expect(await run("arn:aws:states:::lambda:invoke", { FunctionName: "greet", Payload: { a: 1 } })).toEqual(
      { ExecutedVersion: "$LATEST", Payload: { ok: true }, StatusCode: 200, ...metadata },
    );
    expect(await run("arn:aws:lambda:us-east-1:000000000000:function:greet:7", "text")).toEqual({ ok: true });
    expect(payloads).toEqual(['{"a":1}', '"text"']);
    expect(await failure("arn:aws:lambda:us-east-1:000000000000:function:fails", {})).toEqual({
      error: "OrderError",
      cause: '{"errorType":"OrderError","errorMessage":"no","trace":[]}',
    });
    expect((await failure("arn:aws:states:::lambda:invoke", { FunctionName: "odd" })).error).toBe(
      "Lambda.Unknown",
    );
    expect((await failure("arn:aws:states:::lambda:invoke", { FunctionName: "gone" })).error).toBe(
      "Lambda.ResourceNotFoundException",
    );
  });

  it("add the execution to the resources of events, and fail where an entry failed", async () => {
    let failed = 0;
    let entries: unknown;
    await start(
      scripted<Events>("events", {
        PutEvents: async ({ Entries }) => {
          entries = Entries;
          return { FailedEntryCount: failed, Entries: [] };
        },
      }),
    );
    const input = { Entries: [{ Source: "s", DetailType: "d", Detail: { a: 1 }, Resources: ["own"] }] };
    await run("arn:aws:states:::events:putEvents", input);
    expect(entries).toEqual([
      {
        Source: "s",
        DetailType: "d",
        Detail: '{"a":1}',
        Resources: ["own", "arn:aws:states:us-east-1:000000000000:execution:m:e"],
      },
    ]);
    failed = 1;
    expect((await failure("arn:aws:states:::events:putEvents", input)).error).toBe("EventBridge.FailedEntry");
  });
});

describe(".sync", () => {
  const poll = async (resource: string, input: Json, started: Json): Promise<Json | undefined> =>
    integrationFor(resource)!.poll!(started, aimFor(resource, input), serviceContext(cloud));

  it("sees the end of a nested execution, as text or as JSON", async () => {
    let status: "RUNNING" | "SUCCEEDED" | "FAILED" = "RUNNING";
    const arn = "arn:aws:states:us-east-1:000000000000:execution:inner:x";
    const inputs: string[] = [];
    await start(
      scripted<Stepfunctions>("stepfunctions", {
        StartExecution: async ({ input }) => {
          inputs.push(input ?? "");
          return { executionArn: arn, startDate: 5 };
        },
        DescribeExecution: async () => ({
          executionArn: arn,
          stateMachineArn: "m",
          status,
          startDate: 5,
          input: '{"a":1}',
          ...(status === "SUCCEEDED" ? { output: '{"b":2}' } : {}),
        }),
      }),
    );
    const resource = "arn:aws:states:::states:startExecution.sync:2";
    const input = {
      StateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:inner",
      Input: { a: 1 },
    };
    const started = await run(resource, input);
    expect(inputs).toEqual(['{"a":1}']);
    expect(started).toMatchObject({ ExecutionArn: arn, StartDate: 5 });
    expect(await poll(resource, input, started)).toBeUndefined();
    status = "SUCCEEDED";
    expect(await poll(resource, input, started)).toMatchObject({
      Output: { b: 2 },
      Input: { a: 1 },
      Status: "SUCCEEDED",
    });
    expect(await poll("arn:aws:states:::states:startExecution.sync", input, started)).toMatchObject({
      Output: '{"b":2}',
    });
    status = "FAILED";
    await expect(poll(resource, input, started)).rejects.toMatchObject({
      error: "States.TaskFailed",
      cause: expect.stringContaining('"Status":"FAILED"'),
    });
  });

  it("sees the end of a batch job", async () => {
    let status: "RUNNING" | "SUCCEEDED" | "FAILED" = "RUNNING";
    await start(
      scripted<Batch>("batch", {
        SubmitJob: async ({ jobName }) => ({ jobName, jobId: "j" }),
        DescribeJobs: async ({ jobs }) => ({
          jobs: [{ jobName: "n", jobId: jobs[0]!, jobQueue: "q", status, startedAt: 5, jobDefinition: "d" }],
        }),
      }),
    );
    const resource = "arn:aws:states:::batch:submitJob.sync";
    const input = { JobName: "n", JobQueue: "q", JobDefinition: "d" };
    const started = await run(resource, input);
    expect(await poll(resource, input, started)).toBeUndefined();
    status = "SUCCEEDED";
    expect(await poll(resource, input, started)).toMatchObject({
      JobId: "j",
      Status: "SUCCEEDED",
      StartedAt: 5,
    });
    status = "FAILED";
    await expect(poll(resource, input, started)).rejects.toMatchObject({ error: "States.TaskFailed" });
  });

  it("fails where a container of an ECS task has failed", async () => {
    let exitCode = 0;
    await start(
      scripted<Ecs>("ecs", {
        RunTask: async () => ({ tasks: [{ taskArn: "t" }], failures: [] }),
        DescribeTasks: async () => ({
          tasks: [{ taskArn: "t", lastStatus: "STOPPED", containers: [{ exitCode }] }],
        }),
      }),
    );
    const resource = "arn:aws:states:::ecs:runTask.sync";
    const input = { Cluster: "c", TaskDefinition: "d" };
    const started = await run(resource, input);
    expect(await poll(resource, input, started)).toMatchObject({ TaskArn: "t", LastStatus: "STOPPED" });
    exitCode = 1;
    await expect(poll(resource, input, started)).rejects.toMatchObject({ error: "States.TaskFailed" });
  });
});
