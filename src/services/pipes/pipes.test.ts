import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PipesCloud, pipesCloud, queueArn, RoleArn } from "./testing/fixtures.ts";

let cloud: PipesCloud;
beforeEach(async () => {
  cloud = await pipesCloud();
  await cloud.queue("in");
  await cloud.queue("out");
});
afterEach(async () => {
  expect(cloud.log.filter(({ level }) => level === "error")).toEqual([]);
  await cloud.stop();
});

const describePipe = (Name = "p") => cloud.call("pipes", "DescribePipe", { Name });
const fails = (operation: string, input: object, code: string, message?: string) =>
  expect(cloud.call("pipes", operation, input)).rejects.toMatchObject({
    code,
    ...(message === undefined ? {} : { message }),
  });
const create = (input: object) => ({
  Name: "p",
  RoleArn,
  Source: queueArn("in"),
  Target: queueArn("out"),
  ...input,
});

describe("a pipe's states", () => {
  it("goes from CREATING to RUNNING, and shows how large its batches are", async () => {
    const created = await cloud.call("pipes", "CreatePipe", create({ Tags: { team: "a" } }));
    expect(created).toEqual({
      Arn: "arn:aws:pipes:us-east-1:000000000000:pipe/p",
      Name: "p",
      DesiredState: "RUNNING",
      CurrentState: "CREATING",
      CreationTime: Date.UTC(2024, 0, 1),
      LastModifiedTime: Date.UTC(2024, 0, 1),
    });
    await cloud.settle();
    expect(await describePipe()).toMatchObject({
      CurrentState: "RUNNING",
      DesiredState: "RUNNING",
      Source: queueArn("in"),
      SourceParameters: { SqsQueueParameters: { BatchSize: 10 } },
      Target: queueArn("out"),
      RoleArn,
      Tags: { team: "a" },
    });
  });

  it("stops, keeps what comes meanwhile, and starts again", async () => {
    await cloud.pipe({ TargetParameters: { InputTemplate: "<$.body>" } });
    const stopping = await cloud.call("pipes", "StopPipe", { Name: "p" });
    expect(stopping).toMatchObject({ DesiredState: "STOPPED", CurrentState: "STOPPING" });
    await cloud.settle();
    expect(await describePipe()).toMatchObject({ CurrentState: "STOPPED" });
    await cloud.send("in", "later");
    await cloud.settle();
    expect(await cloud.bodies("out")).toEqual([]);
    expect(await cloud.call("pipes", "StartPipe", { Name: "p" })).toMatchObject({ CurrentState: "STARTING" });
    await cloud.settle();
    expect(await cloud.bodies("out")).toEqual(["later"]);
  });

  it("can be made at rest, and started by an update", async () => {
    await cloud.pipe({ DesiredState: "STOPPED" });
    expect(await describePipe()).toMatchObject({ CurrentState: "STOPPED", DesiredState: "STOPPED" });
    const input = { Name: "p", RoleArn, DesiredState: "RUNNING", Description: "d" };
    expect(await cloud.call("pipes", "UpdatePipe", input)).toMatchObject({ CurrentState: "UPDATING" });
    await cloud.settle();
    expect(await describePipe()).toMatchObject({ CurrentState: "RUNNING", Description: "d" });
  });

  it("fails to be created where its source is not there, says why, and can be updated when it is", async () => {
    await cloud.pipe({ Source: queueArn("missing") });
    expect(await describePipe()).toMatchObject({
      CurrentState: "CREATE_FAILED",
      DesiredState: "RUNNING",
      StateReason: "The specified queue does not exist.",
    });
    await cloud.queue("missing");
    await cloud.call("pipes", "StartPipe", { Name: "p" });
    await cloud.settle();
    const now = await describePipe();
    expect(now).toMatchObject({ CurrentState: "RUNNING" });
    expect(now.StateReason).toBeUndefined();
  });

  it("is deleted, and another of its name begins anew", async () => {
    await cloud.pipe();
    const deleting = await cloud.call("pipes", "DeletePipe", { Name: "p" });
    expect(deleting).toMatchObject({ DesiredState: "DELETED", CurrentState: "DELETING" });
    await cloud.settle();
    await fails("DescribePipe", { Name: "p" }, "NotFoundException", "Pipe p does not exist.");
    await cloud.pipe();
    expect(await describePipe()).toMatchObject({ CurrentState: "RUNNING" });
  });

  it("is not changed while a change is under way", async () => {
    await cloud.call("pipes", "CreatePipe", create({}));
    await fails("CreatePipe", create({}), "ConflictException", "Pipe p already exists.");
    await cloud.settle();
    const both = await Promise.allSettled([
      cloud.call("pipes", "StopPipe", { Name: "p" }),
      cloud.call("pipes", "UpdatePipe", { Name: "p", RoleArn, Description: "d" }),
    ]);
    const failed = both.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
    expect(failed).toMatchObject([
      { code: "ConflictException", fields: { resourceId: "p", resourceType: "pipe" } },
    ]);
    await cloud.settle();
  });
});

