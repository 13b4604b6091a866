// Drift: asked for, waited for, looked at.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  DescribeStackDriftDetectionStatusInput,
  DescribeStackDriftDetectionStatusOutput,
  DescribeStackResourceDriftsInput,
  DescribeStackResourceDriftsOutput,
  DetectStackDriftInput,
  DetectStackDriftOutput,
  DetectStackResourceDriftInput,
  DetectStackResourceDriftOutput,
  StackResourceDrift,
} from "../../../model/generated/cloudformation.d.ts";
import { validationError } from "../model.ts";
import { announceDetection } from "../stacks/announce.ts";
import { openStack } from "../stacks/find.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { ResourceRecord, type ResourceState } from "../stacks/stack-resource.ts";
import { drifted } from "./compare.ts";
import { DetectionRecord, detectDrift, detectOne } from "./detection.ts";

function checkSettled(stack: StackState): void {
  if (!/_IN_PROGRESS$|^DELETE_COMPLETE$/.test(stack.status)) return;
  throw validationError(
    `Drift detection cannot be performed on stack [${stack.name}] in status ${stack.status}`,
  );
}

export async function detectStackDrift(
  input: DetectStackDriftInput,
  tx: Transaction,
): Promise<DetectStackDriftOutput> {
  const stack = await openStack(tx, input.StackName);
  checkSettled(stack);
  const id = tx.ids.uuid();
  tx.put(DetectionRecord, {
    id,
    stackId: stack.id,
    at: tx.now,
    principal: tx.principal,
    wanted: input.LogicalResourceIds,
    status: "DETECTION_IN_PROGRESS",
  });
  announceDetection(tx, stack, { id, status: "DETECTION_IN_PROGRESS" });
  tx.enqueue(detectDrift, { id }, { id });
  return { StackDriftDetectionId: id };
}

export async function describeDetection(
  input: DescribeStackDriftDetectionStatusInput,
  tx: Transaction,
): Promise<DescribeStackDriftDetectionStatusOutput> {
  const found = await tx.get(DetectionRecord, input.StackDriftDetectionId);
  if (found === undefined)
    throw validationError(`Drift detection ${input.StackDriftDetectionId} does not exist`);
  const stack = await tx.get(Stack, stackKey(found.stackId));
  return {
    StackId: found.stackId,
    StackDriftDetectionId: found.id,
    StackDriftStatus: found.status === "DETECTION_IN_PROGRESS" ? undefined : stack?.drift?.status,
    DetectionStatus: found.status,
    DetectionStatusReason: found.reason,
    DriftedStackResourceCount: found.drifted,
    Timestamp: found.at,
  };
}

function view(stack: StackState, record: ResourceState): StackResourceDrift {
  const { current, drift } = record;
  const expected = current?.properties ?? {};
  const actual = drift?.actual;
  const compared =
    actual === undefined
      ? undefined
      : Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name] ?? expected[name]]));
  return {
    StackId: stack.id,
    LogicalResourceId: record.logicalId,
    PhysicalResourceId: current?.physicalId,
    ResourceType: record.type,
    ExpectedProperties: JSON.stringify(expected),
    ActualProperties: compared === undefined ? undefined : JSON.stringify(compared),
    PropertyDifferences: actual === undefined ? [] : drifted(expected, actual),
    StackResourceDriftStatus: drift?.status ?? "NOT_CHECKED",
    Timestamp: drift?.checkedAt ?? record.changedAt,
  };
}

const pageSize = 100;

export async function describeStackResourceDrifts(
  input: DescribeStackResourceDriftsInput,
  tx: Transaction,
): Promise<DescribeStackResourceDriftsOutput> {
  const stack = await openStack(tx, input.StackName);
  const wanted = input.StackResourceDriftStatusFilters ?? [];
  const page = await tx.list(ResourceRecord, {
    prefix: [stackKey(stack.id)],
    cursor: input.NextToken,
    limit: input.MaxResults ?? pageSize,
  });
  const shown = page.values.filter(
    ({ drift }) => drift !== undefined && (wanted.length === 0 || wanted.includes(drift.status)),
  );
  return {
    StackResourceDrifts: shown.map((record) => view(stack, record)),
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}

export async function detectStackResourceDrift(
  input: DetectStackResourceDriftInput,
  ctx: Waiting,
): Promise<DetectStackResourceDriftOutput> {
  const { stack, record } = await ctx.atomically(async (tx) => {
    const found = await openStack(tx, input.StackName);
    checkSettled(found);
    return {
      stack: found,
      record: await tx.get(ResourceRecord, stackKey(found.id), input.LogicalResourceId),
    };
  });
  if (record === undefined)
    throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
  const noted = await detectOne(ctx, ctx, stack, record);
  if (noted === undefined)
    throw validationError(`Resource type ${record.type} does not support drift detection`);
  return { StackResourceDrift: view(stack, noted) };
}
