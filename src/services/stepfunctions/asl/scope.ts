// What a state's expressions see: its data, its variables and the context object.

import { iso } from "../time.ts";
import type { Json, Scope } from "./data/scope.ts";
import type { Frame } from "./frame.ts";
import type { Run } from "./run.ts";

/** A class for its accessors: most expressions never look at the context, and making it costs more than they do. */
class StateScope implements Scope {
  readonly input: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly #run: Run;
  readonly #frame: Frame;

  constructor(run: Run, frame: Frame, input: Json, result: Json | undefined, errorOutput: Json | undefined) {
    this.#run = run;
    this.#frame = frame;
    this.input = input;
    if (result !== undefined) this.result = result;
    if (errorOutput !== undefined) this.errorOutput = errorOutput;
  }

  get context(): { readonly [name: string]: Json } {
    return contextOf(this.#run, this.#frame);
  }
  get variables(): Readonly<Record<string, Json>> {
    return this.#frame.variables;
  }
  get now(): number {
    return this.#run.now;
  }
  get random(): () => number {
    return this.#run.chance.fraction;
  }
  get uuid(): () => string {
    return this.#run.chance.uuid;
  }
}

export function scopeOf(run: Run, frame: Frame, input: Json, result?: Json, errorOutput?: Json): Scope {
  return new StateScope(run, frame, input, result, errorOutput);
}

/** The scope with a task's token in the context object. */
export function scopeWithToken(run: Run, frame: Frame, input: Json, token: string): Scope {
  const { variables, now, random, uuid } = scopeOf(run, frame, input);
  const context = { ...contextOf(run, frame), Task: { Token: token } };
  return { input, context, variables, now, random, uuid };
}

/** The scope of one item of a map. */
export function scopeOfItem(run: Run, frame: Frame, input: Json, index: number, value: Json): Scope {
  const { variables, now, random, uuid } = scopeOf(run, frame, input);
  const context = { ...contextOf(run, frame), Map: { Item: { Index: index, Value: value } } };
  return { input, context, variables, now, random, uuid };
}

export function contextOf(run: Run, frame: Frame): { readonly [name: string]: Json } {
  const { facts, head } = run;
  const retries = frame.retries?.reduce((sum, count) => sum + count, 0) ?? 0;
  return {
    Execution: {
      Id: facts.executionArn,
      Input: facts.input,
      Name: facts.executionName,
      RoleArn: facts.roleArn,
      StartTime: iso(facts.startedAt),
      RedriveCount: head.redriveCount,
      ...(facts.redrivenAt === undefined ? {} : { RedriveTime: iso(facts.redrivenAt) }),
    },
    StateMachine: { Id: facts.stateMachineArn, Name: facts.stateMachineName },
    State: { Name: frame.state, EnteredTime: iso(frame.enteredAt), RetryCount: retries },
    ...(frame.item === undefined
      ? {}
      : { Map: { Item: { Index: frame.item.index, Value: frame.item.value } } }),
    ...facts.context,
  };
}
