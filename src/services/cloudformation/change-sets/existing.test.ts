// Change sets that import what exists already under the names of the template.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "../test-stacks.ts";

let stacks: StackCloud;

beforeEach(async () => {
  stacks = await stackCloud();
  await stacks.cloud.call("s3", "CreateBucket", { Bucket: "there-before" });
});
afterEach(() => stacks.cloud.stop());

const bucket = (BucketName: string, more: object = { DeletionPolicy: "Retain" }) => ({
  Type: "AWS::S3::Bucket",
  Properties: { BucketName },
  ...more,
});
const failing = { Type: "AWS::SQS::Queue", Properties: { QueueName: "not a name" } };

async function deploy(Resources: object): Promise<readonly string[]> {
  const named = { StackName: "s", ChangeSetName: "c" };
  await stacks.call("CreateChangeSet", {
    ...named,
    ChangeSetType: "CREATE",
    ImportExistingResources: true,
    TemplateBody: JSON.stringify({ Resources }),
  });
  const { Changes } = await stacks.call("DescribeChangeSet", named);
  await stacks.call("ExecuteChangeSet", named);
  await stacks.cloud.settle();
  return Changes.map(
    ({
      ResourceChange: { Action, LogicalResourceId },
    }: {
      readonly ResourceChange: Record<string, string>;
    }) => `${Action} ${LogicalResourceId}`,
  );
}

const status = async (): Promise<string> =>
  (await stacks.call("DescribeStacks", { StackName: "s" })).Stacks[0].StackStatus;
const buckets = async (): Promise<readonly string[]> =>
  (await stacks.cloud.call("s3", "ListBuckets")).Buckets.map(({ Name }: { readonly Name: string }) => Name);

test("what exists and is to be retained is imported, what does not exist is made", async () => {
  expect(await deploy({ Old: bucket("there-before"), New: bucket("made-now") })).toEqual([
    "Add New",
    "Import Old",
  ]);
  expect(await status()).toBe("CREATE_COMPLETE");
  expect(await buckets()).toEqual(["made-now", "there-before"]);
});

test("what exists is not taken over where the template would delete it", async () => {
  await expect(deploy({ Old: bucket("there-before", {}) })).rejects.toMatchObject({
    code: "InvalidChangeSetStatus",
  });
  const set = await stacks.call("DescribeChangeSet", { StackName: "s", ChangeSetName: "c" });
  expect(set).toMatchObject({
    Status: "FAILED",
    StatusReason:
      "CloudFormation is attempting to import some resources because they already exist in your account. The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. The affected resources are Old ({BucketName=there-before})",
  });
});

test("what is imported may refer to what is made beside it", async () => {
  const Tags = [{ Key: "queue", Value: { "Fn::GetAtt": ["New", "QueueName"] } }];
  const old = { ...bucket("there-before"), Properties: { BucketName: "there-before", Tags } };
  await deploy({ Old: old, New: { Type: "AWS::SQS::Queue" } });
  expect(await status()).toBe("CREATE_COMPLETE");
  expect((await stacks.resources("s")).Old).toEqual({ id: "there-before", status: "IMPORT_COMPLETE" });
});

test("what was imported stays where the creation fails", async () => {
  const policy = { DeletionPolicy: "RetainExceptOnCreate" };
  await deploy({ Old: bucket("there-before", policy), Bad: failing });
  expect(await status()).toBe("ROLLBACK_COMPLETE");
  expect(await buckets()).toEqual(["there-before"]);
});
