// The message move task: what its record holds, and the handle that clients
// know it by.

import { defineResource } from "../../core/resource.ts";
import type { ListMessageMoveTasksResultEntry } from "../../model/generated/sqs.d.ts";
import { resourceNotFound } from "./faults.ts";

export interface MoveTask {
  readonly id: string;
  /** The dead-letter queue that messages are taken from. */
  readonly sourceArn: string;
  /** Undefined: each message goes back to the queue that gave it up. */
  readonly destinationArn?: string | undefined;
  readonly messagesPerSecond?: number | undefined;
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  readonly failureReason?: string;
  readonly moved: number;
  /** As many as there were at the start. */
  readonly toMove: number;
  readonly startedAt: number;
}

export const MoveTask = defineResource<MoveTask>()({
  service: "sqs",
  type: "move-task",
  key: (task) => [task.sourceArn, task.id],
  indexes: { started: (task) => [task.sourceArn, task.startedAt] },
});

export function taskHandle({ id, sourceArn }: MoveTask): string {
  return Buffer.from(JSON.stringify({ taskId: id, sourceArn })).toString("base64");
}

export function parseTaskHandle(handle: string): { readonly id: string; readonly sourceArn: string } {
  try {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, "base64").toString()) as Record<
      string,
      unknown
    >;
    if (typeof taskId === "string" && typeof sourceArn === "string") return { id: taskId, sourceArn };
  } catch {
    // Said below.
  }
  throw resourceNotFound("Task does not exist.");
}

export function showTask(task: MoveTask): ListMessageMoveTasksResultEntry {
  return {
    // Only a running task can be cancelled: the others show no handle.
    ...(task.status === "RUNNING" && { TaskHandle: taskHandle(task) }),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
    ...(task.messagesPerSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.messagesPerSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
    StartedTimestamp: task.startedAt,
  };
}
