// CloudFormation's own resource types: nested stacks, wait conditions, custom
// resources and macros.

import { afterEach, beforeEach, expect, test } from "vitest";
import { defineService } from "../../core/service.ts";
import type { Lambda } from "../../model/generated/lambda.d.ts";
import { modelOf } from "../../model/handle.ts";
import { type StackCloud, stackCloud } from "./test-stacks.ts";

let stacks: StackCloud;
let invoked: Record<string, unknown>[] = [];
let macro: (event: Record<string, unknown>) => unknown = () => ({});

/** Stands for Lambda: notes what it is asked, and runs the macro of the test. */
const functions = defineService<Lambda>({
  model: modelOf<Lambda>("lambda"),
  resources: [],
  operations: {
    Invoke: {
      waits: async ({ Payload, InvocationType }) => {
        const event = JSON.parse(Buffer.from(Payload as Uint8Array).toString());
        invoked.push(event);
        if (InvocationType === "Event") return { StatusCode: 202 };
        return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(macro(event))) };
      },
    },
  },
});

beforeEach(async () => {
  invoked = [];
  stacks = await stackCloud([functions]);
});
afterEach(() => stacks.cloud.stop());

const put = (url: string, body: object): Promise<number> => stacks.signal(url, body);

async function template(name: string, body: object): Promise<string> {
  await stacks.cloud.call("s3", "CreateBucket", { Bucket: "templates" }).catch(() => undefined);
  await stacks.cloud.call("s3", "PutObject", {
    Bucket: "templates",
    Key: name,
    Body: Buffer.from(JSON.stringify(body)),
  });
  return `https://templates.s3.amazonaws.com/${name}`;
}

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });

test("a nested stack is created, updated and deleted with its parent, and gives its outputs", async () => {
  const inner = (delay: number) => ({
    Parameters: { Name: { Type: "String" } },
    Resources: { Q: queue({ QueueName: { Ref: "Name" }, DelaySeconds: delay }) },
    Outputs: { Url: { Value: { Ref: "Q" } } },
  });
  const outer = async (delay: number) => ({
    Resources: {
      Inner: {
        Type: "AWS::CloudFormation::Stack",
        Properties: {
          TemplateURL: await template("inner.json", inner(delay)),
          Parameters: { Name: "nested" },
        },
      },
    },
    Outputs: { Url: { Value: { "Fn::GetAtt": ["Inner", "Outputs.Url"] } } },
  });
  const stack = await stacks.create("outer", await outer(1));
  expect(stack.StackStatusReason).toBeUndefined();
  expect(stack.outputs.Url).toMatch(/\/nested$/);
  const { Inner } = await stacks.resources("outer");
  expect((await stacks.call("DescribeStacks", { StackName: Inner?.id })).Stacks[0]).toMatchObject({
    ParentId: stack.StackId,
    RootId: stack.StackId,
    StackStatus: "CREATE_COMPLETE",
  });
  // The same address may hold another template: a nested stack is always looked at again.
  expect((await stacks.update("outer", await outer(2))).StackStatus).toBe("UPDATE_COMPLETE");
  const { Attributes } = await stacks.cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl: stack.outputs.Url,
    AttributeNames: ["DelaySeconds"],
  });
  expect(Attributes.DelaySeconds).toBe("2");
  await stacks.delete("outer");
  expect((await stacks.describe(Inner?.id ?? "")).StackStatus).toBe("DELETE_COMPLETE");
});

test("a nested stack that fails takes its parent back, and says why", async () => {
  const stack = await stacks.create("outer", {
    Resources: {
      Inner: {
        Type: "AWS::CloudFormation::Stack",
        Properties: {
          TemplateURL: await template("bad.json", { Resources: { Q: queue({ DelaySeconds: 9999 }) } }),
        },
      },
    },
  });
  expect(stack.StackStatus).toBe("ROLLBACK_COMPLETE");
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: "outer" });
  const failed = StackEvents.find(
    (each: { ResourceStatus: string }) => each.ResourceStatus === "CREATE_FAILED",
  );
  expect(failed.ResourceStatusReason).toMatch(
    /^Embedded stack arn:aws:cloudformation:.* was not successfully created: /,
  );
});

test("a wait condition waits for its signals, and tells their data", async () => {
  await stacks.create("w", {
    Resources: {
      Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
      Wait: {
        Type: "AWS::CloudFormation::WaitCondition",
        Properties: { Handle: { Ref: "Handle" }, Timeout: "60", Count: 2 },
      },
    },
    Outputs: { Data: { Value: { "Fn::GetAtt": ["Wait", "Data"] } } },
  });
  const { Handle } = await stacks.resources("w");
  expect(await put(Handle?.id ?? "", { Status: "SUCCESS", UniqueId: "a", Data: "one" })).toBe(200);
  expect((await stacks.describe("w")).StackStatus).toBe("CREATE_IN_PROGRESS");
  await put(Handle?.id ?? "", { Status: "SUCCESS", UniqueId: "b", Data: "two" });
  const done = await stacks.describe("w");
  expect(done.StackStatus).toBe("CREATE_COMPLETE");
  expect(JSON.parse(done.outputs.Data ?? "")).toEqual({ a: "one", b: "two" });
  expect(await put("http://x/000000000000/us-east-1/00000000000000000000000000000000", {})).toBe(403);
});

