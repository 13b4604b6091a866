// What a handler that writes is given: the store, seen as resources, and
// nothing that could wait for the outside world. The body may run again on a
// conflict, so it keeps no state and has no other effect.

import type { Part } from "../base/tuple.ts";
import type { AfterCall } from "./after-call.ts";
import type { Ids } from "./ids.ts";
import type { EnqueueOptions, Job } from "./job.ts";
import type { Place } from "./place.ts";
import type { Entry, Key, StoreTransaction } from "./ports/store.ts";
import type { Principal } from "./principal.ts";
import type { Resource } from "./resource.ts";

/** What is known of the call that a handler serves. */
export interface CallInfo {
  readonly requestId: string;
  /** `PutObject`; undefined in jobs and raw data planes. */
  readonly operation?: string | undefined;
  readonly principal: Principal;
  /** Base address for URLs in answers: `http://localhost:4566`. */
  readonly endpoint: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly traceHeader?: string | undefined;
}

export interface ListOptions {
  /** The first parts of the key, or of the index's key. */
  readonly prefix?: readonly Part[];
  /** One of the resource's indexes; its order is then the list's. */
  readonly index?: string;
  /** After the prefix, only keys whose next part is a text that begins so. */
  readonly startsWith?: string | undefined;
  /** Where the last page ended: `Page.cursor`, opaque, from a client perhaps. */
  readonly cursor?: string | undefined;
  /** At most this many values; default and maximum 1,000. */
  readonly limit?: number;
  readonly reverse?: boolean;
}

export interface Page<T> {
  readonly values: readonly T[];
  /** Set where there is more. */
  readonly cursor?: string;
}

export interface Transaction extends CallInfo {
  /** Fixed for the whole body: epoch milliseconds. */
  readonly now: number;
  readonly ids: Ids;
  /** Rises with every call within this process: keeps what is written in one millisecond in order. */
  nextOrder(): number;
  readonly account: string;
  readonly region: string;

  get<T extends object, K extends readonly Part[]>(
    resource: Resource<T, K>,
    ...key: K
  ): Promise<T | undefined>;
  /** Stores the value under its own key, and keeps the resource's indexes. */
  put<T extends object, K extends readonly Part[]>(resource: Resource<T, K>, value: T): void;
  delete<T extends object, K extends readonly Part[]>(resource: Resource<T, K>, ...key: K): void;
  /** A page in key order. A cursor that cannot be read throws `CursorError`. */
  list<T extends object, K extends readonly Part[]>(
    resource: Resource<T, K>,
    options?: ListOptions,
  ): Promise<Page<T>>;
  /** Every value under the prefix, page by page inside; for sets that a limit keeps small. */
  all<T extends object, K extends readonly Part[]>(
    resource: Resource<T, K>,
    prefix?: readonly Part[],
  ): Promise<readonly T[]>;

  /** The same transaction, looking at another account or region. */
  at(place: Partial<Place>): Transaction;

  /** Makes `job` run after the commit, at `options.at` or as soon as may be. */
  enqueue<P extends object>(job: Job<P>, payload: P, options?: EnqueueOptions): void;
  /** Withdraws the pending run with that id, if there is one. */
  cancel<P extends object>(job: Job<P>, id: string): void;
  /** Tells every service that listens to `source` (`aws.s3`); each hears it at least once, after the commit. */
  publish(source: string, event: object): void;
  /** From the commit on, `service` hears of the calls in this account and region, or no longer does. */
  observeCalls(service: string, wanted: boolean): void;
  /**
   * Has `todo` done once the call that this transaction serves is over, whatever came of it;
   * outside a call, never. Asked for again under the same name, it is done once.
   */
  afterCall(name: string, todo: AfterCall): void;
  /** Wakes those that wait for the topic, after the commit. */
  notify(topic: string): void;

  /** The ordered store itself, for layouts that resources do not fit; keys come from `key`. */
  readonly raw: StoreTransaction;
  /** A key of this service, account and region: `key("sqs", "message", queueId, sequence)`. */
  key(service: string, ...parts: readonly Part[]): Key;
  /** The first entries under `prefix` up to and including `until`, which nobody else has claimed. */
  claim(
    service: string,
    prefix: readonly Part[],
    until: readonly Part[],
    limit: number,
  ): Promise<readonly Entry[]>;
}

/** A page token that is not one of ours; each service answers it with its own code. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}
