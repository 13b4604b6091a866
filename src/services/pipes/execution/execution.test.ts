import { afterEach, describe, expect, it } from "vitest";
import { arn, type PipesCloud, pipesCloud, queueArn } from "../testing/fixtures.ts";

let cloud: PipesCloud;
afterEach(() => cloud.stop());

type Events = readonly Readonly<Record<string, unknown>>[];

async function start(functions: Parameters<typeof pipesCloud>[0] = {}): Promise<void> {
  cloud = await pipesCloud(functions);
  await cloud.queue("in");
  await cloud.queue("out");
}

const template = (InputTemplate: string) => ({ TargetParameters: { InputTemplate } });
const functionArn = (name: string) => arn("lambda", `function:${name}`);
const parsed = (bodies: readonly string[]) => bodies.map((body) => JSON.parse(body) as unknown);

describe("from queue to queue", () => {
  it("hands messages over as they are, and deletes them", async () => {
    await start();
    await cloud.pipe();
    const messageId = await cloud.send("in", '{"n":1}', {
      MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
    });
    await cloud.settle();
    expect(parsed(await cloud.bodies("out"))).toEqual([
      expect.objectContaining({
        messageId,
        body: '{"n":1}',
        messageAttributes: { kind: expect.objectContaining({ stringValue: "x", dataType: "String" }) },
        eventSource: "aws:sqs",
        eventSourceARN: queueArn("in"),
        awsRegion: "us-east-1",
      }),
    ]);
    await cloud.advance(120_000);
    expect(await cloud.bodies("in")).toEqual([]);
  });

  it.each([
    ["text", "Hello, sender", "Hello, sender"],
    ["a path alone", "<$.body.name>", "Ann"],
    ["a path in a text", "Hello <$.body.name>, <$.body.age>!", "Hello Ann, 7!"],
    ["JSON", '{"name": <$.body.name>, "age": <$.body.age>}', '{"name": "Ann", "age": 7}'],
    ["quoted", '{"name": "<$.body.name>"}', '{"name": "Ann"}'],
    ["escaped", '{"all": "<$.body.quote>"}', '{"all": "say \\"yes\\""}'],
    ["an object", '{"address": <$.body.address>}', '{"address": {"city":"Bonn"}}'],
    ["an item", '["<$.body.list[1]>"]', '["b"]'],
    ["items", "<$.body.list[*]>", '["a","b"]'],
    ["nothing", '{"none": <$.body.missing>}', '{"none": ""}'],
    ["the pipe", "<aws.pipes.pipe-name> <aws.pipes.source-arn>", `p ${queueArn("in")}`],
    ["the time", '"<aws.pipes.event.ingestion-time>"', '"2024-01-01T00:00:00.000Z"'],
  ])("applies a template: %s", async (_what, InputTemplate, expected) => {
    await start();
    await cloud.pipe(template(InputTemplate));
    const body = { name: "Ann", age: 7, quote: 'say "yes"', address: { city: "Bonn" }, list: ["a", "b"] };
    await cloud.send("in", JSON.stringify(body));
    await cloud.settle();
    expect(await cloud.bodies("out")).toEqual([expected]);
  });

  it("shows the whole event, its body decoded or not", async () => {
    await start();
    await cloud.pipe(template('{"event": <aws.pipes.event>, "json": <aws.pipes.event.json>}'));
    await cloud.send("in", '{"n":1}');
    await cloud.settle();
    expect(parsed(await cloud.bodies("out"))).toEqual([
      {
        event: expect.objectContaining({ body: '{"n":1}' }),
        json: expect.objectContaining({ body: { n: 1 } }),
      },
    ]);
  });

  it("takes target parameters from the event", async () => {
    await start();
    await cloud.queue("out.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
    await cloud.pipe({
      Target: queueArn("out.fifo"),
      TargetParameters: {
        InputTemplate: "<$.body.n>",
        SqsQueueParameters: { MessageGroupId: "$.body.group", MessageDeduplicationId: "$.messageId" },
      },
    });
    for (const n of [1, 2, 3]) await cloud.send("in", JSON.stringify({ n, group: `g${n % 2}` }));
    await cloud.settle();
    const { Messages } = await cloud.call("sqs", "ReceiveMessage", {
      QueueUrl: "http://localhost:4566/000000000000/out.fifo",
      MaxNumberOfMessages: 10,
      AttributeNames: ["All"],
    });
    expect(
      Messages.map((message: { readonly Body: string; readonly Attributes: Record<string, string> }) => [
        message.Body,
        message.Attributes.MessageGroupId,
      ]).toSorted(),
    ).toEqual([
      ["1", "g1"],
      ["2", "g0"],
      ["3", "g1"],
    ]);
  });

  it("gives log events the time that they name", async () => {
    await start();
    await cloud.call("logs", "CreateLogGroup", { logGroupName: "g" });
    const Timestamp = "$.body.at";
    await cloud.pipe({
      Target: arn("logs", "log-group:g"),
      TargetParameters: {
        InputTemplate: "<$.body.n>",
        CloudWatchLogsParameters: { LogStreamName: "s", Timestamp },
      },
    });
    await cloud.send("in", '{"n":1,"at":"2023-12-31T00:00:00Z"}');
    await cloud.settle();
    const { events } = await cloud.call("logs", "GetLogEvents", { logGroupName: "g", logStreamName: "s" });
    expect(events).toMatchObject([{ timestamp: Date.UTC(2023, 11, 31), message: "1" }]);
  });

  it("passes only what the filter wants, and deletes the rest", async () => {
    await start();
    const Filters = [{ Pattern: '{"body":{"kind":["order"]}}' }];
    await cloud.pipe({ SourceParameters: { FilterCriteria: { Filters } }, ...template("<$.body.n>") });
    for (const [n, kind] of ["order", "other", "order"].entries()) {
      await cloud.send("in", JSON.stringify({ n, kind }));
    }
    await cloud.send("in", "plain text");
    await cloud.settle();
    expect([...(await cloud.bodies("out"))].sort()).toEqual(["0", "2"]);
    await cloud.advance(120_000);
    expect(await cloud.bodies("in")).toEqual([]);
  });

  it("says what is wrong while the target is missing, and delivers when it is there", async () => {
    await start();
    await cloud.pipe({ Target: queueArn("late"), ...template("<$.body>") });
    await cloud.send("in", "a");
    await cloud.settle();
    const { CurrentState, StateReason } = await cloud.call("pipes", "DescribePipe", { Name: "p" });
    expect([CurrentState, StateReason]).toEqual(["RUNNING", "The specified queue does not exist."]);
    await cloud.queue("late");
    await cloud.advance(60_000);
    expect(await cloud.bodies("late")).toEqual(["a"]);
    expect((await cloud.call("pipes", "DescribePipe", { Name: "p" })).StateReason).toBeUndefined();
  });

  it("leaves a message that always fails to the source's dead-letter queue", async () => {
    await start({ "index.handler": () => Promise.reject(new Error("no")) });
    await cloud.create("f");
    await cloud.queue("dead");
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 });
    await cloud.queue("poor", { RedrivePolicy });
    await cloud.pipe({ Source: queueArn("poor"), Target: functionArn("f") });
    await cloud.send("poor", "bad");
    await cloud.advance(180_000);
    expect(await cloud.bodies("dead")).toEqual(["bad"]);
    expect(cloud.host.calls).toHaveLength(2);
  });
});

