// Begins an operation: the stack with what it is to be, its template, the event
// and the job that does the work, all in one transaction.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { StackStatus } from "../../../model/generated/cloudformation.d.ts";
import { stackWork } from "../engine/run.ts";
import { cloudformation, validationError } from "../model.ts";
import type { Planned } from "../templates/target.ts";
import { putStatus } from "./event.ts";
import { type Operation, Stack, type StackState, stackKey, type Target, TemplateRecord } from "./stack.ts";

export type OperationRequest = Omit<Operation, "id" | "startedAt" | "principal">;

export function newStackId(tx: Pick<Transaction, "ids" | "account" | "region">, name: string): string {
  return `arn:aws:cloudformation:${tx.region}:${tx.account}:stack/${name}/${tx.ids.uuid()}`;
}

/** A stack that is not there yet, to be reviewed. */
export function stackToReview(
  ctx: Pick<Waiting, "ids" | "account" | "region" | "now">,
  name: string,
): StackState {
  return {
    id: newStackId(ctx, name),
    name,
    generation: 0,
    templates: 0,
    status: "REVIEW_IN_PROGRESS",
    createdAt: ctx.now(),
    parameters: {},
    resolved: {},
    secret: [],
    tags: {},
    capabilities: [],
    notificationArns: [],
    disableRollback: false,
    terminationProtection: false,
    outputs: [],
    imports: [],
  };
}

/** Stores the stack's next template; the number it has. */
export function putTemplate(
  tx: Transaction,
  stack: Pick<StackState, "id">,
  generation: number,
  planned: Planned,
): void {
  tx.put(TemplateRecord, {
    stack: stackKey(stack.id),
    generation,
    original: planned.original,
    processed: planned.processed,
    transformed: planned.transformed,
  });
}

/** The stack under its new operation; the work is asked for. */
export function begin(
  tx: Transaction,
  stack: StackState,
  status: StackStatus,
  request: OperationRequest,
  reason: string | undefined = "User Initiated",
): StackState {
  const operation: Operation = {
    ...request,
    id: tx.ids.uuid(),
    startedAt: tx.now,
    principal: tx.principal,
    deadline:
      stack.timeoutMinutes !== undefined && request.kind === "create"
        ? tx.now + stack.timeoutMinutes * 60_000
        : undefined,
  };
  const begun = putStatus(
    tx,
    { ...stack, operation, failure: undefined, lastToken: request.clientRequestToken },
    status,
    reason,
  );
  tx.put(Stack, begun);
  tx.enqueue(stackWork, { stack: stackKey(stack.id), operation: operation.id }, { id: operation.id });
  return begun;
}

/** What a stack is to be, apart from its operation. */
export function targetOf(stack: StackState): Target {
  const { generation, description, parameters, resolved, secret, tags, capabilities } = stack;
  const { notificationArns, rollbackConfiguration } = stack;
  return {
    generation,
    description,
    parameters,
    resolved,
    secret,
    tags,
    capabilities,
    notificationArns,
    rollbackConfiguration,
  };
}

const updatable = new Set<StackStatus>([
  "CREATE_COMPLETE",
  "IMPORT_COMPLETE",
  "IMPORT_ROLLBACK_COMPLETE",
  "UPDATE_COMPLETE",
  "UPDATE_ROLLBACK_COMPLETE",
  "UPDATE_FAILED",
  "CREATE_FAILED",
]);

export function checkUpdatable(stack: StackState): void {
  const failedWithoutRollback = stack.status === "CREATE_FAILED" && !stack.disableRollback;
  if (updatable.has(stack.status) && !failedWithoutRollback) return;
  throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
}

/** A token that a later operation repeats is the same request. */
export function isRepeated(stack: StackState | undefined, token: string | undefined): boolean {
  return token !== undefined && stack?.lastToken === token;
}

export function alreadyExists(name: string): ReturnType<typeof fault> {
  return fault(cloudformation, "AlreadyExistsException", `Stack [${name}] already exists`);
}
