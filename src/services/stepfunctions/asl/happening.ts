// What can happen to an execution, and what it wants done in turn.

import type { Json } from "./data/scope.ts";

/** The frame and the wait that something answers. */
export interface Address {
  readonly frame: number;
  readonly sequence: number;
}

export type Happening =
  | { readonly type: "started" }
  | ({ readonly type: "due" } & Address)
  /** A task's request was answered, and its end is still to come. */
  | ({ readonly type: "taskSubmitted"; readonly output: Json } & Address)
  | ({ readonly type: "taskSucceeded"; readonly output: Json } & Address)
  | ({ readonly type: "taskFailed"; readonly error?: string; readonly cause?: string } & Address)
  | ({ readonly type: "taskStarted"; readonly workerName?: string } & Address)
  | ({ readonly type: "heartbeat" } & Address)
  | ({ readonly type: "mapRunEnded"; readonly failure?: Failure; readonly output: Json } & Address)
  | { readonly type: "stopped"; readonly error?: string; readonly cause?: string }
  | { readonly type: "timedOut" }
  | { readonly type: "redriven" };

/** An error as Retry and Catch see it. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
  /** Further names that a retrier or catcher may give it. */
  readonly also?: string;
}

export type Command =
  | ({ readonly type: "task" } & Address)
  | ({ readonly type: "activity"; readonly activityArn: string; readonly token: string } & Address)
  /** `limit`: what is waited for comes sooner, as a rule, and the timer is withdrawn. */
  | ({ readonly type: "timer"; readonly at: number; readonly limit?: true } & Address)
  /** Nothing waits for that timer any more. */
  | ({ readonly type: "cancel" } & Address)
  /** The job that a task started is not wanted any more. */
  | ({ readonly type: "stop"; readonly resource: string; readonly started: Json } & Address)
  | ({ readonly type: "mapRun"; readonly arn: string; readonly plan: MapRunPlan } & Address)
  | { readonly type: "stopMapRun"; readonly arn: string }
  | { readonly type: "redriveMapRun"; readonly arn: string };

/** A distributed map with all its expressions evaluated. */
export interface MapRunPlan {
  /** Where the state stands: `machine.blocks[block].states[state]`. */
  readonly block: number;
  readonly state: string;
  readonly label: string;
  /** What the map's items are, where they do not come from a reader. */
  readonly items?: Json;
  readonly effective: Json;
  readonly readerParameters?: Json;
  readonly maxItems?: number;
  readonly maxItemsPerBatch?: number;
  readonly maxBytesPerBatch?: number;
  readonly batchInput?: Json;
  readonly writerParameters?: Json;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly variables: { readonly [name: string]: Json };
  /** The state's context object. */
  readonly context: { readonly [name: string]: Json };
}
