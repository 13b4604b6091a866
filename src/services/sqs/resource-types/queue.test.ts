// Queues and their policies as templates declare them.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import { type Provisioner, provisioner } from "../../test-resource-type.ts";
import sqs from "../index.ts";

let cloud: TestCloud;
let types: Provisioner;

beforeEach(async () => {
  cloud = await testCloud([sqs]);
  types = provisioner(cloud);
});
afterEach(() => cloud.stop());

const type = "AWS::SQS::Queue";

test("a queue without a name is given one, and text becomes numbers", async () => {
  const made = await types.create(type, { DelaySeconds: "5" }, { tags: { team: "a" } });
  expect(made.id).toMatch(/\/000000000000\/test-Resource-[A-Za-z0-9]{12}$/);
  expect(made.attributes?.Arn).toBe(`arn:aws:sqs:us-east-1:000000000000:${made.attributes?.QueueName}`);
  const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl: made.id,
    AttributeNames: ["All"],
  });
  expect(Attributes.DelaySeconds).toBe("5");
  expect(await types.read(type, made.id)).toMatchObject({
    DelaySeconds: 5,
    Tags: [{ Key: "team", Value: "a" }],
  });
});

test("a FIFO queue's made-up name ends with .fifo", async () => {
  const { attributes } = await types.create(type, { FifoQueue: true });
  expect(attributes?.QueueName).toMatch(/\.fifo$/);
});

test("what a crash repeats happens once, and what others made is not taken over", async () => {
  const first = await types.create(type, { QueueName: "orders" });
  const again = await types.create(type, { QueueName: "orders" }, { repeated: true });
  expect(again.id).toBe(first.id);
  await expect(types.create(type, { QueueName: "orders" }, { token: "f".repeat(32) })).rejects.toThrow(
    "already exists",
  );
});

test("a property that a template no longer gives goes back to its default", async () => {
  const { id } = await types.create(type, { VisibilityTimeout: 60, Tags: [{ Key: "a", Value: "1" }] });
  const before = { VisibilityTimeout: 60, Tags: [{ Key: "a", Value: "1" }] };
  await types.update(type, id, { DelaySeconds: 3, Tags: [{ Key: "b", Value: "2" }] }, before);
  expect(await types.read(type, id)).toMatchObject({
    VisibilityTimeout: 30,
    DelaySeconds: 3,
    Tags: [{ Key: "b", Value: "2" }],
  });
});

test("properties that the schema does not know, or of other types, are refused in AWS's words", async () => {
  await expect(types.create(type, { Delay: 1 })).rejects.toThrow(
    "#: extraneous key [Delay] is not permitted",
  );
  await expect(types.create(type, { DelaySeconds: "soon" })).rejects.toThrow(
    "#/DelaySeconds: expected type: Integer, found: String",
  );
  await expect(types.create("AWS::SQS::QueuePolicy", { Queues: [] })).rejects.toThrow(
    "#: required key [PolicyDocument] not found",
  );
});

test("a policy is put on its queues, and taken from those that leave it", async () => {
  const { id: one } = await types.create(type, {}, { token: "1".repeat(32) });
  const { id: two } = await types.create(type, {}, { token: "2".repeat(32) });
  const PolicyDocument = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" }],
  };
  const name = "AWS::SQS::QueuePolicy";
  const policy = await types.create(name, { PolicyDocument, Queues: [one, two] }, { token: "3".repeat(32) });
  const policyOf = async (QueueUrl: string) =>
    (await cloud.call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] })).Attributes
      ?.Policy;
  expect(JSON.parse(await policyOf(two))).toEqual(PolicyDocument);
  await types.update(
    name,
    policy.id,
    { PolicyDocument, Queues: [one] },
    { PolicyDocument, Queues: [one, two] },
  );
  expect(await policyOf(two)).toBeUndefined();
  await types.delete(name, policy.id, { PolicyDocument, Queues: [one] });
  expect(await policyOf(one)).toBeUndefined();
  await types.delete(type, one);
  expect(await types.list(type)).toEqual([two]);
});
