// Stack sets over accounts and regions of one cloud.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "../test-stacks.ts";

let stacks: StackCloud;

beforeEach(async () => {
  stacks = await stackCloud();
});
afterEach(() => stacks.cloud.stop());

const accounts = ["111111111111", "222222222222"];
const regions = ["us-east-1", "eu-west-1"];

const template = (delay: number) =>
  JSON.stringify({
    Parameters: { Name: { Type: "String", Default: "set-queue" } },
    Resources: {
      Q: { Type: "AWS::SQS::Queue", Properties: { QueueName: { Ref: "Name" }, DelaySeconds: delay } },
    },
  });

async function executionRole(account: string): Promise<void> {
  await stacks.cloud.as({ account }).call("iam", "CreateRole", {
    RoleName: "AWSCloudFormationStackSetExecutionRole",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
}

const queues = async (account: string, region: string) =>
  (await stacks.cloud.as({ account, region }).call("sqs", "ListQueues")).QueueUrls ?? [];

async function operate(operation: string, input: object): Promise<string> {
  const { OperationId } = await stacks.call(operation, { StackSetName: "set", ...input });
  await stacks.cloud.settle();
  const { StackSetOperation } = await stacks.call("DescribeStackSetOperation", {
    StackSetName: "set",
    OperationId,
  });
  return StackSetOperation.Status;
}

test("instances are created, updated and deleted in every account and region", async () => {
  for (const account of accounts) await executionRole(account);
  await stacks.call("CreateStackSet", { StackSetName: "set", TemplateBody: template(1) });
  expect(await operate("CreateStackInstances", { Accounts: accounts, Regions: regions })).toBe("SUCCEEDED");
  for (const account of accounts)
    for (const region of regions) expect(await queues(account, region)).toHaveLength(1);
  const { Summaries } = await stacks.call("ListStackInstances", { StackSetName: "set" });
  expect(Summaries.map((each: { Status: string }) => each.Status)).toEqual(Array(4).fill("CURRENT"));
  expect(await operate("UpdateStackSet", { TemplateBody: template(2) })).toBe("SUCCEEDED");
  const [QueueUrl] = await queues(accounts[1]!, "eu-west-1");
  const { Attributes } = await stacks.cloud
    .as({ account: accounts[1]!, region: "eu-west-1" })
    .call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["DelaySeconds"] });
  expect(Attributes.DelaySeconds).toBe("2");
  await expect(stacks.call("DeleteStackSet", { StackSetName: "set" })).rejects.toThrow(
    "StackSet is not empty",
  );
  expect(
    await operate("DeleteStackInstances", { Accounts: accounts, Regions: regions, RetainStacks: false }),
  ).toBe("SUCCEEDED");
  for (const account of accounts)
    for (const region of regions) expect(await queues(account, region)).toEqual([]);
  await stacks.call("DeleteStackSet", { StackSetName: "set" });
  expect((await stacks.call("ListStackSets")).Summaries).toEqual([]);
});

test("an account without the execution role fails, and says which role", async () => {
  await stacks.call("CreateStackSet", { StackSetName: "set", TemplateBody: template(1) });
  expect(await operate("CreateStackInstances", { Accounts: ["333333333333"], Regions: regions })).toBe(
    "FAILED",
  );
  const { Summaries } = await stacks.call("ListStackInstances", { StackSetName: "set" });
  expect(Summaries.map((each: { StatusReason?: string }) => each.StatusReason)).toContain(
    "Account 333333333333 should have 'AWSCloudFormationStackSetExecutionRole' role with trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'.",
  );
});

test("an instance may have values of its own", async () => {
  await executionRole("111111111111");
  await stacks.call("CreateStackSet", { StackSetName: "set", TemplateBody: template(1) });
  const ParameterOverrides = [{ ParameterKey: "Name", ParameterValue: "other" }];
  await operate("CreateStackInstances", {
    Accounts: ["111111111111"],
    Regions: ["us-east-1"],
    ParameterOverrides,
  });
  expect(await queues("111111111111", "us-east-1")).toEqual([expect.stringMatching(/\/other$/)]);
});

