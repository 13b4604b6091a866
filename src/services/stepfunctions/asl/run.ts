// One step of one execution: what it rests on, and what it has done so far.

import { assert } from "../../../core/fault.ts";
import type { Json } from "./data/scope.ts";
import type { Frame, Head, Memory } from "./frame.ts";
import type { Command } from "./happening.ts";
import type { HistoryEventType, HistoryRecord, RecordDetails } from "./history-record.ts";
import type { CompiledState, Machine } from "./machine.ts";
import { chain, type Maybe } from "./maybe.ts";

/** What the context object tells of an execution. */
export interface Facts {
  readonly executionArn: string;
  readonly executionName: string;
  readonly input: Json;
  readonly roleArn: string;
  readonly startedAt: number;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly account: string;
  readonly region: string;
  /** Further members of ExecutionStarted. */
  readonly started?: RecordDetails;
  readonly redrivenAt?: number | undefined;
  /** TestState is told what the context object holds. */
  readonly context?: { readonly [name: string]: Json } | undefined;
}

export interface Chance {
  uuid(): string;
  fraction(): number;
}

export interface Run {
  readonly machine: Machine;
  readonly facts: Facts;
  readonly head: Head;
  readonly memory: Memory;
  readonly now: number;
  readonly chance: Chance;
  /** Whether anyone will read the events; they are counted all the same. */
  readonly recording: boolean;
  /** The most events that the execution may have. */
  readonly eventLimit: number;
  /** TestState looks at the data between the stages of a state. */
  readonly inspect?: ((stage: string, value: Json) => void) | undefined;
  readonly events: HistoryRecord[];
  readonly commands: Command[];
  /** Frames that have entered a state, in that order; `moved` of them were run. */
  readonly ready: Frame[];
  moved: number;
}

/** The execution has more events than it may have. */
export class HistoryLimit extends Error {
  override readonly name = "HistoryLimit";
}

/** Records an event of the frame's thread. */
export function record(run: Run, frame: Frame, type: HistoryEventType, details?: RecordDetails): void {
  frame.event = recordAfter(run, frame.event, type, details);
}

export function recordAfter(
  run: Run,
  previous: number,
  type: HistoryEventType,
  details?: RecordDetails,
): number {
  const id = run.head.lastEvent + 1;
  // The last place is for the end of the execution.
  if (id >= run.eventLimit && !type.startsWith("Execution")) throw new HistoryLimit();
  run.head.lastEvent = id;
  if (run.recording) run.events.push({ id, previous, type, details });
  return id;
}

export function stateOf(run: Run, frame: Frame): CompiledState {
  const state = run.machine.blocks[frame.block]?.states.get(frame.state);
  assert(state !== undefined, `there is a state ${frame.state}`);
  return state;
}

export function nextSequence(run: Run): number {
  return ++run.head.sequence;
}

/** The parent of a child, which outlives it. */
export function parentOf(run: Run, child: Frame): Maybe<Frame> {
  return chain(run.memory.frame(child.parent!), (parent) => {
    assert(parent !== undefined, "the parent of a frame is there");
    return parent;
  });
}

export function timerCommand(run: Run, frame: Frame, sequence: number, at: number): void {
  run.commands.push({ type: "timer", frame: frame.id, sequence, at });
}
