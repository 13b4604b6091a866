// What happened to a stack and its resources, in order.

import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ResourceStatus, StackStatus } from "../../../model/generated/cloudformation.d.ts";
import { announceEvent } from "./announce.ts";
import { notifyTopics } from "./notify.ts";
import { type OperationKind, type StackState, stackKey } from "./stack.ts";

export interface EventState {
  readonly stack: string;
  readonly at: number;
  readonly order: string;
  readonly id: string;
  readonly logicalId: string;
  readonly physicalId?: string | undefined;
  readonly type: string;
  readonly status: ResourceStatus | StackStatus;
  readonly reason?: string | undefined;
  readonly properties?: string | undefined;
  readonly clientRequestToken?: string | undefined;
  /** What was under way. */
  readonly operation?: { readonly id: string; readonly kind: OperationKind } | undefined;
}

export const EventRecord = defineResource<EventState>()({
  service: "cloudformation",
  type: "event",
  key: ({ stack, at, order }) => [stack, at, order],
  indexes: { operation: ({ operation, at, order }) => operation && [operation.id, at, order] },
});

export type Happening = Pick<
  EventState,
  "logicalId" | "physicalId" | "type" | "status" | "reason" | "properties"
>;

export function putEvent(tx: Transaction, stack: StackState, happening: Happening): void {
  const id =
    happening.type === "AWS::CloudFormation::Stack" && happening.physicalId === stack.id
      ? tx.ids.uuid()
      : `${happening.logicalId}-${happening.status}-${new Date(tx.now).toISOString()}`;
  const event: EventState = {
    ...happening,
    stack: stackKey(stack.id),
    at: tx.now,
    order: String(tx.nextOrder()).padStart(14, "0"),
    id,
    clientRequestToken: stack.operation?.clientRequestToken,
    operation: stack.operation && { id: stack.operation.id, kind: stack.operation.kind },
  };
  tx.put(EventRecord, event);
  notifyTopics(tx, stack, event);
  announceEvent(tx, stack, event);
}

/** The stack with another status, stored with its event. */
export function putStatus(
  tx: Transaction,
  stack: StackState,
  status: StackStatus,
  reason?: string,
): StackState {
  const changed: StackState = { ...stack, status, statusReason: reason };
  putEvent(tx, changed, {
    logicalId: stack.name,
    physicalId: stack.id,
    type: "AWS::CloudFormation::Stack",
    status,
    reason,
  });
  tx.notify(stackTopic(stack.id));
  return changed;
}

/** Rung whenever the stack's status changes or its operation is to stop. */
export function stackTopic(id: string): string {
  return `cloudformation.stack.${stackKey(id)}`;
}
