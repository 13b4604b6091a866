// The context of handlers that wait, over the kernel. It keeps account of rest
// and work: while a handler waits or is inside another service's operation, it
// is not itself at work.

import type { ModelHandle, ServiceTypes } from "../model/handle.ts";
import type { Activity } from "./activity.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import type { HttpResponse } from "./http.ts";
import type { Ids } from "./ids.ts";
import { InCall } from "./in-call.ts";
import { accident, type Log } from "./log.ts";
import type { ThisNode } from "./node-presence.ts";
import type { Place } from "./place.ts";
import type { Api, ApiRequest } from "./ports/api.ts";
import type { Blobs } from "./ports/blobs.ts";
import type { FunctionHost } from "./ports/compute.ts";
import type { Store } from "./ports/store.ts";
import type { Web, WebRequest, WebResponse } from "./ports/web.ts";
import type { Principal } from "./principal.ts";
import { assumedRolePrincipal } from "./principal.ts";
import { type ProvidedType, provide } from "./provision.ts";
import type { Registry } from "./registry.ts";
import type { Aim, TargetOutcome } from "./target.ts";
import type { CallInfo, Transaction } from "./transaction.ts";
import type { Attempt, CallOptions, Waiting } from "./waiting.ts";

/** What the context takes from its kernel. */
export interface WaitingServices {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly node: ThisNode;
  readonly store: Store;
  readonly activity: Activity;
  readonly blobs: Blobs;
  readonly functions: FunctionHost;
  readonly web: Web;
  readonly api: Api;
  readonly log: Log;
  readonly registry: Registry;
  /** Aborted when the kernel stops. */
  readonly stopping: AbortSignal;
  transact<T>(place: Place, info: CallInfo, body: (tx: Transaction) => Promise<T>): Promise<T>;
  preview<T>(place: Place, info: CallInfo, body: (tx: Transaction) => Promise<T>): Promise<T>;
  dispatch(call: Call): Promise<object>;
  offer(call: Omit<Call, "signal" | "once">): Promise<object | undefined>;
  deliver(aims: readonly Aim[], ctx: Waiting): Promise<readonly TargetOutcome[]>;
}

/** Whose signal ends the handler. A client's request makes its own when it is first asked for: most never are. */
export interface Signalling {
  readonly signal: AbortSignal;
}

export class WaitingContext extends InCall implements Waiting {
  readonly #caller: Signalling;
  readonly #services: WaitingServices;
  /** The handler's first context: whatever roles and places it acts under, it is one handler. */
  readonly #origin: WaitingContext;
  /** Waits and calls under way: the first of them is the moment at which this handler comes to rest. */
  #away = 0;

  constructor(
    services: WaitingServices,
    place: Place,
    info: CallInfo,
    caller: Signalling,
    origin?: WaitingContext,
  ) {
    super(place, info);
    this.#origin = origin ?? this;
    this.#services = services;
    this.#caller = caller;
  }

  get signal(): AbortSignal {
    return this.#caller.signal;
  }

  get ids(): Ids {
    return this.#services.ids;
  }
  get node(): ThisNode {
    return this.#services.node;
  }
  get blobs(): Blobs {
    return this.#services.blobs;
  }
  get functions(): FunctionHost {
    return this.#services.functions;
  }

  fetch(request: WebRequest): Promise<WebResponse> {
    return this.#services.web.fetch(request, this.signal);
  }

  now(): number {
    return this.#services.clock.now();
  }

