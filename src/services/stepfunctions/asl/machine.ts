// A compiled state machine: closures in place of a definition, made once for
// each revision. Blocks (the machine, branches, processors) are numbered in
// the order of the definition, so that a stored frame can name its own.

import type { StateDefinition } from "./definition.ts";
import type { Frame } from "./frame.ts";
import type { Failure, Happening } from "./happening.ts";
import type { HistoryEventType } from "./history-record.ts";
import type { Maybe } from "./maybe.ts";
import type { Outcome } from "./outcome.ts";
import type { Run } from "./run.ts";

export interface Machine {
  /** The first is the machine's own. */
  readonly blocks: readonly Block[];
  /** The block that an execution begins in: not the first for children of a map run. */
  readonly root: number;
  readonly timeoutSeconds: number | undefined;
}

export interface Block {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, CompiledState>;
}

export interface CompiledState {
  readonly name: string;
  readonly definition: StateDefinition;
  readonly entered: HistoryEventType;
  readonly exited: HistoryEventType | undefined;
  /** Recorded where the state is left because something else failed. */
  readonly aborted: HistoryEventType | undefined;
  /** Does what the state does, once it was entered. Also how a retry and a redrive begin. */
  readonly run: (run: Run, frame: Frame) => Maybe<void>;
  /** Goes on when something happened that the state waits for. */
  readonly resume?: (run: Run, frame: Frame, happening: Happening) => Maybe<void>;
  /** All children of the frame have come to their end. */
  readonly join?: (run: Run, frame: Frame) => Maybe<void>;
  /** A child of the frame has ended; more may be started. */
  readonly childEnded?: (run: Run, frame: Frame, child: Frame) => Maybe<void>;
  /** A child of the frame has failed, and its siblings are to be told. */
  readonly childFailed?: (run: Run, frame: Frame, child: Frame) => void;
  readonly childAborted?: (run: Run, frame: Frame, child: Frame) => void;
  readonly retriers: readonly CompiledRetrier[];
  readonly catchers: readonly CompiledCatcher[];
}

export interface CompiledRetrier {
  readonly errors: readonly string[];
  readonly maxAttempts: number;
  /** Seconds before the n-th retry, from 1. */
  readonly delay: (attempt: number, random: () => number) => number;
}

export interface CompiledCatcher {
  readonly errors: readonly string[];
  readonly next: string;
  readonly outcome: (run: Run, frame: Frame, failure: Failure) => Maybe<Outcome>;
}
