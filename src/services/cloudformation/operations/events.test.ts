// Events by operation, and what there is to say of hooks.

import { expect, test } from "vitest";
import { stackCloud } from "../test-stacks.ts";

const queue = (properties: object = {}) => ({ Type: "AWS::SQS::Queue", Properties: properties });

interface Shown {
  readonly OperationId: string;
  readonly OperationType: string;
  readonly OperationStatus?: string;
  readonly EventType: string;
  readonly LogicalResourceId: string;
  readonly ResourceStatus: string;
}

test("events tell which operation they belong to, and may be asked for by it", async () => {
  const stacks = await stackCloud();
  await stacks.create("s", { Resources: { A: queue() } });
  await stacks.update("s", { Resources: { A: queue(), B: queue({ DelaySeconds: 5000 }) } });
  const events = async (input: object): Promise<readonly Shown[]> =>
    (await stacks.call("DescribeEvents", input)).OperationEvents;
  const all = await events({ StackName: "s" });
  expect(all[0]).toMatchObject({
    EventType: "STACK_EVENT",
    OperationType: "UPDATE_STACK",
    OperationStatus: "FAILED",
    ResourceStatus: "UPDATE_ROLLBACK_COMPLETE",
  });
  expect(new Set(all.map(({ OperationType }) => OperationType))).toEqual(
    new Set(["CREATE_STACK", "UPDATE_STACK"]),
  );
  const failed = await events({ StackName: "s", Filters: { FailedEvents: true } });
  expect(failed).toMatchObject([
    { EventType: "PROVISIONING_ERROR", LogicalResourceId: "B", ResourceStatus: "CREATE_FAILED" },
  ]);
  const created = await events({ OperationId: all.at(-1)?.OperationId });
  expect(created.map(({ OperationType }) => OperationType)).toEqual(Array(5).fill("CREATE_STACK"));
  expect(created[0]).toMatchObject({ OperationStatus: "SUCCEEDED", ResourceStatus: "CREATE_COMPLETE" });
  expect(await stacks.call("ListHookResults", { TargetType: "STACK", TargetId: "s" })).toMatchObject({
    HookResults: [],
  });
  await expect(
    stacks.call("GetHookResult", { HookResultId: "0aa0aa00-1111-4222-8333-444444444444" }),
  ).rejects.toMatchObject({
    code: "HookResultNotFound",
  });
  await stacks.cloud.stop();
});
