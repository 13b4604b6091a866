// A step of a Standard execution: the pure step between what the store holds
// and what it will hold, with all that is to be done in the same transaction.

import type { Transaction } from "../../../core/transaction.ts";
import { advance } from "../asl/advance.ts";
import type { Json } from "../asl/data/scope.ts";
import type { Happening } from "../asl/happening.ts";
import { maximumEvents } from "../asl/limits.ts";
import type { Facts, Run } from "../asl/run.ts";
import {
  Execution,
  type ExecutionState,
  executionArn,
  executionTopic,
  Live,
  type LiveState,
} from "../execution.ts";
import { packEvents } from "../history/pack.ts";
import { childEnded } from "../map-run/standard-children.ts";
import { machineOf, type RevisionState, revisionOf, stateMachineArn } from "../state-machine.ts";
import { followCommands } from "./commands.ts";
import { publishStatus } from "./status-event.ts";
import { storeMemory } from "./store-memory.ts";
import { cancelDeadline, setDeadline, shipLog } from "./upkeep.ts";

/** Puts a new execution where its first wait or its end is. `id` and `name` are its own. */
export async function startExecution(
  tx: Transaction,
  execution: ExecutionState,
  revision: RevisionState,
): Promise<ExecutionState> {
  const head = { lastEvent: 0, sequence: 0, frames: 0, status: "RUNNING" as const, redriveCount: 0 };
  if (execution.mapRun === undefined) publishStatus(tx, execution);
  return step(tx, execution, { head, root: undefined }, revision, { type: "started" });
}

/** Lets something happen to a running execution; false where it is none any more. */
export async function happen(tx: Transaction, id: string, happening: Happening): Promise<boolean> {
  const live = await tx.get(Live, id);
  if (live === undefined || live.head.status !== "RUNNING") return false;
  await happenTo(tx, live, happening);
  return true;
}

export async function happenTo(
  tx: Transaction,
  live: LiveState,
  happening: Happening,
): Promise<ExecutionState | undefined> {
  const execution = await tx.get(Execution, live.machine, live.name);
  if (execution === undefined) return undefined;
  const revision = await revisionOf(tx, machineName(execution), execution.revisionId);
  return step(tx, execution, live, revision, happening);
}

/** Of a map run's child, the machine that the map is in. */
export function machineName(execution: ExecutionState): string {
  return execution.machine.split("/")[0]!;
}

async function step(
  tx: Transaction,
  execution: ExecutionState,
  live: Pick<LiveState, "head"> & { readonly root: LiveState["root"] | undefined },
  revision: RevisionState,
  happening: Happening,
): Promise<ExecutionState> {
  const memory = storeMemory(tx, execution.id, live.root);
  const firstEvent = live.head.lastEvent + 1;
  const wasLive = live.root !== undefined;
  const run: Run = {
    machine: machineOf(revision, execution.mapRun?.block),
    facts: factsOf(tx, execution, revision),
    head: live.head,
    memory,
    now: tx.now,
    chance: { uuid: () => tx.ids.uuid(), fraction: () => tx.ids.fraction() },
    recording: true,
    eventLimit: maximumEvents,
    events: [],
    commands: [],
    ready: [],
    moved: 0,
  };
  await advance(run, happening);
  if (run.events.length > 0) {
    const key = tx.key("stepfunctions", "history", execution.id, firstEvent);
    tx.raw.put(key, Buffer.from(packEvents(tx.now, run.events)));
  }
  followCommands(tx, execution, run.commands, revision);
  memory.save();
  return settle(tx, execution, run, revision, memory.root, wasLive);
}

/** Writes down where the execution stands now. */
function settle(
  tx: Transaction,
  execution: ExecutionState,
  run: Run,
  revision: RevisionState,
  root: LiveState["root"] | undefined,
  wasLive: boolean,
): ExecutionState {
  const { head } = run;
  const { output, ...rest } = head;
  if (root !== undefined) {
    const { id, machine, name } = execution;
    tx.put(Live, { id, machine, name, head: rest, root });
  } else if (wasLive) tx.delete(Live, execution.id);
  if (head.lastEvent > 0) shipLog(tx, execution, revision, head);
  if (head.status === "RUNNING") {
    const running: ExecutionState = { ...execution, status: "RUNNING", events: head.lastEvent };
    if (!wasLive || execution.status !== "RUNNING") tx.put(Execution, running);
    if (!wasLive) setDeadline(tx, execution, run.machine.timeoutSeconds);
    return running;
  }
  if (wasLive) cancelDeadline(tx, execution, run.machine.timeoutSeconds);
  const closed = closedExecution(execution, head, output, tx.now);
  tx.put(Execution, closed);
  tx.notify(executionTopic(execution.id));
  if (execution.mapRun === undefined) publishStatus(tx, closed);
  else childEnded(tx, closed);
  return closed;
}

function closedExecution(
  execution: ExecutionState,
  head: Run["head"],
  output: Json | undefined,
  now: number,
): ExecutionState {
  const { output: _output, error: _error, cause: _cause, ...rest } = execution;
  return {
    ...rest,
    status: head.status,
    stoppedAt: now,
    events: head.lastEvent,
    ...(output === undefined ? {} : { output: JSON.stringify(output) }),
    ...(head.error === undefined ? {} : { error: head.error }),
    ...(head.cause === undefined ? {} : { cause: head.cause }),
  };
}

function factsOf(tx: Transaction, execution: ExecutionState, revision: RevisionState): Facts {
  const { account, region } = tx;
  const machine = machineName(execution);
  let input: Json | undefined;
  return {
    executionArn: executionArn(execution, tx),
    executionName: execution.name,
    /** Read when it is first looked at: most steps never do. */
    get input() {
      input ??= JSON.parse(execution.input) as Json;
      return input;
    },
    roleArn: revision.roleArn,
    startedAt: execution.startedAt,
    stateMachineArn: stateMachineArn(tx, machine),
    stateMachineName: machine,
    account,
    region,
    redrivenAt: execution.redrivenAt,
    started: {
      stateMachineVersionArn: execution.version && stateMachineArn(tx, machine, execution.version),
      stateMachineAliasArn: execution.alias && stateMachineArn(tx, machine, execution.alias),
    },
  };
}
