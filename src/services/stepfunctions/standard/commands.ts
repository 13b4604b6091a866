// What a step wants done, as stored work of the same transaction.

import type { Transaction } from "../../../core/transaction.ts";
import { putActivityTask } from "../activity.ts";
import type { Command } from "../asl/happening.ts";
import type { ExecutionState } from "../execution.ts";
import { beginMapRun, redriveMapRun, stopMapRun } from "../map-run/begin.ts";
import type { RevisionState } from "../state-machine.ts";
import { fireTimer, runTask, stopTask, type WaitAddress } from "./jobs.ts";

export function followCommands(
  tx: Transaction,
  execution: ExecutionState,
  commands: readonly Command[],
  revision: RevisionState,
): void {
  for (const command of withoutCancelled(commands)) follow(tx, execution, command, revision);
}

/** A timer that the same step set and withdrew was never there. */
function withoutCancelled(commands: readonly Command[]): readonly Command[] {
  if (commands.length < 2) return commands;
  const cancelled = new Set(
    commands.filter((command) => command.type === "cancel").map(({ sequence }) => sequence),
  );
  if (cancelled.size === 0) return commands;
  return commands.filter((command) => command.type !== "timer" || !cancelled.has(command.sequence));
}

function follow(tx: Transaction, execution: ExecutionState, command: Command, revision: RevisionState): void {
  const address = (at: { readonly frame: number; readonly sequence: number }): WaitAddress => ({
    execution: execution.id,
    frame: at.frame,
    sequence: at.sequence,
  });
  switch (command.type) {
    case "task":
      tx.enqueue(runTask, address(command));
      return;
    case "activity":
      putActivityTask(tx, command.activityArn, address(command), command.token);
      return;
    case "timer":
      tx.enqueue(fireTimer, address(command), { at: command.at, ...timerId(execution, command) });
      return;
    case "cancel":
      tx.cancel(fireTimer, limitId(execution, command));
      return;
    case "stop": {
      const { resource, started } = command;
      tx.enqueue(stopTask, { execution: execution.id, resource, started, roleArn: revision.roleArn });
      return;
    }
    case "mapRun":
      beginMapRun(tx, execution, command, revision);
      return;
    case "stopMapRun":
      stopMapRun(tx, command.arn);
      return;
    case "redriveMapRun":
      redriveMapRun(tx, command.arn);
      return;
  }
}

/**
 * Only limits have an id by which they can be withdrawn, which costs a key more. Other
 * timers mostly fire; one that is not wanted any more finds nobody who waits for it.
 */
function timerId(
  execution: ExecutionState,
  timer: { readonly sequence: number; readonly limit?: true },
): { readonly id?: string } {
  return timer.limit === true ? { id: limitId(execution, timer) } : {};
}

function limitId(execution: ExecutionState, at: { readonly sequence: number }): string {
  return `${execution.id}.${at.sequence}`;
}
