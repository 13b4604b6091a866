// What waits for word from outside: creation policies, custom resources behind
// topics, and answers that never come.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "./test-stacks.ts";

let stacks: StackCloud;

beforeEach(async () => {
  stacks = await stackCloud();
});
afterEach(() => stacks.cloud.stop());

const reasons = async (StackName: string): Promise<readonly (string | undefined)[]> => {
  const { StackEvents } = await stacks.call("DescribeStackEvents", { StackName });
  return StackEvents.map((each: { ResourceStatusReason?: string }) => each.ResourceStatusReason);
};

const waiting = (Count: number, Timeout = "PT10M") => ({
  Resources: {
    W: { Type: "AWS::CloudFormation::WaitCondition", CreationPolicy: { ResourceSignal: { Count, Timeout } } },
    After: { Type: "AWS::SQS::Queue", DependsOn: "W" },
  },
});

const signal = async (UniqueId: string, Status = "SUCCESS"): Promise<void> => {
  await stacks.call("SignalResource", { StackName: "s", LogicalResourceId: "W", UniqueId, Status });
  await stacks.cloud.settle();
};

test("a creation policy waits for as many signals as it says", async () => {
  await stacks.create("s", waiting(2));
  await signal("a");
  // The same one twice is one.
  await signal("a");
  expect((await stacks.resources("s")).W?.status).toBe("CREATE_IN_PROGRESS");
  await signal("b");
  expect((await stacks.describe("s")).StackStatus).toBe("CREATE_COMPLETE");
  // Signals are to one making of a resource: one that comes after it begins without any.
  await stacks.update("s", { Resources: { After: { Type: "AWS::SQS::Queue" } } });
  await stacks.update("s", waiting(1));
  expect((await stacks.resources("s")).W?.status).toBe("CREATE_IN_PROGRESS");
  await signal("a");
  expect((await stacks.describe("s")).StackStatus).toBe("UPDATE_COMPLETE");
  await expect(signal("c")).rejects.toThrow("Resource W is in CREATE_COMPLETE state and can not be signaled");
});

test("a signal of failure, or too few of success in time, fails the resource", async () => {
  await stacks.create("s", waiting(2));
  await signal("a");
  await signal("b", "FAILURE");
  expect((await stacks.describe("s")).StackStatus).toBe("ROLLBACK_COMPLETE");
  expect((await reasons("s")).join()).toContain("FAILURE signal(s) out of 2");
  await stacks.delete("s");
  await stacks.create("s", waiting(1, "PT1M"));
  await stacks.cloud.advance(61_000);
  expect((await stacks.describe("s")).StackStatus).toBe("ROLLBACK_COMPLETE");
  expect(await reasons("s")).toContain(
    "Failed to receive 1 resource signal(s) within the specified duration",
  );
});

interface Request {
  readonly RequestType: string;
  readonly ResponseURL: string;
  readonly PhysicalResourceId?: string;
}

/** A topic that somebody answers for, by way of a queue. */
async function topic(): Promise<{ TopicArn: string; asked: () => Promise<Request | undefined> }> {
  const { TopicArn } = await stacks.cloud.call("sns", "CreateTopic", { Name: "custom" });
  const Policy = JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }],
  });
  const { QueueUrl } = await stacks.cloud.call("sqs", "CreateQueue", {
    QueueName: "asked",
    Attributes: { Policy },
  });
  const Endpoint = "arn:aws:sqs:us-east-1:000000000000:asked";
  await stacks.cloud.call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
  const asked = async (): Promise<Request | undefined> => {
    const { Messages } = await stacks.cloud.call("sqs", "ReceiveMessage", { QueueUrl });
    if (Messages === undefined) return undefined;
    const [{ Body, ReceiptHandle }] = Messages;
    await stacks.cloud.call("sqs", "DeleteMessage", { QueueUrl, ReceiptHandle });
    return JSON.parse(JSON.parse(Body).Message);
  };
  return { TopicArn, asked };
}

const custom = (ServiceToken: string, more: object = {}) => ({
  Resources: { C: { Type: "Custom::Thing", Properties: { ServiceToken, ...more } } },
  Outputs: { Answer: { Value: { "Fn::GetAtt": ["C", "Deep.Answer"] } } },
});

test("a custom resource behind a topic is asked by message, and answers to the address in it", async () => {
  const { TopicArn, asked } = await topic();
  await stacks.create("s", custom(TopicArn, { Size: 3, Tags: [true] }));
  const request = await asked();
  expect(request).toMatchObject({
    RequestType: "Create",
    ResourceType: "Custom::Thing",
    LogicalResourceId: "C",
    ResourceProperties: { Size: "3", Tags: ["true"] },
  });
  const answer = { Status: "SUCCESS", PhysicalResourceId: "thing", Data: { "Deep.Answer": "yes" } };
  expect(await stacks.signal(request?.ResponseURL ?? "", answer)).toBe(200);
  expect(await stacks.describe("s")).toMatchObject({
    StackStatus: "CREATE_COMPLETE",
    outputs: { Answer: "yes" },
  });
  await stacks.delete("s");
  const removal = await asked();
  expect(removal).toMatchObject({ RequestType: "Delete", PhysicalResourceId: "thing" });
  await stacks.signal(removal?.ResponseURL ?? "", { Status: "SUCCESS", PhysicalResourceId: "thing" });
  await expect(stacks.describe("s")).rejects.toThrow("Stack with id s does not exist");
});

test("an answer that does not come within the hour fails the creation, and a deletion is asked for", async () => {
  const { TopicArn, asked } = await topic();
  await stacks.create("s", custom(TopicArn));
  const request = await asked();
  await stacks.cloud.advance(3_590_000);
  expect((await stacks.describe("s")).StackStatus).toBe("CREATE_IN_PROGRESS");
  await stacks.cloud.advance(20_000);
  expect((await stacks.describe("s")).StackStatus).toBe("ROLLBACK_IN_PROGRESS");
  expect((await reasons("s")).join()).toContain(
    "CloudFormation did not receive a response from your Custom Resource.",
  );
  expect(await stacks.signal(request?.ResponseURL ?? "", { Status: "SUCCESS" })).toBe(403);
  const removal = await asked();
  expect(removal?.RequestType).toBe("Delete");
  expect(removal?.PhysicalResourceId).toMatch(/^s-C-\w{12}$/);
  await stacks.signal(removal?.ResponseURL ?? "", { Status: "SUCCESS" });
  expect((await stacks.describe("s")).StackStatus).toBe("ROLLBACK_COMPLETE");
});

test("a custom resource may give itself less time", async () => {
  const { TopicArn } = await topic();
  await stacks.create("s", custom(TopicArn, { ServiceTimeout: 30 }), { OnFailure: "DO_NOTHING" });
  await stacks.cloud.advance(31_000);
  expect((await stacks.describe("s")).StackStatus).toBe("CREATE_FAILED");
});
