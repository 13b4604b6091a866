// What happens when things go wrong: rollbacks that fail and continue, updates
// cancelled, times that run out, secrets that stay hidden.

import { afterEach, beforeEach, expect, test } from "vitest";
import { defineService } from "../../core/service.ts";
import type { Lambda } from "../../model/generated/lambda.d.ts";
import { modelOf } from "../../model/handle.ts";
import { type StackCloud, stackCloud } from "./test-stacks.ts";

let stacks: StackCloud;

/** Takes every request of a custom resource, and answers none. */
const silent = defineService<Lambda>({
  model: modelOf<Lambda>("lambda"),
  resources: [],
  operations: { Invoke: async () => ({ StatusCode: 202 }) },
});

beforeEach(async () => {
  stacks = await stackCloud([silent]);
});
afterEach(() => stacks.cloud.stop());

const queue = (properties: object = {}, more: object = {}) => ({
  Type: "AWS::SQS::Queue",
  Properties: properties,
  ...more,
});
const waits = {
  Type: "Custom::Silent",
  Properties: { ServiceToken: "arn:aws:lambda:us-east-1:000000000000:function:f" },
};

const reasons = async (name: string): Promise<readonly (string | undefined)[]> => {
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: name });
  return StackEvents.map((each: { ResourceStatusReason?: string }) => each.ResourceStatusReason);
};

test("a cancelled update is taken back", async () => {
  await stacks.create("s", { Resources: { Q: queue({ DelaySeconds: 1 }) } });
  const running = await stacks.update("s", { Resources: { Q: queue({ DelaySeconds: 2 }), W: waits } });
  expect(running.StackStatus).toBe("UPDATE_IN_PROGRESS");
  await expect(stacks.update("s", { Resources: { Q: queue() } })).rejects.toThrow(
    /is in UPDATE_IN_PROGRESS state and can not be updated\.$/,
  );
  await stacks.call("CancelUpdateStack", { StackName: "s" });
  await stacks.cloud.settle();
  expect((await stacks.describe("s")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(await reasons("s")).toContain("Resource creation cancelled");
  const { Q } = await stacks.resources("s");
  const { Attributes } = await stacks.cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl: Q?.id,
    AttributeNames: ["DelaySeconds"],
  });
  expect(Attributes.DelaySeconds).toBe("1");
});

test("a stack whose time is over is rolled back", async () => {
  await stacks.create("s", { Resources: { Q: queue(), W: waits } }, { TimeoutInMinutes: 1 });
  expect((await stacks.describe("s")).StackStatus).toBe("CREATE_IN_PROGRESS");
  await stacks.cloud.advance(61_000);
  expect((await stacks.describe("s")).StackStatus).toBe("ROLLBACK_COMPLETE");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toBeUndefined();
});

