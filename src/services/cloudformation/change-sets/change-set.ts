// A change set: what a stack would become, and what that would do to it.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ChangeSetStatus,
  ChangeSetType,
  ExecutionStatus,
  OnStackFailure,
} from "../../../model/generated/cloudformation.d.ts";
import { cloudformation, validationError } from "../model.ts";
import { openStack } from "../stacks/find.ts";
import { stackKey, type Target } from "../stacks/stack.ts";
import type { ChangeState } from "./changes.ts";

export interface ChangeSetState {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: ChangeSetType;
  readonly description?: string | undefined;
  readonly createdAt: number;
  readonly status: ChangeSetStatus;
  readonly statusReason?: string | undefined;
  readonly executionStatus: ExecutionStatus;
  readonly target: Target;
  readonly roleArn?: string | undefined;
  readonly onStackFailure?: OnStackFailure | undefined;
  readonly includeNestedStacks: boolean;
  readonly clientToken?: string | undefined;
  readonly changes: readonly ChangeState[];
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Of a nested stack's: the change set of the stack that it is in, the outermost one, and its logical id. */
  readonly within?:
    | { readonly parent: string; readonly root: string; readonly logicalId: string }
    | undefined;
}

export const ChangeSet = defineResource<ChangeSetState>()({
  service: "cloudformation",
  type: "change-set",
  key: ({ stackId, name }) => [stackKey(stackId), name],
  indexes: {
    id: ({ id }) => [id],
    parent: ({ within }) => (within === undefined ? undefined : [within.parent, within.logicalId]),
  },
});

/** The change set of a nested stack that belongs to its parent's. */
export async function nestedSet(
  tx: Transaction,
  parent: string | undefined,
  logicalId: string,
): Promise<ChangeSetState | undefined> {
  if (parent === undefined) return undefined;
  const { values } = await tx.list(ChangeSet, { index: "parent", prefix: [parent, logicalId], limit: 1 });
  return values[0];
}

export function changeSetNotFound(name: string): ReturnType<typeof fault> {
  return fault(cloudformation, "ChangeSetNotFound", `ChangeSet [${name}] does not exist`);
}

/** By its ARN, or by its name within a stack. */
export async function findChangeSet(
  tx: Transaction,
  name: string,
  stackName: string | undefined,
): Promise<ChangeSetState> {
  if (name.startsWith("arn:")) {
    const { values } = await tx.list(ChangeSet, { index: "id", prefix: [name], limit: 1 });
    if (values[0] === undefined) throw changeSetNotFound(name);
    return values[0];
  }
  if (stackName === undefined)
    throw validationError("StackName must be specified if ChangeSetName is not specified as an ARN.");
  const stack = await openStack(tx, stackName);
  const found = await tx.get(ChangeSet, stackKey(stack.id), name);
  if (found === undefined) throw changeSetNotFound(name);
  return found;
}
