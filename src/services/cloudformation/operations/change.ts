// What else is done to a stack: delete, cancel, continue or begin a rollback,
// protect, set its policy, signal its resources.

import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  CancelUpdateStackInput,
  ContinueUpdateRollbackInput,
  DeleteStackInput,
  GetStackPolicyInput,
  GetStackPolicyOutput,
  RollbackStackInput,
  RollbackStackOutput,
  SetStackPolicyInput,
  SignalResourceInput,
  UpdateTerminationProtectionInput,
  UpdateTerminationProtectionOutput,
} from "../../../model/generated/cloudformation.d.ts";
import { validationError } from "../model.ts";
import { begin, isRepeated } from "../stacks/begin.ts";
import { stackTopic } from "../stacks/event.ts";
import { findStack, openStack } from "../stacks/find.ts";
import { resourceGroup, SignalRecord, signalTopic } from "../stacks/signal.ts";
import { Stack, type StackState, stackKey } from "../stacks/stack.ts";
import { ResourceRecord } from "../stacks/stack-resource.ts";
import { policyText } from "./create.ts";

type Nothing = Record<string, never>;

export async function deleteStack(input: DeleteStackInput, tx: Transaction): Promise<Nothing> {
  const stack = await findStack(tx, input.StackName);
  // What is not there is deleted already.
  if (stack === undefined || stack.deletedAt !== undefined) return {};
  if (isRepeated(stack, input.ClientRequestToken) && stack.operation?.kind === "delete") return {};
  if (stack.terminationProtection) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (stack.parentId !== undefined && tx.sourceIp !== "cloudformation.amazonaws.com") {
    const parent = await findStack(tx, stack.rootId ?? stack.parentId);
    if (parent?.terminationProtection === true)
      throw validationError(
        `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled on the root stack`,
      );
  }
  if ((input.RetainResources ?? []).length > 0 && stack.status !== "DELETE_FAILED") {
    throw validationError(
      "Invalid operation on stack [" +
        stack.id +
        "]. Retain resources can only be specified for stacks in DELETE_FAILED state",
    );
  }
  if (stack.operation?.kind === "delete") return {};
  if (
    /_IN_PROGRESS$/.test(stack.status) &&
    stack.status !== "CREATE_IN_PROGRESS" &&
    stack.status !== "REVIEW_IN_PROGRESS"
  ) {
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  }
  // What failed before is tried again.
  for (const record of await tx.all(ResourceRecord, [stackKey(stack.id)])) {
    if (record.status === "DELETE_FAILED" || record.status === "DELETE_IN_PROGRESS")
      tx.put(ResourceRecord, { ...record, status: "CREATE_COMPLETE" });
  }
  begin(tx, { ...stack, roleArn: input.RoleARN ?? stack.roleArn }, "DELETE_IN_PROGRESS", {
    kind: "delete",
    clientRequestToken: input.ClientRequestToken,
    skip: input.RetainResources,
    forceDelete: input.DeletionMode === "FORCE_DELETE_STACK",
    retainExceptOnCreate: stack.status === "ROLLBACK_COMPLETE",
  });
  return {};
}

export async function cancelUpdateStack(input: CancelUpdateStackInput, tx: Transaction): Promise<Nothing> {
  const stack = await openStack(tx, input.StackName);
  const { operation } = stack;
  if (stack.status !== "UPDATE_IN_PROGRESS" || operation === undefined)
    throw validationError(`CancelUpdateStack cannot be called from current stack status`);
  tx.put(Stack, { ...stack, operation: { ...operation, cancelled: "User Initiated" } });
  tx.notify(stackTopic(stack.id));
  return {};
}

export async function continueUpdateRollback(
  input: ContinueUpdateRollbackInput,
  tx: Transaction,
): Promise<Nothing> {
  const stack = await openStack(tx, input.StackName);
  const { interrupted } = stack;
  if (stack.status !== "UPDATE_ROLLBACK_FAILED" || interrupted === undefined) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue rollback.`);
  }
  begin(
    tx,
    { ...stack, roleArn: input.RoleARN ?? stack.roleArn, interrupted: undefined },
    "UPDATE_ROLLBACK_IN_PROGRESS",
    {
      kind: "continue-rollback",
      clientRequestToken: input.ClientRequestToken,
      skip: input.ResourcesToSkip,
      before: interrupted.before,
      continues: interrupted.continues ?? interrupted.id,
    },
  );
  return {};
}

export async function rollbackStack(
  input: RollbackStackInput,
  tx: Transaction,
): Promise<RollbackStackOutput> {
  const stack = await openStack(tx, input.StackName);
  const roleArn = input.RoleARN ?? stack.roleArn;
  const { lastFailed } = stack;
  const request = {
    clientRequestToken: input.ClientRequestToken,
    retainExceptOnCreate: input.RetainExceptOnCreate,
  };
  if (stack.status === "CREATE_FAILED")
    begin(tx, { ...stack, roleArn }, "ROLLBACK_IN_PROGRESS", { kind: "rollback", ...request });
  else if (stack.status === "UPDATE_FAILED" && lastFailed !== undefined) {
    begin(tx, { ...stack, roleArn, lastFailed: undefined }, "UPDATE_ROLLBACK_IN_PROGRESS", {
      kind: "continue-rollback",
      ...request,
      before: lastFailed.before,
      continues: lastFailed.id,
    });
  } else {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
  }
  return { StackId: stack.id };
}

export async function updateTerminationProtection(
  input: UpdateTerminationProtectionInput,
  tx: Transaction,
): Promise<UpdateTerminationProtectionOutput> {
  const stack = await openStack(tx, input.StackName);
  if (stack.parentId !== undefined)
    throw validationError("Termination protection cannot be updated on nested stacks; update the root stack");
  tx.put(Stack, { ...stack, terminationProtection: input.EnableTerminationProtection });
  return { StackId: stack.id };
}

export async function setStackPolicy(input: SetStackPolicyInput, ctx: Waiting): Promise<Nothing> {
  const policy = await policyText(ctx, input.StackPolicyBody, input.StackPolicyURL);
  await ctx.atomically(async (tx) => {
    const stack: StackState = await openStack(tx, input.StackName);
    tx.put(Stack, { ...stack, policy });
  });
  return {};
}

export async function getStackPolicy(
  { StackName }: GetStackPolicyInput,
  tx: Transaction,
): Promise<GetStackPolicyOutput> {
  const { policy } = await openStack(tx, StackName);
  return policy === undefined ? {} : { StackPolicyBody: policy };
}

export async function signalResource(input: SignalResourceInput, tx: Transaction): Promise<Nothing> {
  const stack = await openStack(tx, input.StackName);
  const record = await tx.get(ResourceRecord, stackKey(stack.id), input.LogicalResourceId);
  if (record === undefined) {
    throw validationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`);
  }
  if (!/_IN_PROGRESS$/.test(record.status)) {
    throw validationError(
      `Resource ${input.LogicalResourceId} is in ${record.status} state and can not be signaled`,
    );
  }
  const group = resourceGroup(record);
  tx.put(SignalRecord, { group, uniqueId: input.UniqueId, status: input.Status as "SUCCESS" | "FAILURE" });
  tx.notify(signalTopic(group));
  return {};
}
