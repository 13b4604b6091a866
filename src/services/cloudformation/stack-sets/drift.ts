// Drift of stack sets: an operation that detects the drift of each instance's
// stack, and what it found.

import { rootPrincipal } from "../../../core/principal.ts";
import { ResourceFailure } from "../../../core/resource-type.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  DetectStackSetDriftInput,
  DetectStackSetDriftOutput,
  ListStackInstanceResourceDriftsInput,
  ListStackInstanceResourceDriftsOutput,
  StackSetDriftDetectionDetails,
  StackSetDriftDetectionStatus,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation } from "../model.ts";
import { Stack, stackKey } from "../stacks/stack.ts";
import { beginOperation, instanceNotFound } from "./instances.ts";
import {
  type InstanceDrift,
  type InstanceState,
  openSet,
  type SetOperation,
  StackInstance,
  type StackSetState,
} from "./stack-set.ts";

export async function detectStackSetDrift(
  input: DetectStackSetDriftInput,
  tx: Transaction,
): Promise<DetectStackSetDriftOutput> {
  const set = await openSet(tx, input.StackSetName);
  const instances = await tx.all(StackInstance, [set.name]);
  return { OperationId: beginOperation(tx, set, "DETECT_DRIFT", instances, input) };
}

const pauseMilliseconds = 100;

/** Detects the drift of one instance's stack, as the execution role. */
export async function detectInstance(acting: Waiting, { stackId }: InstanceState): Promise<InstanceDrift> {
  if (stackId === undefined) throw new ResourceFailure("The stack instance has no stack.");
  const { StackDriftDetectionId } = await acting.call(cloudformation, "DetectStackDrift", {
    StackName: stackId,
  });
  for (;;) {
    const found = await acting.call(cloudformation, "DescribeStackDriftDetectionStatus", {
      StackDriftDetectionId,
    });
    if (found.DetectionStatus === "DETECTION_FAILED")
      throw new ResourceFailure(found.DetectionStatusReason ?? "The detection of drift failed.");
    if (found.DetectionStatus === "DETECTION_COMPLETE") break;
    if (acting.signal.aborted) throw new ResourceFailure("The detection of drift was cut off.");
    await acting.sleepUntil(acting.now() + pauseMilliseconds);
  }
  const stack = await acting.atomically((tx) => tx.get(Stack, stackKey(stackId)));
  return stack?.drift ?? { status: "IN_SYNC", checkedAt: acting.now() };
}

/** How a detection ended, from what became of its instances. */
export function detectionStatus({
  status,
  results,
}: Pick<SetOperation, "status" | "results">): StackSetDriftDetectionStatus {
  if (status === "STOPPED") return "STOPPED";
  const failed = results.filter((each) => each.status !== "SUCCEEDED").length;
  return failed === 0 ? "COMPLETED" : failed === results.length ? "FAILED" : "PARTIAL_SUCCESS";
}

export function driftDetails(
  { detection }: StackSetState,
  instances: readonly InstanceState[],
): StackSetDriftDetectionDetails {
  const count = (status: InstanceDrift["status"]): number =>
    instances.filter(({ drift }) => drift?.status === status).length;
  const [drifted, same] = [count("DRIFTED"), count("IN_SYNC")];
  return {
    DriftStatus: drifted > 0 ? "DRIFTED" : same > 0 ? "IN_SYNC" : "NOT_CHECKED",
    ...(detection === undefined
      ? {}
      : { DriftDetectionStatus: detection.status, LastDriftCheckTimestamp: detection.at }),
    TotalStackInstancesCount: instances.length,
    DriftedStackInstancesCount: drifted,
    InSyncStackInstancesCount: same,
    InProgressStackInstancesCount: 0,
    FailedStackInstancesCount: detection?.failed ?? 0,
  };
}

export async function listInstanceDrifts(
  input: ListStackInstanceResourceDriftsInput,
  ctx: Waiting,
): Promise<ListStackInstanceResourceDriftsOutput> {
  const { StackInstanceAccount: account, StackInstanceRegion: region } = input;
  const stack = await ctx.atomically(async (tx) => {
    const set = await openSet(tx, input.StackSetName);
    const found = await tx.get(StackInstance, set.name, account, region);
    if (found?.stackId === undefined) throw instanceNotFound(set.name);
    return found.stackId;
  });
  const there = ctx.as(rootPrincipal(account)).at({ account, region });
  const { StackResourceDrifts = [], NextToken } = await there.call(
    cloudformation,
    "DescribeStackResourceDrifts",
    {
      StackName: stack,
      StackResourceDriftStatusFilters: input.StackInstanceResourceDriftStatuses,
      MaxResults: input.MaxResults,
      NextToken: input.NextToken,
    },
  );
  return {
    Summaries: StackResourceDrifts.map((each) => ({
      StackId: each.StackId,
      LogicalResourceId: each.LogicalResourceId,
      PhysicalResourceId: each.PhysicalResourceId,
      ResourceType: each.ResourceType,
      PropertyDifferences: each.PropertyDifferences,
      StackResourceDriftStatus: each.StackResourceDriftStatus,
      Timestamp: each.Timestamp,
    })),
    ...(NextToken === undefined ? {} : { NextToken }),
  };
}
