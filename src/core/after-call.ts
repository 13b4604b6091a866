// What is to be done when a call is over, whatever came of it: asked for while
// it runs, kept with the call itself. A crash between loses it, as it loses the
// answer.

import type { CallRecord } from "./dispatch.ts";
import type { Waiting } from "./waiting.ts";

export type AfterCall = (record: CallRecord, ctx: Waiting) => Promise<void>;

const wanted = new WeakMap<object, Map<string, AfterCall>>();

/** A body that runs again asks again: of one name, once. `call`: what the transaction or context tells of its call. */
export function askAfter(call: object, name: string, todo: AfterCall): void {
  let own = wanted.get(call);
  if (own === undefined) {
    own = new Map();
    wanted.set(call, own);
  }
  own.set(name, todo);
}

export function askedAfter(call: object): Iterable<AfterCall> | undefined {
  return wanted.get(call)?.values();
}
