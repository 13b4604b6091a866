// What every part of an operation shares: the stack as it was when the
// operation was taken up, its journal, and under whom resources are worked on.

import type { Incarnation, ProvidedType } from "../../../core/provision.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Operation, StackState } from "../stacks/stack.ts";
import type { Journal } from "./journal.ts";

export interface Run {
  /** Of the job; writes records. */
  readonly ctx: Waiting;
  /** Of the stack's role or of the caller; calls services. */
  readonly acting: Waiting;
  readonly stack: StackState;
  readonly operation: Operation;
  readonly journal: Journal;
  /** Aborted when the operation is to stop: a failure elsewhere, a cancellation, a timeout. */
  readonly stop: AbortController;
}

/** The context for a stack's resources. */
export function actingContext(ctx: Waiting, stack: StackState, operation: Operation): Waiting {
  return stack.roleArn === undefined
    ? ctx.as(operation.principal)
    : ctx.asRole(stack.roleArn, "AWSCloudFormation").at({ account: ctx.account, region: ctx.region });
}

/**
 * Work beside other work of the same operation, in contexts of its own: what one
 * of them waits for does not hide that another is busy.
 */
export function branch<T>(run: Run, body: (within: Run) => Promise<T>): Promise<T> {
  return run.ctx.beside((ctx) => body({ ...run, ctx, acting: actingContext(ctx, run.stack, run.operation) }));
}

export function incarnationOf({ stack, journal }: Run, logicalId: string, token: string): Incarnation {
  const type = journal.resources.get(logicalId)?.type ?? "";
  return { logicalId, type, stack: { id: stack.id, name: stack.name }, token };
}

const customResource = "AWS::CloudFormation::CustomResource";

/** The type as its service defines it; `Custom::Anything` is a custom resource. */
export function typeOf(ctx: Waiting, type: string): Promise<ProvidedType | undefined> {
  return ctx.resourceType(type.startsWith("Custom::") ? customResource : type);
}
