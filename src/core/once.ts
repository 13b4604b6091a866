// Calls that happen once, whatever happens to their caller: the answer is kept
// under a name until the caller has no more use for it.

import { defineResource } from "./resource.ts";
import type { Transaction } from "./transaction.ts";

export interface Once {
  /** `3f2a.../1`: what the caller does, and which of its calls this is. */
  readonly name: string;
  readonly output: object;
}

export const OnceRecord = defineResource<Once>()({
  service: "cumulet",
  type: "once",
  scope: "account",
  key: ({ name }) => [name],
  binary: true,
});

/** Forgets the first calls that were made under a name: the caller will not repeat them. */
export function forgetCalls(tx: Transaction, name: string, calls: number): void {
  for (let number = 1; number <= calls; number++) tx.delete(OnceRecord, `${name}/${number}`);
}
