// Resources through Cloud Control.

import { afterEach, beforeEach, expect, test } from "vitest";
import iam from "../iam/index.ts";
import sqs from "../sqs/index.ts";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import cloudcontrol from "./index.ts";

let cloud: TestCloud;

beforeEach(async () => {
  cloud = await testCloud([cloudcontrol, sqs, iam]);
});
afterEach(() => cloud.stop());

const TypeName = "AWS::SQS::Queue";

async function done(operation: string, input: object) {
  const { ProgressEvent } = await cloud.call("cloudcontrol", operation, input);
  await cloud.settle();
  const { RequestToken } = ProgressEvent;
  return (await cloud.call("cloudcontrol", "GetResourceRequestStatus", { RequestToken })).ProgressEvent;
}

const create = (properties: object) =>
  done("CreateResource", { TypeName, DesiredState: JSON.stringify(properties) });

async function read(Identifier: string) {
  const { ResourceDescription } = await cloud.call("cloudcontrol", "GetResource", { TypeName, Identifier });
  return JSON.parse(ResourceDescription.Properties);
}

test("a resource is created, read, patched, listed and deleted", async () => {
  const made = await create({ QueueName: "q", DelaySeconds: 3 });
  expect(made).toMatchObject({ OperationStatus: "SUCCESS", Operation: "CREATE" });
  expect(await read(made.Identifier)).toMatchObject({ QueueName: "q", DelaySeconds: 3 });
  const patch = [
    { op: "replace", path: "/DelaySeconds", value: 7 },
    { op: "add", path: "/Tags", value: [{ Key: "a", Value: "b" }] },
  ];
  const updated = await done("UpdateResource", {
    TypeName,
    Identifier: made.Identifier,
    PatchDocument: JSON.stringify(patch),
  });
  expect(updated.OperationStatus).toBe("SUCCESS");
  expect(await read(made.Identifier)).toMatchObject({ DelaySeconds: 7, Tags: [{ Key: "a", Value: "b" }] });
  const { ResourceDescriptions } = await cloud.call("cloudcontrol", "ListResources", { TypeName });
  expect(ResourceDescriptions).toHaveLength(1);
  expect((await done("DeleteResource", { TypeName, Identifier: made.Identifier })).OperationStatus).toBe(
    "SUCCESS",
  );
  await expect(read(made.Identifier)).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

test("failures are told by the request, with their kind", async () => {
  expect(await create({ DelaySeconds: 9999 })).toMatchObject({
    OperationStatus: "FAILED",
    ErrorCode: "InvalidRequest",
  });
  expect(await create({ Nothing: 1 })).toMatchObject({
    OperationStatus: "FAILED",
    StatusMessage: "Model validation failed (#: extraneous key [Nothing] is not permitted)",
  });
  await create({ QueueName: "q" });
  expect(await create({ QueueName: "q" })).toMatchObject({
    OperationStatus: "FAILED",
    ErrorCode: "AlreadyExists",
  });
});

test("what only a new resource could change is refused", async () => {
  const { Identifier } = await create({ QueueName: "q" });
  const PatchDocument = JSON.stringify([{ op: "replace", path: "/QueueName", value: "r" }]);
  expect(await done("UpdateResource", { TypeName, Identifier, PatchDocument })).toMatchObject({
    OperationStatus: "FAILED",
    StatusMessage: "Invalid patch update: createOnlyProperties [/properties/QueueName] cannot be updated",
  });
});

test("a client's token makes one request of two", async () => {
  const input = { TypeName, DesiredState: "{}", ClientToken: "once" };
  const first = await done("CreateResource", input);
  const second = await done("CreateResource", input);
  expect(second.RequestToken).toBe(first.RequestToken);
  expect((await cloud.call("sqs", "ListQueues")).QueueUrls).toHaveLength(1);
});

test("a type that nobody defines is not found", async () => {
  await expect(
    cloud.call("cloudcontrol", "CreateResource", { TypeName: "AWS::No::Thing", DesiredState: "{}" }),
  ).rejects.toMatchObject({ code: "TypeNotFoundException" });
});