test("a wait condition that nobody signals times out", async () => {
  await stacks.create("w", {
    Resources: {
      Handle: { Type: "AWS::CloudFormation::WaitConditionHandle" },
      Wait: {
        Type: "AWS::CloudFormation::WaitCondition",
        Properties: { Handle: { Ref: "Handle" }, Timeout: 60 },
      },
    },
  });
  await stacks.cloud.advance(61_000);
  expect((await stacks.describe("w")).StackStatus).toBe("ROLLBACK_COMPLETE");
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: "w" });
  expect(StackEvents.map((each: { ResourceStatusReason?: string }) => each.ResourceStatusReason)).toContain(
    "WaitCondition timed out. Received 0 conditions when expecting 1",
  );
});

test("a custom resource is asked and answers", async () => {
  const body = (size: number) => ({
    Resources: {
      C: {
        Type: "Custom::Thing",
        Properties: {
          ServiceToken: "arn:aws:lambda:us-east-1:000000000000:function:f",
          Size: size,
          On: true,
        },
      },
    },
    Outputs: { O: { Value: { "Fn::GetAtt": ["C", "Answer"] } }, R: { Value: { Ref: "C" } } },
  });
  await stacks.create("c", body(1));
  const asked = invoked[0]!;
  expect(asked).toMatchObject({
    RequestType: "Create",
    LogicalResourceId: "C",
    ResourceType: "Custom::Thing",
    ResourceProperties: { Size: "1", On: "true" },
  });
  await put(String(asked.ResponseURL), {
    Status: "SUCCESS",
    PhysicalResourceId: "thing-1",
    Data: { Answer: "42" },
  });
  expect(await stacks.describe("c")).toMatchObject({
    StackStatus: "CREATE_COMPLETE",
    outputs: { O: "42", R: "thing-1" },
  });
  await stacks.update("c", body(2));
  expect(invoked[1]).toMatchObject({
    RequestType: "Update",
    PhysicalResourceId: "thing-1",
    OldResourceProperties: { Size: "1" },
    ResourceProperties: { Size: "2" },
  });
  await put(String(invoked[1]?.ResponseURL), { Status: "SUCCESS", PhysicalResourceId: "thing-2", Data: {} });
  // Another id is another resource: the old one is to be deleted.
  expect(invoked[2]).toMatchObject({ RequestType: "Delete", PhysicalResourceId: "thing-1" });
  await put(String(invoked[2]?.ResponseURL), { Status: "FAILED", Reason: "stuck" });
  expect((await stacks.describe("c")).StackStatus).toMatch(/^UPDATE_/);
});

test("a custom resource that fails says so in the reason", async () => {
  await stacks.create("c", {
    Resources: {
      C: {
        Type: "Custom::X",
        Properties: { ServiceToken: "arn:aws:lambda:us-east-1:000000000000:function:f" },
      },
    },
  });
  await put(String(invoked[0]?.ResponseURL), { Status: "FAILED", Reason: "no", PhysicalResourceId: "x" });
  // What failed to create is asked to delete what it may have made.
  expect(invoked[1]).toMatchObject({ RequestType: "Delete", PhysicalResourceId: "x" });
  await put(String(invoked[1]?.ResponseURL), { Status: "SUCCESS", PhysicalResourceId: "x" });
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName: "c" });
  const failed = StackEvents.find(
    (each: { ResourceStatus: string }) => each.ResourceStatus === "CREATE_FAILED",
  );
  expect(failed.ResourceStatusReason).toMatch(
    /^Received response status \[FAILED\] from custom resource\. Message returned: no \(RequestId: [-0-9a-f]{36}\)$/,
  );
  expect((await stacks.describe("c")).StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("a macro rewrites the template", async () => {
  await stacks.create("m", {
    Resources: {
      M: { Type: "AWS::CloudFormation::Macro", Properties: { Name: "Double", FunctionName: "f" } },
    },
  });
  macro = ({ fragment, requestId }) => {
    const { Resources } = fragment as { Resources: Record<string, object> };
    return { requestId, status: "success", fragment: { Resources: { ...Resources, Copy: Resources.Q } } };
  };
  const stack = await stacks.create("d", { Transform: "Double", Resources: { Q: queue() } });
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  expect(Object.keys(await stacks.resources("d"))).toEqual(["Copy", "Q"]);
  const { TemplateBody } = await stacks.call("GetTemplate", { StackName: "d", TemplateStage: "Processed" });
  expect(Object.keys(JSON.parse(TemplateBody).Resources)).toEqual(["Q", "Copy"]);
  await expect(stacks.create("e", { Transform: "None", Resources: { Q: queue() } })).rejects.toThrow(
    "No transform named 000000000000::None found.",
  );
});

test("AWS::Include puts a snippet in", async () => {
  const Location = await template("snippet.json", { Q: queue() });
  const stack = await stacks.create("i", {
    Resources: { "Fn::Transform": { Name: "AWS::Include", Parameters: { Location } }, R: queue() },
  });
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  expect(Object.keys(await stacks.resources("i"))).toEqual(["Q", "R"]);
});
