import { afterEach, describe, expect, it } from "vitest";
import type { ServiceDefinition } from "../../../core/service.ts";
import logs from "../../logs/index.ts";
import type { FakeFunction } from "../testing/fake-function-host.ts";
import { bytes, json, type LambdaCloud, lambdaCloud } from "../testing/fixtures.ts";

const fail: FakeFunction = () => {
  throw new TypeError("no");
};

describe("Invoke", () => {
  let cloud: LambdaCloud;
  const start = async (
    functions: Readonly<Record<string, FakeFunction>>,
    others: readonly ServiceDefinition[] = [],
  ): Promise<void> => {
    cloud = await lambdaCloud(functions, others);
  };
  afterEach(() => cloud.stop());

  it("runs the function and answers its value, with the version that ran", async () => {
    await start({ "index.handler": ({ event }) => ({ got: event }) });
    await cloud.create("f");
    const answer = await cloud.call("lambda", "Invoke", { FunctionName: "f", Payload: bytes({ a: 1 }) });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(answer.FunctionError).toBeUndefined();
    expect(json(answer.Payload)).toEqual({ got: { a: 1 } });
  });

  it("gives the function its settings, role credentials and an empty event where there is no payload", async () => {
    await start({ "index.handler": () => null });
    await cloud.create("f", { Environment: { Variables: { MODE: "x" } }, Timeout: 9, MemorySize: 256 });
    await cloud.call("lambda", "Invoke", { FunctionName: "f", ClientContext: "e30=" });
    const [call] = cloud.host.calls;
    expect(call!.event).toEqual({});
    expect(call!.invocation.clientContext).toBe("e30=");
    expect(call!.spec).toMatchObject({
      environment: { MODE: "x" },
      timeoutMilliseconds: 9000,
      memoryMegabytes: 256,
      logGroupName: "/aws/lambda/f",
    });
    expect(call!.spec.logStreamName()).toMatch(/^2024\/01\/01\/\[\$LATEST\][0-9a-f]{32}$/);
    const credential = await cloud.kernel.findCredential(call!.credentials.accessKeyId);
    expect(credential).toMatchObject({
      sessionToken: call!.credentials.sessionToken,
      principal: { type: "assumed-role", arn: "arn:aws:sts::000000000000:assumed-role/app/f" },
    });
  });

  it("marks a function's error, and answers the log's tail on request", async () => {
    await start({ "index.handler": fail });
    await cloud.create("f");
    const answer = await cloud.call("lambda", "Invoke", { FunctionName: "f", LogType: "Tail" });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(json(answer.Payload)).toMatchObject({ errorType: "TypeError", errorMessage: "no" });
    expect(Buffer.from(answer.LogResult, "base64").toString()).toMatch(
      /^START RequestId: .*\nEND .*\nREPORT /,
    );
  });

  it("invokes a function that was created a moment ago", async () => {
    await start({ "index.handler": () => 1 });
    const creating = cloud.create("f");
    await creating;
    expect(await cloud.call("lambda", "Invoke", { FunctionName: "f" })).toMatchObject({ StatusCode: 200 });
  });

  it("DryRun runs nothing", async () => {
    await start({ "index.handler": () => 1 });
    await cloud.create("f");
    expect(await cloud.call("lambda", "Invoke", { FunctionName: "f", InvocationType: "DryRun" })).toEqual({
      StatusCode: 204,
    });
    expect(cloud.host.calls).toHaveLength(0);
  });

  it.each([
    [
      "text that is not JSON",
      Buffer.from("{x"),
      "RequestResponse",
      "InvalidRequestContentException",
      /^Could not parse request body into json/,
    ],
    [
      "more than 1 MB later",
      bytes("x".repeat(1_048_576)),
      "Event",
      "RequestEntityTooLargeException",
      "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    ],
    [
      "more than 6 MB at once",
      bytes("x".repeat(6_291_456)),
      "RequestResponse",
      "RequestEntityTooLargeException",
      "6291458 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
    ],
  ])("refuses %s", async (_name, Payload, InvocationType, code, message) => {
    await start({});
    await cloud.create("f");
    const input = { FunctionName: "f", Payload, InvocationType };
    const refusal = await cloud.call("lambda", "Invoke", input).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code });
    expect((refusal as Error).message).toMatch(message);
  });

  it("refuses a qualifier that contradicts the name's own", async () => {
    await start({});
    await cloud.create("f");
    await expect(
      cloud.call("lambda", "Invoke", { FunctionName: "f:1", Qualifier: "2" }),
    ).rejects.toMatchObject({
      message: "The derived qualifier from the function name does not match the specified qualifier.",
    });
  });

  it("throttles what exceeds the reserved concurrency, and says why", async () => {
    let finish: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await start({ "index.handler": () => blocked });
    await cloud.create("f");
    await cloud.call("lambda", "PutFunctionConcurrency", {
      FunctionName: "f",
      ReservedConcurrentExecutions: 1,
    });
    const first = cloud.call("lambda", "Invoke", { FunctionName: "f" });
    await expect.poll(() => cloud.host.calls.length).toBe(1);
    await expect(cloud.call("lambda", "Invoke", { FunctionName: "f" })).rejects.toMatchObject({
      code: "TooManyRequestsException",
      message: "Rate Exceeded.",
      fields: { Reason: "ReservedFunctionConcurrentInvocationLimitExceeded" },
    });
    finish();
    await first;
    expect(await cloud.call("lambda", "Invoke", { FunctionName: "f" })).toMatchObject({ StatusCode: 200 });
  });

  it("writes the log lines to the function's log group, one stream per environment", async () => {
    await start({ "index.handler": () => 1 }, [logs]);
    await cloud.create("f");
    for (let round = 0; round < 3; round++) await cloud.call("lambda", "Invoke", { FunctionName: "f" });
    await cloud.settle();
    const logGroupName = "/aws/lambda/f";
    const { logStreams } = await cloud.call("logs", "DescribeLogStreams", { logGroupName });
    expect(logStreams).toHaveLength(1);
    const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
    expect(events).toHaveLength(9);
    expect(events[0].message).toMatch(/^START RequestId/);
  });

  it("lines written after the last invocation go to its log stream too", async () => {
    await start({ "index.handler": () => 1 }, [logs]);
    await cloud.create("f");
    await cloud.call("lambda", "Invoke", { FunctionName: "f" });
    await cloud.settle();
    const logGroupName = "/aws/lambda/f";
    const { logStreams } = await cloud.call("logs", "DescribeLogStreams", { logGroupName });
    const { spec } = cloud.host.calls[0]!;
    const line = { timestamp: Date.UTC(2024, 0, 1), message: "last words\n" };
    cloud.host.lateLines(spec, logStreams[0].logStreamName, [line]);
    await cloud.settle();
    const { events } = await cloud.call("logs", "FilterLogEvents", { logGroupName });
    expect(events.at(-1).message).toBe("last words\n");
  });

  it("an expired role credential is forgotten after a week", async () => {
    await start({ "index.handler": () => 1 });
    await cloud.create("f");
    await cloud.call("lambda", "Invoke", { FunctionName: "f" });
    const { accessKeyId } = cloud.host.calls[0]!.credentials;
    await cloud.advance(13 * 3_600_000);
    expect(await cloud.kernel.findCredential(accessKeyId)).toBeDefined();
    await cloud.advance(7 * 86_400_000);
    expect(await cloud.kernel.findCredential(accessKeyId)).toBeUndefined();
  });

  it("InvokeWithResponseStream passes chunks on and ends with InvokeComplete", async () => {
    await start({
      "index.handler": () => ({
        stream: (async function* () {
          yield Buffer.from("one");
          yield Buffer.from("two");
        })(),
      }),
    });
    await cloud.create("f");
    const answer = await cloud.call("lambda", "InvokeWithResponseStream", {
      FunctionName: "f",
      LogType: "Tail",
    });
    const events: Record<string, { Payload?: Uint8Array; LogResult?: string }>[] = [];
    for await (const event of answer.EventStream) events.push(event);
    expect(events.slice(0, 2).map((event) => Buffer.from(event.PayloadChunk!.Payload!).toString())).toEqual([
      "one",
      "two",
    ]);
    expect(events[2]!.InvokeComplete!.LogResult).toBeDefined();
  });
});
