// Drift: what somebody has changed behind a stack's back.

import { afterEach, beforeEach, expect, test } from "vitest";
import { type StackCloud, stackCloud } from "../test-stacks.ts";

let stacks: StackCloud;

beforeEach(async () => {
  stacks = await stackCloud();
});
afterEach(() => stacks.cloud.stop());

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });

test("changed and deleted resources are told from those that are as they were made", async () => {
  await stacks.create("s", {
    Resources: {
      Changed: queue({ DelaySeconds: 3, Tags: [{ Key: "a", Value: "b" }] }),
      Gone: queue(),
      Same: queue({
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Changed", "Arn"] }, maxReceiveCount: 2 },
      }),
    },
  });
  const { Changed, Gone } = await stacks.resources("s");
  const detect = async () => {
    const { StackDriftDetectionId } = await stacks.call("DetectStackDrift", { StackName: "s" });
    await stacks.cloud.settle();
    return stacks.call("DescribeStackDriftDetectionStatus", { StackDriftDetectionId });
  };
  expect(await detect()).toMatchObject({
    DetectionStatus: "DETECTION_COMPLETE",
    StackDriftStatus: "IN_SYNC",
  });
  await stacks.cloud.call("sqs", "SetQueueAttributes", {
    QueueUrl: Changed?.id,
    Attributes: { DelaySeconds: "9" },
  });
  await stacks.cloud.call("sqs", "UntagQueue", { QueueUrl: Changed?.id, TagKeys: ["a"] });
  await stacks.cloud.call("sqs", "DeleteQueue", { QueueUrl: Gone?.id });
  expect(await detect()).toMatchObject({ StackDriftStatus: "DRIFTED", DriftedStackResourceCount: 2 });
  const { StackResourceDrifts } = await stacks.call("DescribeStackResourceDrifts", { StackName: "s" });
  const statuses = StackResourceDrifts.map(
    (each: { LogicalResourceId: string; StackResourceDriftStatus: string }) =>
      `${each.LogicalResourceId} ${each.StackResourceDriftStatus}`,
  );
  expect(statuses).toEqual(["Changed MODIFIED", "Gone DELETED", "Same IN_SYNC"]);
  expect(StackResourceDrifts[0].PropertyDifferences).toEqual([
    { PropertyPath: "/DelaySeconds", ExpectedValue: "3", ActualValue: "9", DifferenceType: "NOT_EQUAL" },
    {
      PropertyPath: "/Tags/0",
      ExpectedValue: '{"Key":"a","Value":"b"}',
      ActualValue: "null",
      DifferenceType: "REMOVE",
    },
  ]);
  expect(
    (await stacks.call("DescribeStacks", { StackName: "s" })).Stacks[0].DriftInformation.StackDriftStatus,
  ).toBe("DRIFTED");
});
