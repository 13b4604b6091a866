// What a handler that waits is given: long polls, streams, other services and
// user code. It cannot write, except through `atomically`.

import type { ModelHandle, ServiceTypes } from "../model/handle.ts";
import type { HttpResponse } from "./http.ts";
import type { Ids } from "./ids.ts";
import type { ThisNode } from "./node-presence.ts";
import type { Place } from "./place.ts";
import type { ApiRequest } from "./ports/api.ts";
import type { Blobs } from "./ports/blobs.ts";
import type { FunctionHost } from "./ports/compute.ts";
import type { WebRequest, WebResponse } from "./ports/web.ts";
import type { Principal } from "./principal.ts";
import type { ProvidedType } from "./provision.ts";
import type { Aim, TargetOutcome } from "./target.ts";
import type { CallInfo, Transaction } from "./transaction.ts";

/** What one look found: the answer, or the next moment at which looking again makes sense even if nobody calls. */
export type Attempt<T> = { readonly done: T } | { readonly retryAt?: number | undefined };

export interface CallOptions {
  /**
   * The call happens once under this name: called again, it answers what it answered then. For an operation
   * that writes this holds through any crash; one that waits may be cut off before its answer was kept.
   */
  readonly once?: string;
}

export interface Waiting extends CallInfo {
  /** Epoch milliseconds. */
  now(): number;
  readonly ids: Ids;
  readonly account: string;
  readonly region: string;
  /** Aborted when the caller goes away or Cumulet stops: end soon. */
  readonly signal: AbortSignal;

  atomically<T>(body: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * As `atomically`, for findings that a later body looks at again before it acts on them: where it writes
   * nothing, and does not throw, what it read may be some moments old.
   */
  preview<T>(body: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Looks, and looks again whenever `topic` is notified or `retryAt` comes,
   * until `attempt` is done, or `deadline` passes, or the signal aborts: then undefined.
   * A notification between two looks is never missed. Nothing is polled.
   */
  waitFor<T>(topic: string, deadline: number, attempt: () => Promise<Attempt<T>>): Promise<T | undefined>;
  /** Resolves at that time, or when the signal aborts. */
  sleepUntil(at: number): Promise<void>;

  /** Aborted only when Cumulet stops, not when the caller goes away: for work that outlives its caller. */
  readonly stopping: AbortSignal;
  /**
   * Runs `body` beside this handler as work of its own, under its own context:
   * what one of several waits for does not hide that another is busy. This
   * handler counts as at rest meanwhile. `until` ends the context sooner.
   */
  beside<T>(body: (ctx: Waiting) => Promise<T>, until?: AbortSignal): Promise<T>;
  /**
   * Runs `body` without keeping the caller waiting, even after the answer was
   * given. A crash loses it: what must happen is a job. What it throws is logged.
   */
  afterwards(body: (ctx: Waiting) => Promise<void>): void;

  /** Calls another service as this caller: authorized, audited and validated as a client's request would be. */
  call<S extends ServiceTypes, O extends keyof S["operations"] & string>(
    service: ModelHandle<S>,
    operation: O,
    input: S["operations"][O]["input"],
  ): Promise<S["operations"][O]["output"]>;
  /** As `call`, for a service and operation known only at run time. */
  callByName(service: string, operation: string, input: object, options?: CallOptions): Promise<object>;
  /** As `call`, for what users compose as HTTP: any service's answer of any status is an answer. */
  request(request: ApiRequest): Promise<HttpResponse>;
  /** The resource types of every service, by name. */
  readonly resourceTypes: readonly string[];
  /** A resource type with its schema; undefined where no service defines it. */
  resourceType(name: string): Promise<ProvidedType | undefined>;
  /**
   * Delivers to targets by their ARNs, whatever services they belong to; those
   * of one target together. Each has its outcome, in order: nothing is thrown.
   */
  deliver(aims: readonly Aim[]): Promise<readonly TargetOutcome[]>;
  /** Whether a service of this cloud takes deliveries for such ARNs; the target itself may be missing. */
  delivers(arn: string): boolean;
  /** The same context under another principal. */
  as(principal: Principal): Waiting;
  /** The same context under a role, as a service that assumed it: `arn:aws:iam::123456789012:role/app`. */
  asRole(roleArn: string, sessionName: string): Waiting;
  /** The same context within a trace: its calls carry this header, `Root=1-...;Lineage=...`. */
  traced(header: string | undefined): Waiting;
  /** The same context in another account or region. */
  at(place: Partial<Place>): Waiting;

  /** Asks the world outside; ends with this context's signal. Throws `WebError` where no answer came. */
  fetch(request: WebRequest): Promise<WebResponse>;

  /**
   * Has another node make a call that this one let in, under the same request id, because this one has no
   * room for it. Undefined where none takes it. Throws what it throws there.
   */
  elsewhere<S extends ServiceTypes, O extends keyof S["operations"] & string>(
    service: ModelHandle<S>,
    operation: O,
    input: S["operations"][O]["input"],
    requestId: string,
  ): Promise<S["operations"][O]["output"] | undefined>;
  /** The process that runs this, among those that share the store. */
  readonly node: ThisNode;
  readonly blobs: Blobs;
  readonly functions: FunctionHost;
}
