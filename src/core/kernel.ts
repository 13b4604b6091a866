// The kernel: services, store, clock and jobs put together. It is a value, not
// a global: a test makes as many as it likes.

import { Activity } from "./activity.ts";
import type { Authorizer } from "./authorize.ts";
import type { Call } from "./call.ts";
import type { ControllableClock } from "./clock.ts";
import { type Credential, CredentialRecord } from "./credential.ts";
import { DecodedCache } from "./decoded-cache.ts";
import { type CallRecord, Dispatch } from "./dispatch.ts";
import type { Ids } from "./ids.ts";
import { JobRunner } from "./job-runner.ts";
import { KernelTransaction, type TransactionServices } from "./kernel-transaction.ts";
import type { Log } from "./log.ts";
import { NodePresence } from "./node-presence.ts";
import { Observations } from "./observation.ts";
import { Offers } from "./offers.ts";
import type { Place } from "./place.ts";
import { plainOutput } from "./plain-output.ts";
import type { Api } from "./ports/api.ts";
import type { Blobs } from "./ports/blobs.ts";
import type { FunctionHost } from "./ports/compute.ts";
import type { Store, StoreTransaction } from "./ports/store.ts";
import type { Web } from "./ports/web.ts";
import { rootPrincipal } from "./principal.ts";
import { Registry } from "./registry.ts";
import { ResourceKeys } from "./resource-keys.ts";
import type { ServiceEntry } from "./service.ts";
import { deliver } from "./target.ts";
import type { CallInfo, Transaction } from "./transaction.ts";
import type { Waiting } from "./waiting.ts";
import { type Signalling, WaitingContext, type WaitingServices } from "./waiting-context.ts";

export interface KernelOptions {
  readonly services: readonly ServiceEntry[];
  readonly store: Store;
  readonly blobs: Blobs;
  readonly functions: FunctionHost;
  readonly web: Web;
  readonly api: Api;
  readonly clock: ControllableClock;
  readonly ids: Ids;
  readonly log: Log;
  /** Where clients reach this cloud; known once the listener stands. */
  readonly endpoint: () => string;
  readonly authorize?: Authorizer;
  /** Called when this cloud has been emptied here: others that share the store learn of it. */
  readonly emptied?: () => Promise<void>;
  /** How long a call for which this node has no room is offered to the others before it waits here; default 250. */
  readonly offerMilliseconds?: number;
  readonly observers?: readonly ((record: CallRecord) => void)[];
}

export class Kernel {
  readonly clock: ControllableClock;
  readonly registry: Registry;
  readonly #options: KernelOptions;
  readonly #activity = new Activity();
  readonly #dispatch: Dispatch;
  readonly #jobs: JobRunner;
  readonly #observations: Observations;
  readonly #presence: NodePresence;
  readonly #offers: Offers;
  readonly #transactions: TransactionServices;
  readonly #waiting: WaitingServices;
  readonly #keys = new ResourceKeys();
  readonly #stopping = new AbortController();