test("a rollback that fails goes on when it is told to, without what it is told to skip", async () => {
  await stacks.create("s", { Resources: { A: queue({ DelaySeconds: 1 }), B: queue({ DelaySeconds: 1 }) } });
  const { A } = await stacks.resources("s");
  const next = {
    Resources: {
      A: queue({ DelaySeconds: 2 }),
      B: queue({ DelaySeconds: 2 }),
      W: { ...waits, DependsOn: ["A", "B"] },
    },
  };
  await stacks.update("s", next);
  // Somebody removes a queue: it cannot be put back as it was.
  await stacks.cloud.call("sqs", "DeleteQueue", { QueueUrl: A?.id });
  await stacks.call("CancelUpdateStack", { StackName: "s" });
  await stacks.cloud.settle();
  const failed = await stacks.describe("s");
  expect(failed.StackStatus).toBe("UPDATE_ROLLBACK_FAILED");
  expect(failed.StackStatusReason).toBe("The following resource(s) failed to update: [A]. ");
  await stacks.call("ContinueUpdateRollback", { StackName: "s" });
  await stacks.cloud.settle();
  expect((await stacks.describe("s")).StackStatus).toBe("UPDATE_ROLLBACK_FAILED");
  await stacks.call("ContinueUpdateRollback", { StackName: "s", ResourcesToSkip: ["A"] });
  await stacks.cloud.settle();
  expect((await stacks.describe("s")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  expect(Object.keys(await stacks.resources("s"))).toEqual(["A", "B"]);
});

test("an update without rollback stays failed, and can be mended or rolled back", async () => {
  await stacks.create("s", { Resources: { A: queue({ DelaySeconds: 1 }) } });
  const bad = {
    Resources: { A: queue({ DelaySeconds: 2 }), B: queue({ DelaySeconds: 9999 }, { DependsOn: "A" }) },
  };
  const failed = await stacks.update("s", bad, { DisableRollback: true });
  expect(failed.StackStatus).toBe("UPDATE_FAILED");
  const mended = { Resources: { A: queue({ DelaySeconds: 3 }), B: queue({ DelaySeconds: 9 }) } };
  expect((await stacks.update("s", mended)).StackStatus).toBe("UPDATE_COMPLETE");
  expect((await stacks.update("s", bad, { DisableRollback: true })).StackStatus).toBe("UPDATE_FAILED");
  await stacks.call("RollbackStack", { StackName: "s" });
  await stacks.cloud.settle();
  expect((await stacks.describe("s")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
});

test("a deletion that fails says which resource, and may leave it", async () => {
  await stacks.create("s", { Resources: { B: { Type: "AWS::S3::Bucket" }, Q: queue() } });
  const { B } = await stacks.resources("s");
  await stacks.cloud.call("s3", "PutObject", { Bucket: B?.id, Key: "k", Body: Buffer.from("x") });
  await stacks.delete("s");
  const failed = await stacks.describe("s");
  expect(failed).toMatchObject({
    StackStatus: "DELETE_FAILED",
    StackStatusReason: "The following resource(s) failed to delete: [B]. ",
  });
  await stacks.call("DeleteStack", { StackName: "s", RetainResources: ["B"] });
  await stacks.cloud.settle();
  expect((await stacks.describe(failed.StackId)).StackStatus).toBe("DELETE_COMPLETE");
  expect((await stacks.cloud.call("s3", "ListBuckets")).Buckets).toHaveLength(1);
});

test("a stack that is deleted while it is being made leaves nothing", async () => {
  const inner = { Resources: { W: waits, Q: queue() } };
  await stacks.cloud.call("s3", "CreateBucket", { Bucket: "templates" });
  await stacks.cloud.call("s3", "PutObject", {
    Bucket: "templates",
    Key: "inner.json",
    Body: Buffer.from(JSON.stringify(inner)),
  });
  const TemplateURL = "https://templates.s3.amazonaws.com/inner.json";
  const { StackId } = await stacks.create("s", {
    Resources: { Inner: { Type: "AWS::CloudFormation::Stack", Properties: { TemplateURL } }, Q: queue() },
  });
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toHaveLength(2);
  await stacks.delete("s");
  expect((await stacks.describe(StackId)).StackStatus).toBe("DELETE_COMPLETE");
  expect((await stacks.cloud.call("sqs", "ListQueues")).QueueUrls).toBeUndefined();
  const { StackSummaries } = await stacks.call("ListStacks", {});
  expect(StackSummaries.map((each: { StackStatus: string }) => each.StackStatus)).toEqual([
    "DELETE_COMPLETE",
    "DELETE_COMPLETE",
  ]);
});

test("a secret parameter is never shown", async () => {
  const stack = await stacks.create(
    "s",
    {
      Parameters: { S: { Type: "String", NoEcho: true } },
      Resources: {
        Q: queue({ Tags: [{ Key: "s", Value: { Ref: "S" } }] }),
        Bad: queue({ QueueName: { "Fn::Join": ["!", [{ Ref: "S" }, ""]] } }),
      },
    },
    { Parameters: [{ ParameterKey: "S", ParameterValue: "hush-hush" }], OnFailure: "DO_NOTHING" },
  );
  expect(stack.StackStatus).toBe("CREATE_FAILED");
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: "s" });
  const { Stacks } = await stacks.call("DescribeStacks", { StackName: "s" });
  const shown = JSON.stringify([
    StackEvents.map((each: { ResourceProperties?: string }) => each.ResourceProperties),
    Stacks,
  ]);
  expect(shown).not.toContain("hush-hush");
  expect(shown).toContain("****");
});

test("a deleted stack is shown for ninety days", async () => {
  const { StackId } = await stacks.create("s", { Resources: { Q: queue() } });
  await stacks.delete("s");
  await stacks.cloud.advance(89 * 24 * 3_600_000);
  expect((await stacks.describe(StackId)).StackStatus).toBe("DELETE_COMPLETE");
  await stacks.cloud.advance(2 * 24 * 3_600_000);
  await expect(stacks.describe(StackId)).rejects.toThrow("does not exist");
});