  atomically<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#services.transact(this, this.info, body);
  }

  preview<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#services.preview(this, this.info, body);
  }

  async waitFor<T>(
    topic: string,
    deadline: number,
    attempt: () => Promise<Attempt<T>>,
  ): Promise<T | undefined> {
    const { clock, store } = this.#services;
    // Most looks find something: only those that do not pay for the watch.
    const first = await attempt();
    if ("done" in first) return first.done;
    if (this.signal.aborted || clock.now() >= deadline) return undefined;
    let rung = false;
    let wake = new AbortController();
    const stopWatching = store.watch(topic, () => {
      rung = true;
      wake.abort();
    });
    const onAbort = (): void => wake.abort();
    this.signal.addEventListener("abort", onAbort);
    try {
      for (;;) {
        rung = false;
        const found = await attempt();
        if ("done" in found) return found.done;
        if (this.signal.aborted || clock.now() >= deadline) return undefined;
        if (rung) continue;
        wake = new AbortController();
        const until = Math.min(deadline, found.retryAt ?? deadline);
        await this.#atRest(() => clock.sleepUntil(until, wake.signal));
      }
    } finally {
      stopWatching();
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  sleepUntil(at: number): Promise<void> {
    return this.#atRest(() => this.#services.clock.sleepUntil(at, this.signal));
  }

  get stopping(): AbortSignal {
    return this.#services.stopping;
  }

  beside<T>(body: (ctx: Waiting) => Promise<T>, until?: AbortSignal): Promise<T> {
    const signal = until === undefined ? this.signal : AbortSignal.any([this.signal, until]);
    return this.#atRest(() => this.#work(signal, body));
  }

  afterwards(body: (ctx: Waiting) => Promise<void>): void {
    this.#work(this.stopping, body).catch((error) =>
      this.#services.log({ level: "error", event: "afterwards", ...accident(error) }),
    );
  }

  /** Counts `body` as work from now until it ends. */
  async #work<T>(signal: AbortSignal, body: (ctx: Waiting) => Promise<T>): Promise<T> {
    const { activity } = this.#services;
    activity.enter();
    try {
      return await body(new WaitingContext(this.#services, this, this.info, { signal }));
    } finally {
      activity.leave();
    }
  }

  call<S extends ServiceTypes, O extends keyof S["operations"] & string>(
    service: ModelHandle<S>,
    operation: O,
    input: S["operations"][O]["input"],
  ): Promise<S["operations"][O]["output"]> {
    return this.callByName(service.name, operation, input);
  }

  get resourceTypes(): readonly string[] {
    return this.#services.registry.resourceTypes;
  }

  async resourceType(name: string): Promise<ProvidedType | undefined> {
    const found = await this.#services.registry.resourceType(name);
    return found === undefined ? undefined : provide(found.service, found.definition);
  }

  callByName(service: string, operation: string, input: object, options: CallOptions = {}): Promise<object> {
    const { principal, endpoint, sourceIp, userAgent, traceHeader } = this.info;
    return this.#atRest(() =>
      this.#services.dispatch({
        service,
        operation,
        input,
        principal,
        account: this.account,
        region: this.region,
        requestId: this.ids.uuid(),
        endpoint,
        sourceIp,
        userAgent,
        traceHeader,
        signal: this.signal,
        once: options.once,
      }),
    );
  }

  elsewhere<S extends ServiceTypes, O extends keyof S["operations"] & string>(
    service: ModelHandle<S>,
    operation: O,
    input: S["operations"][O]["input"],
    requestId: string,
  ): Promise<S["operations"][O]["output"] | undefined> {
    const { principal, endpoint, sourceIp, userAgent, traceHeader } = this.info;
    const { account, region } = this;
    return this.#atRest(() =>
      this.#services.offer({
        service: service.name,
        operation,
        input,
        principal,
        account,
        region,
        requestId,
        endpoint,
        sourceIp,
        userAgent,
        traceHeader,
      }),
    );
  }

  request(request: ApiRequest): Promise<HttpResponse> {
    const { principal, endpoint, sourceIp, userAgent, traceHeader } = this.info;
    const { account, region, signal } = this;
    const requestId = this.ids.uuid();
    return this.#atRest(() =>
      this.#services.api.send(
        request,
        { principal, account, region, requestId, endpoint, sourceIp, userAgent, traceHeader, signal },
        this.#services,
      ),
    );
  }

  deliver(aims: readonly Aim[]): Promise<readonly TargetOutcome[]> {
    return this.#services.deliver(aims, this);
  }

  delivers(arn: string): boolean {
    return this.#services.registry.isTarget(arn);
  }

  as(principal: Principal): Waiting {
    return this.#with(this, this.#under(principal));
  }

  asRole(roleArn: string, sessionName: string): Waiting {
    const principal = assumedRolePrincipal(roleArn, sessionName);
    return this.#with({ account: principal.account, region: this.region }, this.#under(principal));
  }

  traced(traceHeader: string | undefined): Waiting {
    if (traceHeader === this.info.traceHeader) return this;
    return this.#with(this, { ...this.#under(this.info.principal), traceHeader });
  }

  at(place: Partial<Place>): Waiting {
    return this.#with(
      { account: place.account ?? this.account, region: place.region ?? this.region },
      this.info,
    );
  }

  /** Copied by name: a call of the wire keeps some of its fields where a spread does not see them. */
  #under(principal: Principal): CallInfo {
    const { requestId, operation, endpoint, sourceIp, userAgent, traceHeader } = this.info;
    return { requestId, operation, principal, endpoint, sourceIp, userAgent, traceHeader };
  }

  #with(place: Place, info: CallInfo): Waiting {
    return new WaitingContext(this.#services, place, info, this.#caller, this.#origin);
  }

  async #atRest<T>(wait: () => Promise<T>): Promise<T> {
    const { activity } = this.#services;
    if (this.#origin.#away++ === 0) activity.leave();
    try {
      return await wait();
    } finally {
      if (--this.#origin.#away === 0) activity.enter();
    }
  }
}