describe("enrichment", () => {
  it("passes on what a function makes of a batch, one message for each element", async () => {
    const seen: unknown[] = [];
    await start({
      "index.handler": ({ event }) => {
        seen.push(event);
        return (event as Events).flatMap(({ id }) => [{ id }, { id, copy: true }]);
      },
    });
    await cloud.create("f");
    await cloud.pipe({
      Enrichment: functionArn("f"),
      EnrichmentParameters: { InputTemplate: '{"id": <$.body.id>}' },
      ...template('{"got": <$.id>}'),
    });
    await cloud.send("in", '{"id":"x"}');
    await cloud.settle();
    expect(seen).toEqual([[{ id: "x" }]]);
    expect(parsed(await cloud.bodies("out"))).toEqual([{ got: "x" }, { got: "x" }]);
  });

  it.each([
    ["an empty list", []],
    ["an empty object", {}],
    ["an empty text", ""],
    ["nothing", undefined],
  ])("ends the execution with %s", async (_what, answer) => {
    await start({ "index.handler": () => answer });
    await cloud.create("f");
    await cloud.pipe({ Enrichment: functionArn("f") });
    await cloud.send("in", "a");
    await cloud.advance(120_000);
    expect(await cloud.bodies("out")).toEqual([]);
    expect(await cloud.bodies("in")).toEqual([]);
    expect(cloud.host.calls).toHaveLength(1);
  });

  it("refuses an answer of more elements than the target takes", async () => {
    await start({ "index.handler": () => Array(11).fill({}) });
    await cloud.create("f");
    await cloud.pipe({ Enrichment: functionArn("f") });
    await cloud.send("in", "a");
    await cloud.settle();
    const { StateReason } = await cloud.call("pipes", "DescribePipe", { Name: "p" });
    expect(StateReason).toContain("larger than");
    expect(await cloud.bodies("out")).toEqual([]);
  });

  it("waits for an Express workflow", async () => {
    await start();
    const { stateMachineArn } = await cloud.call("stepfunctions", "CreateStateMachine", {
      name: "m",
      type: "EXPRESS",
      roleArn: "arn:aws:iam::000000000000:role/m",
      definition: JSON.stringify({
        StartAt: "P",
        States: { P: { Type: "Pass", Parameters: { "first.$": "$[0].body" }, End: true } },
      }),
    });
    await cloud.pipe({ Enrichment: stateMachineArn });
    await cloud.send("in", "a");
    await cloud.settle();
    expect(parsed(await cloud.bodies("out"))).toEqual([{ first: "a" }]);
  });
});