  constructor(options: KernelOptions) {
    const { store, blobs, functions, web, api, clock, ids, log, endpoint } = options;
    const activity = this.#activity;
    this.#options = options;
    this.clock = clock;
    this.registry = new Registry(options.services);
    let order = 0;
    const nextOrder = (): number => ++order;
    this.#transactions = {
      keys: this.#keys,
      decoded: new DecodedCache(),
      ids,
      nextOrder,
      registry: this.registry,
    };
    const nodeId = ids.hex(16);
    this.#presence = new NodePresence({ store, clock, log }, nodeId);
    this.#offers = new Offers({
      store,
      clock,
      ids,
      log,
      activity,
      node: this.#presence,
      stopping: this.#stopping.signal,
      patienceMilliseconds: options.offerMilliseconds ?? 250,
      hasRoom: () => functions.hasRoom(),
      perform: async (call) => this.#plain(call, await this.#dispatch.perform(call)),
    });
    this.#waiting = {
      offer: (call) => this.#offers.make(call),
      node: this.#presence,
      log,
      registry: this.registry,
      stopping: this.#stopping.signal,
      store,
      clock,
      ids,
      blobs,
      functions,
      web,
      api,
      activity,
      transact: (where, who, body) => this.transact(where, who, body),
      preview: (where, who, body) => {
        const perform = (raw: StoreTransaction) => this.#perform(raw, where, who, body);
        return store.preview === undefined ? store.transact(perform) : store.preview(perform);
      },
      dispatch: (call) => this.call(call),
      deliver: (aims, ctx) => deliver({ registry: this.registry, log }, aims, ctx),
    };
    this.#observations = new Observations({
      registry: this.registry,
      store,
      activity,
      log,
      read: (body) => this.transact(rootPlace, systemCall, body),
      transact: (place, info, body) => this.transact(place, info, body),
    });
    this.#dispatch = new Dispatch({
      registry: this.registry,
      clock,
      activity,
      log,
      authorize: options.authorize,
      observers: [...(options.observers ?? []), this.#observations.observe],
      transact: (place, info, body) => this.transact(place, info, body),
      waiting: (place, info, caller) => this.waiting(place, info, caller),
    });
    this.#jobs = new JobRunner({
      store,
      clock,
      ids,
      nextOrder,
      activity,
      log,
      endpoint,
      registry: this.registry,
      nodeId,
      transact: (place, info, body) => this.transact(place, info, body),
      waiting: (place, info, caller) => this.waiting(place, info, caller),
    });
  }

  dispatch(call: Call): Promise<object> {
    return this.#dispatch.dispatch(call);
  }

  /** As `dispatch`, for callers within the process: outputs are plain values. */
  async call(call: Call): Promise<object> {
    return this.#plain(call, await this.dispatch(call));
  }

  #plain(call: Call, output: object): object {
    const operation = this.registry.loaded(call.service)?.model.load().operations.get(call.operation);
    return plainOutput(operation?.output, output);
  }

  /** Runs `body` in a transaction and commits it; a body that throws writes nothing. */
  transact<T>(place: Place, info: CallInfo, body: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#options.store.transact((raw) => this.#perform(raw, place, info, body));
  }

  async #perform<T>(
    raw: StoreTransaction,
    place: Place,
    info: CallInfo,
    body: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const tx = this.#transaction(raw, place, info);
    const result = await body(tx);
    if (tx.unsettled) await tx.settle();
    return result;
  }

  waiting(place: Place, info: CallInfo, caller: Signalling): Waiting {
    return new WaitingContext(this.#waiting, place, info, caller);
  }

  /** Runs what is not an operation but serves a client all the same: a raw data plane's request. */
  async serve<T>(
    place: Place,
    info: CallInfo,
    signal: AbortSignal,
    body: (ctx: Waiting) => Promise<T>,
  ): Promise<T> {
    this.#activity.enter();
    try {
      return await body(this.waiting(place, info, { signal }));
    } finally {
      this.#activity.leave();
    }
  }

  /** `alone`: no other process shares the store yet; `shared`: others may come. */
  async start(alone = true, shared = !alone): Promise<void> {
    await this.#presence.start(alone);
    this.#offers.start(shared);
    await this.#observations.start();
    await this.#jobs.start(alone, shared);
  }

  /** Stops the jobs; the store stays open for its owner to close. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#observations.stop();
    await this.#jobs.stop();
    await this.#offers.stop();
    await this.#presence.stop();
    await this.#options.functions.stop();
  }

  /** Resolves when nothing is at work and nothing is due. */
  async settle(): Promise<void> {
    for (;;) {
      await this.#activity.rest();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#activity.atRest && this.#jobs.quiet) return;
    }
  }

  /** Moves time forward; whatever falls due on the way runs, in order, before this resolves. */
  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds, () => this.settle());
  }

  /** Empties the cloud: `POST /_cumulet/reset`. */
  async reset(): Promise<void> {
    await this.#options.store.clear();
    await this.#options.blobs.clear();
    await this.forget();
    await this.#options.emptied?.();
  }

  /** Ends what runs for a cloud that was emptied. */
  async forget(): Promise<void> {
    await this.#options.functions.stop();
    this.#jobs.reset();
    this.#observations.forget();
  }

  /** What the wire verifies signatures against. */
  findCredential(accessKeyId: string): Promise<Credential | undefined> {
    return this.#options.store.read((raw) => {
      return this.#transaction(raw, rootPlace, systemCall).get(CredentialRecord, accessKeyId);
    });
  }

  #transaction(raw: StoreTransaction, place: Place, info: CallInfo): KernelTransaction {
    return new KernelTransaction(raw, this.clock.now(), place, info, this.#transactions);
  }
}

const rootPlace: Place = { account: "000000000000", region: "us-east-1" };

const systemCall: CallInfo = {
  requestId: "",
  principal: rootPrincipal(rootPlace.account),
  endpoint: "",
  sourceIp: "127.0.0.1",
  userAgent: "cumulet",
};