test("a template's stack set follows its groups of instances", async () => {
  for (const account of accounts) await executionRole(account);
  const of = (delay: number, ...groups: object[]) => ({
    Resources: {
      Set: {
        Type: "AWS::CloudFormation::StackSet",
        Properties: {
          StackSetName: "declared",
          PermissionModel: "SELF_MANAGED",
          TemplateBody: template(delay),
          StackInstancesGroup: groups,
        },
      },
    },
    Outputs: { Id: { Value: { "Fn::GetAtt": ["Set", "StackSetId"] } } },
  });
  const group = (account: string, ...Regions: string[]) => ({
    DeploymentTargets: { Accounts: [account] },
    Regions,
  });
  const through = async (StackName: string) => {
    for (let at = 0; at < 50; at++) {
      const { StackStatus } = await stacks.describe(StackName);
      if (!StackStatus.endsWith("_IN_PROGRESS")) return StackStatus;
      await stacks.cloud.advance(200);
    }
    return "never";
  };
  const { StackId } = await stacks.create("parent", of(1, group("111111111111", ...regions)));
  expect(await through(StackId)).toBe("CREATE_COMPLETE");
  expect((await stacks.describe("parent")).outputs.Id).toMatch(/^declared:/);
  for (const region of regions) expect(await queues("111111111111", region)).toHaveLength(1);
  await stacks.update(
    "parent",
    of(2, group("111111111111", "us-east-1"), group("222222222222", "us-east-1")),
  );
  expect(await through(StackId)).toBe("UPDATE_COMPLETE");
  expect(await queues("111111111111", "eu-west-1")).toEqual([]);
  expect(await queues("222222222222", "us-east-1")).toHaveLength(1);
  await stacks.delete("parent");
  expect(await through(StackId)).toBe("DELETE_COMPLETE");
  for (const account of accounts) expect(await queues(account, "us-east-1")).toEqual([]);
});

test("a service-managed set needs an organization", async () => {
  const input = { StackSetName: "s", TemplateBody: template(1), PermissionModel: "SERVICE_MANAGED" };
  await expect(stacks.call("CreateStackSet", input)).rejects.toThrow(
    "You must enable organizations access to operate a service managed stack set",
  );
});

test("a set's drift is that of its instances", async () => {
  for (const account of accounts) await executionRole(account);
  await stacks.call("CreateStackSet", { StackSetName: "set", TemplateBody: template(1) });
  await operate("CreateStackInstances", { Accounts: accounts, Regions: ["us-east-1"] });
  const details = async () => {
    for (let at = 0; at < 20; at++) await stacks.cloud.advance(200);
    return (await stacks.call("DescribeStackSet", { StackSetName: "set" })).StackSet
      .StackSetDriftDetectionDetails;
  };
  expect(await details()).toMatchObject({ DriftStatus: "NOT_CHECKED", TotalStackInstancesCount: 2 });
  await stacks.call("DetectStackSetDrift", { StackSetName: "set" });
  expect(await details()).toMatchObject({
    DriftStatus: "IN_SYNC",
    DriftDetectionStatus: "COMPLETED",
    InSyncStackInstancesCount: 2,
  });
  const there = stacks.cloud.as({ account: accounts[1]! });
  const [QueueUrl] = await queues(accounts[1]!, "us-east-1");
  await there.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { DelaySeconds: "9" } });
  const { OperationId } = await stacks.call("DetectStackSetDrift", { StackSetName: "set" });
  expect(await details()).toMatchObject({ DriftStatus: "DRIFTED", DriftedStackInstancesCount: 1 });
  const { Summaries } = await stacks.call("ListStackInstances", { StackSetName: "set" });
  expect(Summaries.map((each: { DriftStatus: string }) => each.DriftStatus)).toEqual(["IN_SYNC", "DRIFTED"]);
  const drifts = await stacks.call("ListStackInstanceResourceDrifts", {
    StackSetName: "set",
    StackInstanceAccount: accounts[1],
    StackInstanceRegion: "us-east-1",
    OperationId,
  });
  expect(drifts.Summaries).toMatchObject([{ LogicalResourceId: "Q", StackResourceDriftStatus: "MODIFIED" }]);
});

test("a template's stack set that is cut short goes back once its operation is over", async () => {
  for (const account of accounts) await executionRole(account);
  const of = (delay: number, more: object = {}) => ({
    Resources: {
      Set: {
        Type: "AWS::CloudFormation::StackSet",
        Properties: {
          StackSetName: "declared",
          PermissionModel: "SELF_MANAGED",
          TemplateBody: template(delay),
          StackInstancesGroup: [{ DeploymentTargets: { Accounts: accounts }, Regions: regions }],
        },
      },
      ...more,
    },
  });
  const through = async (StackName: string) => {
    for (let at = 0; at < 50; at++) {
      const { StackStatus } = await stacks.describe(StackName);
      if (!StackStatus.endsWith("_IN_PROGRESS")) return StackStatus;
      await stacks.cloud.advance(200);
    }
    return "never";
  };
  const { StackId } = await stacks.create("parent", of(1));
  expect(await through(StackId)).toBe("CREATE_COMPLETE");
  await stacks.update(
    "parent",
    of(2, { Bad: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: 5000 } } }),
  );
  expect(await through(StackId)).toBe("UPDATE_ROLLBACK_COMPLETE");
  const there = stacks.cloud.as({ account: accounts[0]! });
  const [QueueUrl] = await queues(accounts[0]!, "us-east-1");
  const asked = { QueueUrl, AttributeNames: ["DelaySeconds"] };
  expect((await there.call("sqs", "GetQueueAttributes", asked)).Attributes.DelaySeconds).toBe("1");
});
