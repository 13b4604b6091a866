// What an execution remembers between two steps. A frame is one thread of
// states: the machine's own, a branch of a Parallel, an iteration of a Map.
// Frames lie apart from each other, so that a step touches only what it moves.

import type { Json } from "./data/scope.ts";
import type { Maybe } from "./maybe.ts";

export interface Frame {
  /** 0 is the machine's own. */
  readonly id: number;
  readonly parent?: number;
  /** Which branch or item of its parent it is. */
  readonly slot: number;
  /** Which of the machine's blocks its states are in. */
  readonly block: number;
  state: string;
  /** The state's input, as it came. */
  input: Json;
  /** All that can be seen here: a frame begins with its parent's. */
  variables: { readonly [name: string]: Json };
  /** The frame's last event: the next one's `previousEventId`. */
  event: number;
  enteredAt: number;
  enteredEvent: number;
  /** Failed attempts by retrier, where there were any. */
  retries?: number[];
  /** The Map item that is worked on. */
  item?: { readonly index: number; readonly value: Json };
  /** Undefined while the frame is moving. */
  wait?: Wait;
  /** How it ended, where it can still be redriven. */
  ended?: "failed" | "aborted";
}

export type Wait =
  | { readonly kind: "until" | "retry"; readonly sequence: number; readonly at: number }
  /** The step was long enough: the rest follows in the next. */
  | { readonly kind: "turn"; readonly sequence: number }
  | TaskWait
  | ChildrenWait
  | MapRunWait;

export interface TaskWait {
  readonly kind: "task";
  readonly sequence: number;
  readonly resource: string;
  readonly pattern: "request" | "sync" | "token";
  readonly input: Json;
  readonly scheduledAt: number;
  readonly token?: string;
  readonly credentials?: Json;
  readonly timeoutAt?: number;
  readonly heartbeatSeconds?: number;
  heartbeatAt?: number;
  /** What the integration answered to the start of a job that is now polled. */
  started?: Json;
  submitted?: true;
}

export interface ChildrenWait {
  readonly kind: "children";
  readonly sequence: number;
  /** Frames under way. */
  live: number[];
  /** The next slot to start. */
  next: number;
  readonly count: number;
  /** The state's effective input, for the item selectors still to be evaluated. */
  readonly effective?: Json;
  readonly concurrency: number;
}

export interface MapRunWait {
  readonly kind: "map-run";
  readonly sequence: number;
  readonly arn: string;
}

/** What an execution has of one: rewritten with every step, and therefore small. */
export interface Head {
  lastEvent: number;
  /** Numbers waits, so that what answers an earlier one is known to be late. */
  sequence: number;
  frames: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  redriveCount: number;
  output?: Json;
  error?: string;
  cause?: string;
}

/** Where frames and the values of their children lie: the store, or the process's memory. */
export interface Memory {
  /** Always the same object for the same frame within a step. */
  frame(id: number): Maybe<Frame | undefined>;
  add(frame: Frame): void;
  /** The frame was changed. */
  touch(frame: Frame): void;
  /** The frame, with all items and results. */
  remove(frame: Frame): void;
  putItem(frame: Frame, index: number, value: Json): void;
  item(frame: Frame, index: number): Maybe<Json>;
  putResult(frame: Frame, index: number, value: Json): void;
  /** In order of their index. */
  results(frame: Frame): Maybe<Json[]>;
  /** Items and results of the frame. */
  forget(frame: Frame): void;
}
