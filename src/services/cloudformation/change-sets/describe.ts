// Change sets as they are shown, and what hooks had to say of them: nothing, since
// nobody can register one.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  DescribeChangeSetHooksInput,
  DescribeChangeSetHooksOutput,
  DescribeChangeSetInput,
  DescribeChangeSetOutput,
  ListChangeSetsInput,
  ListChangeSetsOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { validationError } from "../model.ts";
import { openStack } from "../stacks/find.ts";
import { stackKey } from "../stacks/stack.ts";
import { ChangeSet, findChangeSet } from "./change-set.ts";
import { type Describe, propertyValues } from "./property-values.ts";

const pageSize = 100;

export async function describeChangeSet(
  input: DescribeChangeSetInput,
  tx: Transaction,
): Promise<DescribeChangeSetOutput> {
  const set = await findChangeSet(tx, input.ChangeSetName, input.StackName);
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0) throw validationError("NextToken is not valid");
  const secret = new Set(set.target.secret);
  const shown = set.changes.slice(from, from + pageSize);
  const describe: Describe =
    input.IncludePropertyValues === true ? await propertyValues(tx, set) : (_change, plain) => plain;
  return {
    ChangeSetName: set.name,
    ChangeSetId: set.id,
    StackId: set.stackId,
    StackName: set.stackName,
    Description: set.description,
    Parameters: Object.entries(set.target.parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: secret.has(ParameterKey) ? "****" : value,
      ...(set.target.resolved[ParameterKey] === undefined
        ? {}
        : { ResolvedValue: set.target.resolved[ParameterKey] }),
    })),
    CreationTime: set.createdAt,
    ExecutionStatus: set.executionStatus,
    Status: set.status,
    StatusReason: set.statusReason,
    NotificationARNs: set.target.notificationArns,
    RollbackConfiguration: set.target.rollbackConfiguration ?? {},
    Capabilities: set.target.capabilities,
    Tags: Object.entries(set.target.tags).map(([Key, Value]) => ({ Key, Value })),
    Changes: shown.map((change) => ({
      Type: "Resource" as const,
      ResourceChange: describe(change, {
        PolicyAction: change.policy,
        Action: change.action,
        LogicalResourceId: change.logicalId,
        PhysicalResourceId: change.physicalId,
        ResourceType: change.type,
        Replacement: change.replacement,
        Scope: change.scope,
        Details: change.details,
        ChangeSetId: change.changeSetId,
      }),
    })),
    ...(from + pageSize < set.changes.length ? { NextToken: String(from + pageSize) } : {}),
    IncludeNestedStacks: set.includeNestedStacks,
    ParentChangeSetId: set.within?.parent,
    RootChangeSetId: set.within?.root,
    OnStackFailure: set.onStackFailure,
  };
}

export async function listChangeSets(
  input: ListChangeSetsInput,
  tx: Transaction,
): Promise<ListChangeSetsOutput> {
  const stack = await openStack(tx, input.StackName);
  const page = await tx.list(ChangeSet, {
    prefix: [stackKey(stack.id)],
    cursor: input.NextToken,
    limit: pageSize,
  });
  return {
    Summaries: page.values.map((set) => ({
      StackId: set.stackId,
      StackName: set.stackName,
      ChangeSetId: set.id,
      ChangeSetName: set.name,
      ExecutionStatus: set.executionStatus,
      Status: set.status,
      StatusReason: set.statusReason,
      CreationTime: set.createdAt,
      Description: set.description,
      IncludeNestedStacks: set.includeNestedStacks,
      ParentChangeSetId: set.within?.parent,
      RootChangeSetId: set.within?.root,
    })),
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}

export async function describeChangeSetHooks(
  input: DescribeChangeSetHooksInput,
  tx: Transaction,
): Promise<DescribeChangeSetHooksOutput> {
  const set = await findChangeSet(tx, input.ChangeSetName, input.StackName);
  return {
    ChangeSetId: set.id,
    ChangeSetName: set.name,
    StackId: set.stackId,
    StackName: set.stackName,
    Status: "PLANNED",
    Hooks: [],
  };
}
