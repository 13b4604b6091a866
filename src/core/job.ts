// What happens later. A job run is stored in the transaction that asks for it,
// so it is the outbox as well: what was committed happens, what was not does
// not. It runs at least once; a run that only writes, exactly once.

import type { Transaction } from "./transaction.ts";
import type { Waiting } from "./waiting.ts";

export interface Job<P extends object = object> {
  /** `sqs.moveMessages`: the service's name, a dot, what it does. */
  readonly name: string;
  /** Failed runs before it is given up and logged; default 10. */
  readonly attempts?: number;
  /** Milliseconds before the n-th retry (from 1); default doubles from 1 s up to 5 min. */
  readonly backoff?: (attempt: number) => number;
  /** A run that goes on until something ends it (a poller): it takes no place among the short ones. */
  readonly perpetual?: boolean;
  /** A run whose `signal` may abort at any time, and that then goes on at another node: pollers, which nodes share evenly. */
  readonly moves?: boolean;
  readonly run:
    | ((payload: Readonly<P>, tx: Transaction) => Promise<void>)
    | { readonly waits: (payload: Readonly<P>, ctx: Waiting) => Promise<void> }
    /**
     * For many small runs: those of one account and region that are due run as
     * one, up to 128, in the order they are due, and end in one transaction.
     * What it throws fails all of them.
     */
    | { readonly together: (payloads: readonly Readonly<P>[], ctx: Waiting) => Promise<void> };
}

export interface EnqueueOptions {
  /** Epoch milliseconds; default now. */
  readonly at?: number;
  /** At most one pending run of this job has this id (in this account and region); a later enqueue replaces it. */
  readonly id?: string;
}

export function defineJob<P extends object>(job: Job<P>): Job<P> {
  return job;
}

export function defaultBackoff(attempt: number): number {
  return Math.min(1000 * 2 ** (attempt - 1), 300_000);
}

/** One stored run. */
export interface JobRun {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly payload: object;
  /** Runs that began already. */
  readonly attempt: number;
  readonly id: string;
  /** The node that runs it now; its lease is the time in the key. */
  readonly holder?: string;
}
