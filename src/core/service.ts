// What a service is: a model, what it stores, what it does, and optional
// powers. A folder under services/ exports one definition; core never needs to
// know which.

import type { ModelHandle, ServiceTypes } from "../model/handle.ts";
import type { Call } from "./call.ts";
import type { CrossOriginAnswer, CrossOriginQuestion } from "./cross-origin.ts";
import type { CallRecord } from "./dispatch.ts";
import type { Fault } from "./fault.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { Job } from "./job.ts";
import type { Principal } from "./principal.ts";
import type { AnyResource } from "./resource.ts";
import type { AnyResourceType } from "./resource-type.ts";
import type { TargetDefinition } from "./target.ts";
import type { Transaction } from "./transaction.ts";
import type { Waiting } from "./waiting.ts";
import type { Conversation } from "./web-socket.ts";

/** Writes, and therefore cannot wait. May be run again on a conflict. */
export type WritingHandler<I, O> = (input: Readonly<I>, tx: Transaction) => Promise<O>;

/** Waits, and therefore cannot write but through `ctx.atomically`. */
export interface WaitingHandler<I, O> {
  readonly waits: (input: Readonly<I>, ctx: Waiting) => Promise<O>;
}

export type Handler<I, O> = WritingHandler<I, O> | WaitingHandler<I, O>;

export type Operations<S extends ServiceTypes> = {
  readonly [O in keyof S["operations"]]?: Handler<S["operations"][O]["input"], S["operations"][O]["output"]>;
};

/**
 * Verifies a request's signature for a signing name; fails with a fault where it cannot. Who has read the
 * body says what it was, since not every client declares its hash.
 */
export type Identify = (signingName: string, body?: Uint8Array) => Promise<Principal>;

/** A raw data plane: requests that are not AWS API calls. */
export interface Endpoint {
  /** Virtual hosts, most specific first: `{urlId}.lambda-url.{region}`; the served domain follows. */
  readonly hosts?: readonly string[];
  /** Path forms, for clients that cannot resolve such hosts: `/_lambda-url/{urlId}`; the rest of the path follows. */
  readonly paths?: readonly string[];
  /** Of the requests below `paths` only those that are not signed as AWS's APIs are, at the cloud's own address: an API has the same paths. */
  readonly unsigned?: boolean;
  /** Asked as well for hosts that the cloud does not serve, and that a user may have given to something: `rest` is then the whole path. */
  readonly anyHost?: boolean;
  /** Pages of every origin may ask: what is served here is public, and has rules of its own. */
  readonly anyOrigin?: boolean;
  /**
   * `labels` holds what the braces matched and `rest`, the path that the user's code sees.
   * Undefined where what is addressed is not this service's: the next one with the same patterns is asked.
   */
  readonly handle: (
    request: HttpRequest,
    labels: Readonly<Record<string, string>>,
    ctx: Waiting,
    identify: Identify,
  ) => Promise<HttpResponse | undefined>;
  /** As `handle`, for a request to go on as a WebSocket: takes the connection, or refuses it with a response. */
  readonly connect?: (
    request: HttpRequest,
    labels: Readonly<Record<string, string>>,
    ctx: Waiting,
    identify: Identify,
  ) => Promise<HttpResponse | Conversation | undefined>;
}

/** Hears what another service published; runs as a job, at least once. */
export type EventListener = (event: Readonly<Record<string, unknown>>, ctx: Waiting) => Promise<void>;

/**
 * Hears every event that any service publishes, within the publisher's own
 * transaction: it must be quick where nobody cares.
 */
export type Overhearing = (
  source: string,
  event: Readonly<Record<string, unknown>>,
  tx: Transaction,
) => Promise<void>;

/** Hears of a call that has ended, where `tx.observeCalls` asked for it; at most once. */
export type Observer = (record: CallRecord, tx: Transaction) => Promise<void>;

export interface ServiceDefinition<S extends ServiceTypes = ServiceTypes> {
  readonly model: ModelHandle<S>;
  readonly resources: readonly AnyResource[];
  readonly operations: Operations<S>;
  // biome-ignore lint/suspicious/noExplicitAny: jobs of unrelated payloads in one list.
  readonly jobs?: readonly Job<any>[];
  /** What pages of other origins may do with a resource; undefined where its owner has said nothing. */
  readonly crossOrigin?: (
    question: CrossOriginQuestion,
    tx: Transaction,
  ) => Promise<CrossOriginAnswer | undefined>;
  /** By event source: `"aws.s3": objectEvent`. */
  readonly on?: Readonly<Record<string, EventListener>>;
  readonly overhears?: Overhearing;
  readonly observes?: Observer;
  /** What rules, schedules, pipes and workflows may aim at. */
  readonly targets?: readonly TargetDefinition[];
  /** What stacks and Cloud Control make of this service. */
  readonly resourceTypes?: readonly AnyResourceType[];
  readonly endpoints?: readonly Endpoint[];
  /** The actions that policies name, where they are not called as the operation: `Invoke: "InvokeFunction"`. */
  readonly actions?: Readonly<Record<string, string>>;
  /** The code for input that breaks the model's constraints; default `ValidationException` (query services: `ValidationError`). */
  readonly validationError?: string;
  /** The message for such input, made of what failed (`Value null at 'queueUrl' failed to ...`), where the service words it its own way. */
  readonly validationMessage?: (failures: readonly string[]) => string;
  /** The whole fault for such input, where its code and fields depend on what failed; instead of the two above. */
  readonly validationFault?: (call: Pick<Call, "operation" | "input">, failures: readonly string[]) => Fault;
  /** The code for a page token that is not ours; default the validation error. */
  readonly cursorError?: string;
}

/** Checks the definition against the model's types; what comes out is the same for all services. */
export function defineService<S extends ServiceTypes>(definition: ServiceDefinition<S>): ServiceDefinition {
  return definition as unknown as ServiceDefinition;
}

/** A service as the composition knows it before it is loaded; generated from the definitions. */
export interface ServiceEntry {
  readonly name: string;
  readonly load: () => Promise<ServiceDefinition>;
  /** Keys of `on`. */
  readonly hears: readonly string[];
  /** Whether it overhears every event. */
  readonly overhears?: boolean;
  /** The `arns` of its targets. */
  readonly targets?: readonly string[];
  /** The names of its resource types: `AWS::SQS::Queue`. */
  readonly resourceTypes?: readonly string[];
  /** How each endpoint is reached, by position. */
  readonly endpoints: readonly Pick<Endpoint, "hosts" | "paths" | "unsigned" | "anyHost" | "anyOrigin">[];
}
