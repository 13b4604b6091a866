// What an expression of a state can see, what comes out of one, and how one
// fails. Both query languages compile to the same kind of closure.

import type { JsonValue } from "../../../../model/shapes.ts";

export type Json = JsonValue;

export interface Scope {
  /** The state's input: `$`, `$states.input`. */
  readonly input: Json;
  /** What a Task, Parallel or Map came back with: `$states.result`. */
  readonly result?: Json;
  /** What a Catch caught: `$states.errorOutput`. */
  readonly errorOutput?: Json;
  /** The context object: `$$`, `$states.context`. */
  readonly context: { readonly [name: string]: Json };
  readonly variables: Readonly<Record<string, Json>>;
  /** Epoch milliseconds, for `$now()` and `$millis()`. */
  readonly now: number;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly uuid: () => string;
}

/**
 * Synchronous for JSONPath; a promise only where JSONata needs one.
 * Throws, or rejects with, a `StateError`.
 */
export type Evaluate<T = Json> = (scope: Scope) => T | Promise<T>;

/** A state fails with one of these: `States.ParameterPathFailure`, or an error of a task. */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }
}
