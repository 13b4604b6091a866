// What there is to see of stacks: themselves, their resources, events, exports.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeStackEventsInput,
  DescribeStackEventsOutput,
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  ListExportsInput,
  ListExportsOutput,
  ListImportsInput,
  ListImportsOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
  ListStacksInput,
  ListStacksOutput,
  Stack as StackDescription,
} from "../../../model/generated/cloudformation.d.ts";
import { noSuchStack, validationError } from "../model.ts";
import { EventRecord } from "../stacks/event.ts";
import { findStack, openStack } from "../stacks/find.ts";
import { keptMilliseconds } from "../stacks/forget.ts";
import { ExportRecord, ImportRecord, Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { ResourceRecord, type ResourceState } from "../stacks/stack-resource.ts";

const pageSize = 100;

export async function describeStacks(
  input: DescribeStacksInput,
  tx: Transaction,
): Promise<DescribeStacksOutput> {
  if (input.StackName !== undefined && input.StackName !== "") {
    const stack = await findStack(tx, input.StackName);
    if (stack === undefined) throw noSuchStack(input.StackName);
    return { Stacks: [describe(stack)] };
  }
  const page = await tx.list(Stack, { index: "name", cursor: input.NextToken, limit: pageSize });
  return { Stacks: page.values.map(describe), ...next(page.cursor) };
}

const next = (cursor: string | undefined) => (cursor === undefined ? {} : { NextToken: cursor });

function describe(stack: StackState): StackDescription {
  const secret = new Set(stack.secret);
  const parameters = Object.entries(stack.parameters).map(([ParameterKey, value]) => {
    const resolved = stack.resolved[ParameterKey];
    return {
      ParameterKey,
      ParameterValue: secret.has(ParameterKey) ? "****" : value,
      ...(resolved === undefined ? {} : { ResolvedValue: secret.has(ParameterKey) ? "****" : resolved }),
    };
  });
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: stack.description,
    Parameters: parameters.length > 0 ? parameters : undefined,
    CreationTime: stack.createdAt,
    DeletionTime: stack.deletedAt,
    LastUpdatedTime: stack.updatedAt,
    RollbackConfiguration: stack.rollbackConfiguration ?? {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: stack.notificationArns,
    TimeoutInMinutes: stack.timeoutMinutes,
    Capabilities: stack.capabilities.length > 0 ? stack.capabilities : undefined,
    Outputs:
      stack.outputs.length === 0
        ? undefined
        : stack.outputs.map(({ name, value, description, exportName }) => ({
            OutputKey: name,
            OutputValue: value,
            Description: description,
            ExportName: exportName,
          })),
    RoleARN: stack.roleArn,
    Tags: Object.entries(stack.tags).map(([Key, Value]) => ({ Key, Value })),
    EnableTerminationProtection: stack.terminationProtection,
    ParentId: stack.parentId,
    RootId: stack.rootId,
    DriftInformation:
      stack.drift === undefined
        ? { StackDriftStatus: "NOT_CHECKED" }
        : { StackDriftStatus: stack.drift.status, LastCheckTimestamp: stack.drift.checkedAt },
  };
}

export async function listStacks(input: ListStacksInput, tx: Transaction): Promise<ListStacksOutput> {
  const wanted = new Set<string>(input.StackStatusFilter ?? []);
  const page = await tx.list(Stack, {
    index: "created",
    reverse: true,
    cursor: input.NextToken,
    limit: pageSize,
  });
  const shown = page.values.filter(
    ({ status, deletedAt }) =>
      (wanted.size === 0 || wanted.has(status)) &&
      (deletedAt === undefined || deletedAt > tx.now - keptMilliseconds),
  );
  return {
    StackSummaries: shown.map((stack) => ({
      StackId: stack.id,
      StackName: stack.name,
      TemplateDescription: stack.description,
      CreationTime: stack.createdAt,
      LastUpdatedTime: stack.updatedAt,
      DeletionTime: stack.deletedAt,
      StackStatus: stack.status,
      StackStatusReason: stack.statusReason,
      ParentId: stack.parentId,
      RootId: stack.rootId,
      DriftInformation:
        stack.drift === undefined
          ? { StackDriftStatus: "NOT_CHECKED" }
          : { StackDriftStatus: stack.drift.status, LastCheckTimestamp: stack.drift.checkedAt },
    })),
    ...next(page.cursor),
  };
}

export async function describeStackEvents(
  input: DescribeStackEventsInput,
  tx: Transaction,
): Promise<DescribeStackEventsOutput> {
  if (input.StackName === undefined) throw validationError("StackName is required");
  const stack = await findStack(tx, input.StackName);
  if (stack === undefined) throw validationError(`Stack [${input.StackName}] does not exist`);
  const page = await tx.list(EventRecord, {
    prefix: [stackKey(stack.id)],
    reverse: true,
    cursor: input.NextToken,
    limit: pageSize,
  });
  return {
    StackEvents: page.values.map((event) => ({
      StackId: stack.id,
      EventId: event.id,
      StackName: stack.name,
      LogicalResourceId: event.logicalId,
      PhysicalResourceId: event.physicalId ?? "",
      ResourceType: event.type,
      Timestamp: event.at,
      ResourceStatus: event.status as ResourceState["status"],
      ResourceStatusReason: event.reason,
      ResourceProperties: event.properties,
      ClientRequestToken: event.clientRequestToken,
    })),
    ...next(page.cursor),
  };
}

function summary(record: ResourceState) {
  return {
    LogicalResourceId: record.logicalId,
    PhysicalResourceId: record.current?.physicalId,
    ResourceType: record.type,
    ResourceStatus: record.status,
    ResourceStatusReason: record.statusReason,
    DriftInformation: {
      StackResourceDriftStatus: record.drift?.status ?? ("NOT_CHECKED" as const),
      LastCheckTimestamp: record.drift?.checkedAt,
    },
  };
}

export async function listStackResources(
  input: ListStackResourcesInput,
  tx: Transaction,
): Promise<ListStackResourcesOutput> {
  const stack = await openStack(tx, input.StackName);
  const page = await tx.list(ResourceRecord, {
    prefix: [stackKey(stack.id)],
    cursor: input.NextToken,
    limit: pageSize,
  });
  return {
    StackResourceSummaries: page.values.map((record) => ({
      ...summary(record),
      LastUpdatedTimestamp: record.changedAt,
    })),
    ...next(page.cursor),
  };
}

export async function describeStackResource(
  input: DescribeStackResourceInput,
  tx: Transaction,
): Promise<DescribeStackResourceOutput> {
  const stack = await findStack(tx, input.StackName);
  if (stack === undefined) throw validationError(`Stack '${input.StackName}' does not exist`);
  const record = await tx.get(ResourceRecord, stackKey(stack.id), input.LogicalResourceId);
  if (record === undefined)
    throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
  return {
    StackResourceDetail: {
      ...summary(record),
      StackName: stack.name,
      StackId: stack.id,
      LastUpdatedTimestamp: record.changedAt,
      Metadata: record.metadata === undefined ? undefined : JSON.stringify(record.metadata),
    },
  };
}

export async function describeStackResources(
  input: DescribeStackResourcesInput,
  tx: Transaction,
): Promise<DescribeStackResourcesOutput> {
  const { StackName, PhysicalResourceId, LogicalResourceId } = input;
  if ((StackName === undefined) === (PhysicalResourceId === undefined)) {
    throw validationError(
      StackName === undefined
        ? "You must specify either StackName or PhysicalResourceId"
        : "You can not specify both StackName and PhysicalResourceId",
    );
  }
  let stack: StackState | undefined;
  if (StackName !== undefined) {
    stack = await findStack(tx, StackName);
    if (stack === undefined) throw noSuchStack(StackName);
  } else {
    const found = await tx.list(ResourceRecord, {
      index: "physical",
      prefix: [PhysicalResourceId!],
      limit: 1,
    });
    const [record] = found.values;
    stack = record === undefined ? undefined : await tx.get(Stack, record.stack);
    if (stack === undefined) throw validationError(`Stack for ${PhysicalResourceId} does not exist`);
  }
  const owner = stack;
  const page = await tx.list(ResourceRecord, { prefix: [stackKey(owner.id)], limit: 500 });
  const shown = page.values.filter(
    ({ logicalId }) => LogicalResourceId === undefined || logicalId === LogicalResourceId,
  );
  return {
    StackResources: shown
      .slice(0, LogicalResourceId === undefined && StackName !== undefined ? pageSize : 500)
      .map((record) => ({
        ...summary(record),
        StackName: owner.name,
        StackId: owner.id,
        Timestamp: record.changedAt,
      })),
  };
}

export async function listExports(input: ListExportsInput, tx: Transaction): Promise<ListExportsOutput> {
  const page = await tx.list(ExportRecord, { cursor: input.NextToken, limit: pageSize });
  return {
    Exports: page.values.map(({ name, value, stackId }) => ({
      ExportingStackId: stackId,
      Name: name,
      Value: value,
    })),
    ...next(page.cursor),
  };
}

export async function listImports(input: ListImportsInput, tx: Transaction): Promise<ListImportsOutput> {
  const page = await tx.list(ImportRecord, {
    prefix: [input.ExportName],
    cursor: input.NextToken,
    limit: pageSize,
  });
  if (page.values.length === 0)
    throw validationError(`Export '${input.ExportName}' is not imported by any stack.`);
  return { Imports: page.values.map(({ stackName }) => stackName), ...next(page.cursor) };
}