describe("an update", () => {
  it("replaces the parameters that it gives and keeps the others", async () => {
    const pattern = { Filters: [{ Pattern: '{"body":["a"]}' }] };
    await cloud.pipe({
      Description: "first",
      SourceParameters: { FilterCriteria: pattern, SqsQueueParameters: { BatchSize: 3 } },
      TargetParameters: { InputTemplate: "<$.body>" },
    });
    await cloud.call("pipes", "UpdatePipe", { Name: "p", RoleArn, Description: "second" });
    await cloud.settle();
    expect(await describePipe()).toMatchObject({
      Description: "second",
      SourceParameters: { FilterCriteria: pattern, SqsQueueParameters: { BatchSize: 3 } },
      TargetParameters: { InputTemplate: "<$.body>" },
    });
    const SourceParameters = { SqsQueueParameters: { BatchSize: 4 } };
    await cloud.call("pipes", "UpdatePipe", { Name: "p", RoleArn, SourceParameters });
    await cloud.settle();
    const { SourceParameters: now } = await describePipe();
    expect(now).toEqual({ SqsQueueParameters: { BatchSize: 4 } });
  });

  it("takes effect for what comes after it", async () => {
    await cloud.pipe({ TargetParameters: { InputTemplate: "one <$.body>" } });
    await cloud.send("in", "a");
    await cloud.settle();
    const TargetParameters = { InputTemplate: "two <$.body>" };
    await cloud.call("pipes", "UpdatePipe", { Name: "p", RoleArn, TargetParameters });
    await cloud.settle();
    await cloud.send("in", "b");
    await cloud.settle();
    expect(await cloud.bodies("out")).toEqual(["one a", "two b"]);
  });
});

describe("what is refused", () => {
  it.each([
    ["a source of Kafka", { Source: "smk://broker.example.com:9092" }, "NotImplemented"],
    ["a source of MQ", { Source: "arn:aws:mq:us-east-1:000000000000:broker:b:b-1" }, "NotImplemented"],
    [
      "a target whose service is missing",
      {
        Target: "arn:aws:batch:us-east-1:000000000000:job-queue/q",
        TargetParameters: { BatchJobParameters: { JobDefinition: "d", JobName: "n" } },
      },
      "NotImplemented",
    ],
    ["no source at all", { Source: "arn:aws:s3:::bucket" }, "ValidationException"],
    ["no target at all", { Target: "arn:aws:s3:::bucket" }, "ValidationException"],
    ["a filter that is no pattern", filters("{"), "ValidationException"],
    ["parameters of another source", kinesisParameters(), "ValidationException"],
    [
      "parameters of another target",
      { TargetParameters: { KinesisStreamParameters: { PartitionKey: "k" } } },
      "ValidationException",
    ],
    ["batches that the target does not take", batches(11), "ValidationException"],
    [
      "a stream without its parameters",
      { Source: "arn:aws:kinesis:us-east-1:000000000000:stream/s" },
      "ValidationException",
    ],
    [
      "an unknown variable",
      { TargetParameters: { InputTemplate: "<aws.pipes.nothing>" } },
      "ValidationException",
    ],
    ["an enrichment that enriches nothing", { Enrichment: queueArn("x") }, "ValidationException"],
    ["a log without a destination", { LogConfiguration: { Level: "INFO" } }, "ValidationException"],
    ["a FIFO target without a message group", { Target: queueArn("x.fifo") }, "ValidationException"],
  ])("%s", async (_what, input, code) => {
    await fails("CreatePipe", create(input), code);
    await fails("DescribePipe", { Name: "p" }, "NotFoundException");
  });

  function filters(Pattern: string): object {
    return { SourceParameters: { FilterCriteria: { Filters: [{ Pattern }] } } };
  }
  function kinesisParameters(): object {
    return { SourceParameters: { KinesisStreamParameters: { StartingPosition: "LATEST" } } };
  }
  function batches(BatchSize: number): object {
    return { SourceParameters: { SqsQueueParameters: { BatchSize, MaximumBatchingWindowInSeconds: 1 } } };
  }
});

describe("lists and tags", () => {
  it("lists by prefix, state, source and target, page by page", async () => {
    for (const Name of ["a-1", "a-2", "b-1"]) {
      await cloud.pipe({ Name, DesiredState: Name === "a-2" ? "STOPPED" : "RUNNING" });
    }
    const names = async (input: object): Promise<readonly string[]> => {
      const { Pipes } = await cloud.call("pipes", "ListPipes", input);
      return Pipes.map(({ Name }: { readonly Name: string }) => Name);
    };
    expect(await names({})).toEqual(["a-1", "a-2", "b-1"]);
    expect(await names({ NamePrefix: "a" })).toEqual(["a-1", "a-2"]);
    expect(await names({ CurrentState: "STOPPED" })).toEqual(["a-2"]);
    expect(await names({ DesiredState: "RUNNING", NamePrefix: "b" })).toEqual(["b-1"]);
    expect(await names({ TargetPrefix: "arn:aws:lambda" })).toEqual([]);
    const { Pipes, NextToken } = await cloud.call("pipes", "ListPipes", { Limit: 2 });
    expect(Pipes).toHaveLength(2);
    expect(await names({ Limit: 2, NextToken })).toEqual(["b-1"]);
  });

  it("keeps tags", async () => {
    await cloud.pipe({ Tags: { a: "1" } });
    const resourceArn = "arn:aws:pipes:us-east-1:000000000000:pipe/p";
    await cloud.call("pipes", "TagResource", { resourceArn, tags: { b: "2" } });
    await cloud.call("pipes", "UntagResource", { resourceArn, tagKeys: ["a"] });
    expect(await cloud.call("pipes", "ListTagsForResource", { resourceArn })).toEqual({ tags: { b: "2" } });
  });
});