describe("functions as targets", () => {
  it("are handed a list, and name what failed", async () => {
    const runs: string[][] = [];
    await start({
      "index.handler": ({ event }) => {
        runs.push((event as Events).map(({ body }) => String(body)));
        const bad = (event as Events).filter(({ body }) => body === "bad");
        return runs.length > 1
          ? undefined
          : { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
    });
    await cloud.create("f");
    await cloud.pipe({ Target: functionArn("f"), DesiredState: "STOPPED" });
    for (const body of ["good", "bad", "fine"]) await cloud.send("in", body);
    await cloud.call("pipes", "StartPipe", { Name: "p" });
    await cloud.settle();
    expect(runs.map((run) => run.toSorted())).toEqual([["bad", "fine", "good"]]);
    await cloud.advance(60_000);
    expect(runs.slice(1)).toEqual([["bad"]]);
  });

  it("see a FIFO group again from its first failure on", async () => {
    const runs: string[][] = [];
    await start({
      "index.handler": ({ event }) => {
        const records = event as Events;
        runs.push(records.map(({ body }) => String(body)));
        const failed = runs.length > 1 ? [] : records.filter(({ body }) => body === "a1");
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
    });
    await cloud.create("f");
    await cloud.queue("in.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" });
    const Source = queueArn("in.fifo");
    await cloud.pipe({ Source, Target: functionArn("f"), DesiredState: "STOPPED" });
    for (const body of ["a1", "a2", "b1", "b2"]) {
      await cloud.send("in.fifo", body, { MessageGroupId: body[0] });
    }
    await cloud.call("pipes", "StartPipe", { Name: "p" });
    await cloud.advance(60_000);
    const seen = (group: string) => runs.map((run) => run.filter((body) => body.startsWith(group)));
    expect(seen("a")).toEqual([
      ["a1", "a2"],
      ["a1", "a2"],
    ]);
    expect(seen("b").flat()).toEqual(["b1", "b2"]);
  });

  it("that are throttled do not use up a message's receives", async () => {
    await start({ "index.handler": () => undefined });
    await cloud.create("f");
    await cloud.call("lambda", "PutFunctionConcurrency", {
      FunctionName: "f",
      ReservedConcurrentExecutions: 0,
    });
    await cloud.pipe({ Target: functionArn("f") });
    await cloud.send("in", "a");
    await cloud.advance(5_000);
    expect(cloud.host.calls).toHaveLength(0);
    await cloud.call("lambda", "DeleteFunctionConcurrency", { FunctionName: "f" });
    await cloud.advance(10_000);
    expect(cloud.host.calls).toHaveLength(1);
  });

  it("may be left to themselves", async () => {
    await start({ "index.handler": () => Promise.reject(new Error("no")) });
    await cloud.create("f");
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      MaximumRetryAttempts: 0,
    });
    const LambdaFunctionParameters = { InvocationType: "FIRE_AND_FORGET" };
    await cloud.pipe({ Target: functionArn("f"), TargetParameters: { LambdaFunctionParameters } });
    await cloud.send("in", "a");
    await cloud.advance(120_000);
    expect(cloud.host.calls).toHaveLength(1);
    expect(await cloud.bodies("in")).toEqual([]);
  });
});

describe("the log", () => {
  const steps = async (Level: string, IncludeExecutionData?: string[]) => {
    await start();
    await cloud.call("logs", "CreateLogGroup", { logGroupName: "g" });
    const LogGroupArn = arn("logs", "log-group:g");
    await cloud.pipe({
      ...template("<$.body>"),
      LogConfiguration: { Level, CloudwatchLogsLogDestination: { LogGroupArn }, IncludeExecutionData },
    });
    await cloud.send("in", "a");
    await cloud.settle();
    const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName: "g" });
    return events.map(({ message }: { readonly message: string }) => JSON.parse(message));
  };
  const types = (records: Events) => records.map(({ messageType }) => messageType);

  it("tells each step at TRACE, with the data where wanted", async () => {
    const records = await steps("TRACE", ["ALL"]);
    expect(types(records)).toEqual([
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_TRANSFORMATION_STARTED",
      "TARGET_TRANSFORMATION_SUCCEEDED",
      "TARGET_INVOCATION_STARTED",
      "TARGET_INVOCATION_SUCCEEDED",
      "TARGET_STAGE_SUCCEEDED",
      "EXECUTION_SUCCEEDED",
    ]);
    expect(records[0]).toMatchObject({
      resourceArn: arn("pipes", "pipe/p"),
      logLevel: "TRACE",
      payload: expect.stringContaining('"body":"a"'),
    });
    expect(records[4].awsRequest).toBe('["a"]');
  });

  it("tells the stages at INFO, without data", async () => {
    const records = await steps("INFO");
    expect(types(records)).toEqual([
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_STAGE_SUCCEEDED",
      "EXECUTION_SUCCEEDED",
    ]);
    expect(records[0].payload).toBeUndefined();
  });

  it("tells nothing at ERROR where all is well", async () => {
    expect(await steps("ERROR")).toEqual([]);
  });
});
