// Events of stacks' operations, newest first, by stack or by operation.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  BeaconStackOperationStatus,
  DescribeEventsInput,
  DescribeEventsOutput,
  EventType,
  OperationEvent,
  OperationType,
} from "../../../model/generated/cloudformation.d.ts";
import { findChangeSet } from "../change-sets/change-set.ts";
import { noSuchStack, validationError } from "../model.ts";
import { EventRecord, type EventState } from "../stacks/event.ts";
import { findStack } from "../stacks/find.ts";
import { type OperationKind, Stack, stackKey } from "../stacks/stack.ts";

const pageSize = 100;

export async function describeEvents(
  input: DescribeEventsInput,
  tx: Transaction,
): Promise<DescribeEventsOutput> {
  const { StackName, ChangeSetName, OperationId, NextToken } = input;
  if (ChangeSetName !== undefined) {
    // What a change set's making had to say is in its status.
    await findChangeSet(tx, ChangeSetName, StackName);
    return { OperationEvents: [] };
  }
  const listed = { reverse: true, cursor: NextToken, limit: pageSize };
  if (OperationId !== undefined) {
    const page = await tx.list(EventRecord, { ...listed, index: "operation", prefix: [OperationId] });
    return shown(page, input, tx);
  }
  if (StackName === undefined)
    throw validationError("Either StackName, ChangeSetName or OperationId must be specified.");
  const stack = await findStack(tx, StackName);
  if (stack === undefined) throw noSuchStack(StackName);
  return shown(await tx.list(EventRecord, { ...listed, prefix: [stackKey(stack.id)] }), input, tx);
}

async function shown(
  page: { readonly values: readonly EventState[]; readonly cursor?: string | undefined },
  { Filters }: DescribeEventsInput,
  tx: Transaction,
): Promise<DescribeEventsOutput> {
  const ids = new Map<string, string>();
  for (const { stack } of page.values)
    if (!ids.has(stack)) ids.set(stack, (await tx.get(Stack, stack))?.id ?? "");
  const events = page.values.map((event) => view(event, ids.get(event.stack) ?? ""));
  const failed = ({ EventType }: OperationEvent): boolean => EventType === "PROVISIONING_ERROR";
  return {
    OperationEvents: Filters?.FailedEvents === true ? events.filter(failed) : events,
    ...(page.cursor === undefined ? {} : { NextToken: page.cursor }),
  };
}

const operationTypes: Readonly<Record<OperationKind, OperationType>> = {
  create: "CREATE_STACK",
  update: "UPDATE_STACK",
  import: "UPDATE_STACK",
  delete: "DELETE_STACK",
  rollback: "ROLLBACK",
  "continue-rollback": "CONTINUE_ROLLBACK",
};

function view(event: EventState, id: string): OperationEvent {
  const whole = event.physicalId === id;
  const failed = /_FAILED$/.test(event.status);
  const type: EventType = whole ? "STACK_EVENT" : failed ? "PROVISIONING_ERROR" : "PROGRESS_EVENT";
  return {
    EventId: event.id,
    StackId: id,
    OperationId: event.operation?.id,
    OperationType: event.operation === undefined ? undefined : operationTypes[event.operation.kind],
    OperationStatus: whole ? statusOf(event.status) : undefined,
    EventType: type,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId ?? "",
    ResourceType: event.type,
    Timestamp: event.at,
    ResourceStatus: event.status as OperationEvent["ResourceStatus"],
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.clientRequestToken,
  };
}

/** A stack that goes back has not done what it was to do. */
function statusOf(status: string): BeaconStackOperationStatus {
  if (/_IN_PROGRESS$/.test(status)) return "IN_PROGRESS";
  return /_FAILED$|ROLLBACK/.test(status) ? "FAILED" : "SUCCEEDED";
}
