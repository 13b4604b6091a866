// Which environment runs an invocation: a warm one, the one used last first;
// else a new one, as far as the machine has room; else the invocation waits
// its turn.

import type { FunctionSpec } from "../core/ports/compute.ts";
import type { Environment } from "./environment.ts";
import { type CredentialSource, EnvironmentGroup, type Waiter } from "./environment-group.ts";
import type { HostLimits } from "./options.ts";
import { after, monotonicMilliseconds } from "./real-time.ts";

export interface PoolOptions {
  readonly limits: HostLimits;
  readonly now: () => number;
  /** Makes an environment, not yet initialised, that calls the pool's `released` and `ended`. */
  readonly create: (
    spec: FunctionSpec,
    credentials: CredentialSource,
    provisioned: boolean,
  ) => Promise<Environment>;
}

const patienceMilliseconds = 5;

export class Pool {
  readonly #options: PoolOptions;
  readonly #groups = new Map<string, EnvironmentGroup>();
  readonly #groupOf = new Map<Environment, EnvironmentGroup>();
  readonly #provisioned = new Set<Environment>();
  /** Groups that somebody waits for. */
  readonly #wanted = new Set<EnvironmentGroup>();
  #starting = 0;
  /** Of the starting ones, those that do not exist yet. */
  #promised = 0;
  #turns = 0;
  #cancelSweep: (() => void) | undefined;
  #cancelImpatience: (() => void) | undefined;
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async acquire(
    spec: FunctionSpec,
    credentials: CredentialSource,
    signal: AbortSignal,
  ): Promise<Environment> {
    if (this.#stopped) throw new Error("The function host has stopped");
    const group = this.#group(spec, credentials);
    const warm = group.takeIdle((environment) => this.#isFresh(environment));
    if (warm !== undefined) return warm;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        group.waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        turn: ++this.#turns,
        resolve(environment) {
          signal.removeEventListener("abort", onAbort);
          resolve(environment);
        },
        reject,
      };
      signal.addEventListener("abort", onAbort, { once: true });
      group.waiters.add(waiter);
      this.#wanted.add(group);
      this.#pump();
    });
  }

  hasRoom(specId: string | undefined): boolean {
    const group = specId === undefined ? undefined : this.#groups.get(specId);
    if (group !== undefined && group.idle.length > 0) return true;
    if (this.#groupOf.size + this.#promised < this.#options.limits.maxEnvironments) return true;
    return this.#oldestIdle() !== undefined;
  }

  /** Starts environments until `count` of the spec exist; fails with the first that cannot be had. */
  async prepare(spec: FunctionSpec, credentials: CredentialSource, count: number): Promise<void> {
    const group = this.#group(spec, credentials);
    const missing = Math.max(0, count - group.all.size);
    await Promise.all(Array.from({ length: missing }, () => this.#prepareOne(group)));
  }

  /** No new invocation goes to the spec's environments. */
  retire(specId: string): void {
    const group = this.#groups.get(specId);
    if (group === undefined) return;
    this.#groups.delete(specId);
    group.retired = true;
    for (const environment of group.all) environment.retiring = true;
    for (const environment of group.idle.splice(0)) environment.kill(new Error("The function has changed"));
  }

  /** An environment is done with an invocation. */
  released(environment: Environment): void {
    const group = this.#groupOf.get(environment);
    if (group === undefined) return;
    this.#give(group, environment);
    this.#pump();
  }

  ended(environment: Environment): void {
    const group = this.#groupOf.get(environment);
    if (group === undefined) return;
    this.#groupOf.delete(environment);
    this.#provisioned.delete(environment);
    group.remove(environment);
    this.#forgetIfEmpty(group);
    this.#pump();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelSweep?.();
    this.#cancelImpatience?.();
    const reason = new Error("The function host has stopped");
    for (const group of this.#wanted) for (const waiter of group.waiters) waiter.reject(reason);
    this.#wanted.clear();
    const all = [...this.#groupOf.keys()];
    for (const environment of all) environment.kill(reason);
    await Promise.all(all.map((environment) => environment.gone()));
  }

  #group(spec: FunctionSpec, credentials: CredentialSource): EnvironmentGroup {
    let group = this.#groups.get(spec.id);
    if (group === undefined) {
      group = new EnvironmentGroup(spec, credentials);
      this.#groups.set(spec.id, group);
    }
    group.spec = spec;
    group.credentials = credentials;
    return group;
  }

  /** Young enough, and its credentials last for an invocation. */
  #isFresh(environment: Environment): boolean {
    if (environment.ended || environment.retiring) return false;
    const age = monotonicMilliseconds() - environment.startedAt;
    const needed = this.#options.now() + environment.spec.timeoutMilliseconds;
    return age < this.#options.limits.lifetimeMilliseconds && environment.credentialsExpireAt > needed;
  }

  /**
   * Starts environments for those who wait, as far as there is room. A caller who
   * asks again at once is faster than the runtime that asks for its next
   * invocation: the environment that has just answered gets a moment to do so.
   */
  #pump(patient = true): void {
    for (const group of this.#byTurn()) {
      const soon = patient ? group.finishing : 0;
      if (soon > 0 && group.waiters.size > 0) {
        this.#cancelImpatience ??= after(patienceMilliseconds, () => {
          this.#cancelImpatience = undefined;
          this.#pump(false);
        });
      }
      while (group.waiters.size > group.starting + soon) {
        if (this.#stopped || this.#starting >= this.#options.limits.maxStarting || !this.#makeRoom()) return;
        void this.#startOne(group);
      }
      if (group.waiters.size === 0) this.#wanted.delete(group);
    }
  }

  async #startOne(group: EnvironmentGroup): Promise<void> {
    try {
      const environment = await this.#create(group, false);
      this.#give(group, environment);
    } catch (error) {
      group.nextWaiter()?.reject(error);
    }
    this.#forgetIfEmpty(group);
    this.#pump();
  }

  async #prepareOne(group: EnvironmentGroup): Promise<void> {
    if (!this.#makeRoom()) throw new Error("There is no room for another environment");
    const environment = await this.#create(group, true);
    if (environment.failed) {
      environment.kill(new Error("The environment failed to initialise"));
      throw new Error("The environment failed to initialise");
    }
    this.#provisioned.add(environment);
    this.#give(group, environment);
  }

  async #create(group: EnvironmentGroup, provisioned: boolean): Promise<Environment> {
    group.starting++;
    this.#starting++;
    try {
      const environment = await this.#register(group, provisioned);
      try {
        await environment.initialise();
      } catch (error) {
        environment.kill(new Error("The environment could not be started"));
        throw error;
      }
      return environment;
    } finally {
      group.starting--;
      this.#starting--;
    }
  }

  async #register(group: EnvironmentGroup, provisioned: boolean): Promise<Environment> {
    this.#promised++;
    try {
      const environment = await this.#options.create(group.spec, group.credentials, provisioned);
      if (this.#stopped) throw new Error("The function host has stopped");
      this.#groupOf.set(environment, group);
      group.all.add(environment);
      environment.retiring = group.retired;
      this.#cancelSweep ??= after(this.#sweepInterval(), () => this.#sweep());
      return environment;
    } finally {
      this.#promised--;
    }
  }

  /** To whoever waits longest, else to the idle ones. */
  #give(group: EnvironmentGroup, environment: Environment): void {
    if (!environment.failed && this.#owesRoom(group)) {
      environment.kill(new Error("Another function was there before"));
      return;
    }
    // A failed one still has its failure to tell; one of a retired spec serves those who asked before.
    const usable =
      environment.failed || (!environment.ended && (group.retired || this.#isFresh(environment)));
    const waiter = usable ? group.nextWaiter() : undefined;
    if (waiter !== undefined) waiter.resolve(environment);
    else if (environment.failed || environment.retiring || !usable) environment.kill(new Error("Retired"));
    else group.idle.push(environment);
  }

  /** True when a function without any environment waits longer than this one's callers, and there is no room. */
  #owesRoom(group: EnvironmentGroup): boolean {
    if (this.#groupOf.size + this.#promised < this.#options.limits.maxEnvironments) return false;
    const [first] = this.#byTurn();
    return first !== undefined && first !== group && first.all.size === 0 && first.starting === 0;
  }

  #byTurn(): readonly EnvironmentGroup[] {
    if (this.#wanted.size < 2) return [...this.#wanted];
    return [...this.#wanted].sort((a, b) => a.turn - b.turn);
  }

  /** True when one more environment may start; an idle one may have to go for it. */
  #makeRoom(): boolean {
    if (this.#groupOf.size + this.#promised < this.#options.limits.maxEnvironments) return true;
    const oldest = this.#oldestIdle();
    // Its end calls the pump, which must not start anything for the room made here.
    if (oldest === undefined) return false;
    this.#promised++;
    oldest.kill(new Error("Another function needs the room"));
    this.#promised--;
    return true;
  }

  /** Of those that may go. */
  #oldestIdle(): Environment | undefined {
    let oldest: Environment | undefined;
    for (const { idle } of this.#groups.values()) {
      for (const environment of idle) {
        if (this.#provisioned.has(environment)) continue;
        if (oldest === undefined || environment.usedAt < oldest.usedAt) oldest = environment;
      }
    }
    return oldest;
  }

  #sweepInterval(): number {
    return Math.max(100, this.#options.limits.idleMilliseconds / 4);
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    const limit = monotonicMilliseconds() - this.#options.limits.idleMilliseconds;
    for (const { idle } of this.#groups.values()) {
      for (const environment of [...idle]) {
        const unused = environment.usedAt < limit && !this.#provisioned.has(environment);
        if (unused || !this.#isFresh(environment)) environment.kill(new Error("Idle for too long"));
      }
    }
    if (this.#groupOf.size > 0) this.#cancelSweep = after(this.#sweepInterval(), () => this.#sweep());
  }

  #forgetIfEmpty(group: EnvironmentGroup): void {
    if (group.empty && this.#groups.get(group.spec.id) === group) this.#groups.delete(group.spec.id);
  }
}
