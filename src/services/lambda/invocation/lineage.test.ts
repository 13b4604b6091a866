import { afterEach, describe, expect, it } from "vitest";
import { seededIds } from "../../../core/ids.ts";
import sqs from "../../sqs/index.ts";
import type { Target } from "../target.ts";
import type { FakeFunction } from "../testing/fake-function-host.ts";
import { type LambdaCloud, lambdaCloud } from "../testing/fixtures.ts";
import { functionHash, loops, runsOf, traceOf } from "./lineage.ts";

const queueUrl = (name: string) => `http://localhost:4566/000000000000/${name}`;
const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;

describe("a trace header", () => {
  const target = (name: string, more: object = {}) =>
    ({ reference: { account: "000000000000", region: "us-east-1", name }, fn: more }) as Target;
  const next = (name: string, header?: string) =>
    traceOf(target(name), header, seededIds(1), Date.UTC(2024, 0, 1));

  it("begins with a root of the time, and counts each function's runs", () => {
    const first = next("a");
    expect(first).toMatch(
      /^Root=1-65920080-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:1$/,
    );
    const third = next("a", next("b", first));
    expect(third.split(";").slice(0, 3)).toEqual(first.split(";").slice(0, 3));
    expect(runsOf(third, functionHash(target("a").reference))).toBe(2);
    expect(runsOf(third, functionHash(target("b").reference))).toBe(1);
  });

  it("keeps what a caller says of its trace", () => {
    const given = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    expect(next("a", given)).toMatch(/^Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;Lineage=/);
  });

  it("tells a loop after sixteen runs, unless the function may loop", () => {
    let header = next("a");
    for (let run = 1; run < 16; run++) {
      expect(loops(target("a"), header)).toBe(false);
      header = next("a", header);
    }
    expect(loops(target("a"), header)).toBe(true);
    expect(loops(target("b"), header)).toBe(false);
    expect(loops(target("a", { recursiveLoop: "Allow" }), header)).toBe(false);
  });

  it("does not grow without end in a long chain", () => {
    let header: string | undefined;
    for (let at = 0; at < 100; at++) header = next(`f${at}`, header);
    expect(header!.length).toBeLessThan(400);
  });
});

describe("a loop", () => {
  let cloud: LambdaCloud;
  afterEach(() => cloud.stop());

  const start = async (handler: FakeFunction): Promise<void> => {
    cloud = await lambdaCloud({ "index.handler": handler }, [sqs]);
    for (const QueueName of ["dead", "told"]) await cloud.call("sqs", "CreateQueue", { QueueName });
    await cloud.create("f");
  };
  const count = async (name: string): Promise<string> => {
    const AttributeNames = ["ApproximateNumberOfMessages"];
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
      QueueUrl: queueUrl(name),
      AttributeNames,
    });
    return Attributes.ApproximateNumberOfMessages;
  };
  /** As an SDK does inside a function: the trace goes with the call. */
  const inside =
    (service: string, operation: string, input: object): FakeFunction =>
    ({ invocation: { traceHeader } }) =>
      cloud.call(service, operation, input, { traceHeader });

  it("over a queue ends, and leaves the message to the dead-letter queue", async () => {
    await start((call) =>
      inside("sqs", "SendMessage", { QueueUrl: queueUrl("q"), MessageBody: "again" })(call),
    );
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 1 });
    await cloud.call("sqs", "CreateQueue", { QueueName: "q", Attributes: { RedrivePolicy } });
    await cloud.call("lambda", "CreateEventSourceMapping", {
      EventSourceArn: queueArn("q"),
      FunctionName: "f",
    });
    await cloud.call("sqs", "SendMessage", { QueueUrl: queueUrl("q"), MessageBody: "first" });
    await cloud.advance(300_000);
    expect(cloud.host.calls).toHaveLength(16);
    expect(await count("dead")).toBe("1");
  });

  it("of asynchronous invocations ends at the on-failure destination", async () => {
    const again = { FunctionName: "f", InvocationType: "Event", Payload: Buffer.from("{}") };
    await start((call) => inside("lambda", "Invoke", again)(call));
    await cloud.call("lambda", "PutFunctionEventInvokeConfig", {
      FunctionName: "f",
      DestinationConfig: { OnFailure: { Destination: queueArn("told") } },
    });
    await cloud.call("lambda", "Invoke", again);
    await cloud.advance(300_000);
    expect(cloud.host.calls).toHaveLength(16);
    expect(await count("told")).toBe("1");
  });

  it("of synchronous invocations ends with a fault", async () => {
    const again = { FunctionName: "f", Payload: Buffer.from("{}") };
    const codes: unknown[] = [];
    await start(async (call) => {
      await Promise.resolve(inside("lambda", "Invoke", again)(call)).catch(
        (error: { readonly code: string }) => codes.push(error.code),
      );
    });
    await cloud.call("lambda", "Invoke", again);
    expect(cloud.host.calls).toHaveLength(16);
    expect(codes).toEqual(["RecursiveInvocationException"]);
  });

  it("goes on where the function may loop", async () => {
    const again = { FunctionName: "f", InvocationType: "Event", Payload: Buffer.from("{}") };
    await start(async (call) => {
      if (cloud.host.calls.length < 30) await inside("lambda", "Invoke", again)(call);
    });
    await cloud.call("lambda", "PutFunctionRecursionConfig", { FunctionName: "f", RecursiveLoop: "Allow" });
    await cloud.call("lambda", "Invoke", again);
    await cloud.advance(300_000);
    expect(cloud.host.calls).toHaveLength(30);
  });
});
