// Tells the default bus what happens to stacks, their resources, their drift and
// stack sets, in the events that EventBridge's users know.

import type { Transaction } from "../../../core/transaction.ts";
import type { EventState } from "./event.ts";
import type { StackState } from "./stack.ts";

function tell(tx: Transaction, subject: string, about: string, detail: object): void {
  tx.publish("aws.cloudformation", {
    "detail-type": `CloudFormation ${subject} Status Change`,
    resources: [about],
    detail,
  });
}

const details = (status: string, reason: string | undefined) => ({
  status,
  "status-reason": reason ?? "",
});

export function announceEvent(tx: Transaction, { id }: StackState, event: EventState): void {
  const common = {
    "stack-id": id,
    "status-details": details(event.status, event.reason),
    "client-request-token": event.clientRequestToken ?? "",
  };
  if (event.physicalId === id) tell(tx, "Stack", id, common);
  else {
    tell(tx, "Resource", id, {
      ...common,
      "logical-resource-id": event.logicalId,
      "physical-resource-id": event.physicalId ?? "",
      "resource-type": event.type,
    });
  }
}

export interface DetectionNews {
  readonly id: string;
  readonly status: string;
  /** Undefined while it goes on. */
  readonly drifted?: number | undefined;
}

export function announceDetection(tx: Transaction, stack: StackState, detection: DetectionNews): void {
  const { drifted } = detection;
  const standing = drifted === undefined ? "UNKNOWN" : drifted > 0 ? "DRIFTED" : "IN_SYNC";
  tell(tx, "Drift Detection", stack.id, {
    "stack-id": stack.id,
    "stack-drift-detection-id": detection.id,
    "status-details": { "stack-drift-status": standing, "detection-status": detection.status },
    "drift-detection-details": { "drifted-stack-resource-count": drifted ?? -1 },
    "client-request-token": "",
  });
}

export function announceSet(tx: Transaction, arn: string, status: "ACTIVE" | "DELETED"): void {
  tell(tx, "StackSet", arn, { "stack-set-arn": arn, "status-details": { status } });
}

export function announceSetOperation(tx: Transaction, arn: string, id: string, status: string): void {
  const detail = { "stack-set-arn": arn, "stack-set-operation-id": id, "status-details": { status } };
  tell(tx, "StackSet Operation", arn, detail);
}

export interface InstanceNews {
  readonly stackId?: string | undefined;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly detailed: string;
}

export function announceInstance(tx: Transaction, arn: string, action: string, instance: InstanceNews): void {
  const { stackId, status, reason, detailed } = instance;
  tell(tx, "StackSet StackInstance", arn, {
    "stack-set-arn": arn,
    "stack-id": stackId ?? "",
    action,
    "status-details": { ...details(status, reason), "detailed-status": detailed },
  });
}
