// Which environment runs an invocation: a warm one, the one used last first;
// else a new one, as far as the machine has room; else the invocation waits
// its turn.

import type { FunctionSpec, RoleCredentials } from "../core/ports/compute.ts";
import type { Environment } from "./environment.ts";
import type { HostLimits } from "./options.ts";
import { after, monotonicMilliseconds } from "./real-time.ts";

export type CredentialSource = () => Promise<RoleCredentials>;

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

interface Waiter {
  readonly resolve: (environment: Environment) => void;
  readonly reject: (error: unknown) => void;
}

/** The environments of one spec. */
interface Group {
  spec: FunctionSpec;
  credentials: CredentialSource;
  /** The one used last at the end. */
  readonly idle: Environment[];
  readonly all: Set<Environment>;
  readonly waiters: Set<Waiter>;
  starting: number;
  retired: boolean;
}

const patienceMilliseconds = 5;

function countFinishing(environments: Iterable<Environment>): number {
  let count = 0;
  for (const environment of environments) if (environment.finishing) count++;
  return count;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<Environment, Group>();
  readonly #provisioned = new Set<Environment>();
  /** Groups that somebody waits for, the longest wait first. */
  readonly #wanted = new Set<Group>();
  #starting = 0;
  /** Of the starting ones, those that do not exist yet. */
  #promised = 0;
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
    const warm = this.#takeIdle(group);
    if (warm !== undefined) return warm;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        group.waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
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
    group.all.delete(environment);
    const index = group.idle.indexOf(environment);
    if (index >= 0) group.idle.splice(index, 1);
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

  #group(spec: FunctionSpec, credentials: CredentialSource): Group {
    let group = this.#groups.get(spec.id);
    if (group === undefined) {
      const empty = { idle: [], all: new Set<Environment>(), waiters: new Set<Waiter>() };
      group = { spec, credentials, ...empty, starting: 0, retired: false };
      this.#groups.set(spec.id, group);
    }
    group.spec = spec;
    group.credentials = credentials;
    return group;
  }

  #takeIdle(group: Group): Environment | undefined {
    for (;;) {
      const environment = group.idle.pop();
      if (environment === undefined) return undefined;
      if (this.#isFresh(environment)) return environment;
      environment.kill(new Error("The environment is too old"));
    }
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
    for (const group of this.#wanted) {
      const soon = patient ? countFinishing(group.all) : 0;
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

  async #startOne(group: Group): Promise<void> {
    try {
      const environment = await this.#create(group, false);
      this.#give(group, environment);
    } catch (error) {
      this.#nextWaiter(group)?.reject(error);
    }
    this.#forgetIfEmpty(group);
    this.#pump();
  }

  async #prepareOne(group: Group): Promise<void> {
    if (!this.#makeRoom()) throw new Error("There is no room for another environment");
    const environment = await this.#create(group, true);
    if (environment.failed) {
      environment.kill(new Error("The environment failed to initialise"));
      throw new Error("The environment failed to initialise");
    }
    this.#provisioned.add(environment);
    this.#give(group, environment);
  }

  async #create(group: Group, provisioned: boolean): Promise<Environment> {
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

  async #register(group: Group, provisioned: boolean): Promise<Environment> {
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
  #give(group: Group, environment: Environment): void {
    // A failed one still has its failure to tell; one of a retired spec serves those who asked before.
    const usable =
      environment.failed || (!environment.ended && (group.retired || this.#isFresh(environment)));
    const waiter = usable ? this.#nextWaiter(group) : undefined;
    if (waiter !== undefined) waiter.resolve(environment);
    else if (environment.failed || environment.retiring || !usable) environment.kill(new Error("Retired"));
    else group.idle.push(environment);
  }

  #nextWaiter(group: Group): Waiter | undefined {
    const [waiter] = group.waiters;
    if (waiter !== undefined) group.waiters.delete(waiter);
    return waiter;
  }

  /** True when one more environment may start; an idle one may have to go for it. */
  #makeRoom(): boolean {
    if (this.#groupOf.size + this.#promised < this.#options.limits.maxEnvironments) return true;
    let oldest: Environment | undefined;
    for (const { idle } of this.#groups.values()) {
      for (const environment of idle) {
        if (this.#provisioned.has(environment)) continue;
        if (oldest === undefined || environment.usedAt < oldest.usedAt) oldest = environment;
      }
    }
    // Its end calls the pump, which must not start anything for the room made here.
    if (oldest === undefined) return false;
    this.#promised++;
    oldest.kill(new Error("Another function needs the room"));
    this.#promised--;
    return true;
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

  #forgetIfEmpty(group: Group): void {
    if (group.all.size > 0 || group.starting > 0 || group.waiters.size > 0) return;
    if (this.#groups.get(group.spec.id) === group) this.#groups.delete(group.spec.id);
  }
}
