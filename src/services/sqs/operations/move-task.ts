// StartMessageMoveTask, CancelMessageMoveTask and ListMessageMoveTasks.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CancelMessageMoveTaskRequest,
  CancelMessageMoveTaskResult,
  ListMessageMoveTasksRequest,
  ListMessageMoveTasksResult,
  StartMessageMoveTaskRequest,
  StartMessageMoveTaskResult,
} from "../../../model/generated/sqs.d.ts";
import { checkAccess, type QueueAction } from "../access.ts";
import { invalidParameter, invalidValue, resourceNotFound, sqs } from "../faults.ts";
import { moveMessages } from "../jobs.ts";
import { messagesOf } from "../messages/store.ts";
import { MoveTask, parseTaskHandle, showTask, taskHandle } from "../move-task.ts";
import { findQueue, type OpenQueue, Queue } from "../queue.ts";

const mostPerSecond = 500;
const mostListed = 10;

export async function startMessageMoveTask(
  input: StartMessageMoveTaskRequest,
  caller: Transaction,
): Promise<StartMessageMoveTaskResult> {
  const { SourceArn: sourceArn, DestinationArn: destinationArn } = input;
  const { queue, tx } = await namedQueue(caller, "SourceArn", sourceArn, "StartMessageMoveTask");
  if (destinationArn !== undefined) {
    if (destinationArn === sourceArn) {
      throw invalidValue("Source queue arn and destination queue arn must not be the same.");
    }
    const destination = await namedQueue(caller, "DestinationArn", destinationArn, "SendMessage");
    if (destination.queue.fifo !== queue.fifo) {
      throw invalidValue("Source queue and destination queue must be of the same type.");
    }
  }
  const messagesPerSecond = input.MaxNumberOfMessagesPerSecond;
  if (messagesPerSecond !== undefined && (messagesPerSecond < 1 || messagesPerSecond > mostPerSecond)) {
    throw invalidParameter(
      "MaxNumberOfMessagesPerSecond",
      messagesPerSecond,
      `You must enter a value that's between 1 and ${mostPerSecond}.`,
    );
  }
  const sources = await tx.list(Queue, { index: "dead-letter-target", prefix: [sourceArn], limit: 1 });
  if (sources.values.length === 0) {
    throw invalidValue("Source queue must be configured as a Dead Letter Queue.");
  }
  const before = await tx.list(MoveTask, { index: "started", prefix: [sourceArn], reverse: true });
  if (before.values.some((task) => task.status === "RUNNING")) {
    throw fault(
      sqs,
      "UnsupportedOperation",
      "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    );
  }
  for (const old of before.values.slice(mostListed - 1)) tx.delete(MoveTask, sourceArn, old.id);
  const task: MoveTask = {
    id: tx.ids.uuid(),
    sourceArn,
    destinationArn,
    messagesPerSecond,
    status: "RUNNING",
    moved: 0,
    toMove: (await messagesOf(queue).count(tx, queue)).visible,
    startedAt: tx.now,
  };
  tx.put(MoveTask, task);
  tx.enqueue(moveMessages, { sourceArn, taskId: task.id }, { id: task.id });
  return { TaskHandle: taskHandle(task) };
}

export async function cancelMessageMoveTask(
  { TaskHandle }: CancelMessageMoveTaskRequest,
  caller: Transaction,
): Promise<CancelMessageMoveTaskResult> {
  const { id, sourceArn } = parseTaskHandle(TaskHandle);
  const { tx } = await namedQueue(caller, "SourceArn", sourceArn, "CancelMessageMoveTask");
  const task = await tx.get(MoveTask, sourceArn, id);
  if (task === undefined) throw resourceNotFound("Task does not exist.");
  if (task.status !== "RUNNING") {
    throw fault(sqs, "UnsupportedOperation", "Only active tasks can be cancelled.");
  }
  tx.put(MoveTask, { ...task, status: "CANCELLED" });
  tx.cancel(moveMessages, id);
  return { ApproximateNumberOfMessagesMoved: task.moved };
}

export async function listMessageMoveTasks(
  { SourceArn, MaxResults = 1 }: ListMessageMoveTasksRequest,
  caller: Transaction,
): Promise<ListMessageMoveTasksResult> {
  if (MaxResults < 1 || MaxResults > mostListed) {
    throw invalidParameter(
      "MaxResults",
      MaxResults,
      `You must enter a value that's between 1 and ${mostListed}.`,
    );
  }
  const { tx } = await namedQueue(caller, "SourceArn", SourceArn, "ListMessageMoveTasks");
  const tasks = await tx.list(MoveTask, {
    index: "started",
    prefix: [SourceArn],
    reverse: true,
    limit: MaxResults,
  });
  return { Results: tasks.values.map(showTask) };
}

async function namedQueue(
  caller: Transaction,
  parameter: string,
  arn: string,
  action: QueueAction,
): Promise<OpenQueue> {
  const found = await findQueue(caller, arn);
  if (found !== undefined) {
    checkAccess(caller, found.tx.account, found.queue, action);
    return found;
  }
  throw resourceNotFound(`The resource that you specified for the ${parameter} parameter doesn't exist.`);
}
