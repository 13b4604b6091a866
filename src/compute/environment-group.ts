// The environments of one function version, and who waits for one.

import type { FunctionSpec, RoleCredentials } from "../core/ports/compute.ts";
import type { Environment } from "./environment.ts";

export type CredentialSource = () => Promise<RoleCredentials>;

export interface Waiter {
  /** Who came first has the lower number. */
  readonly turn: number;
  readonly resolve: (environment: Environment) => void;
  readonly reject: (error: unknown) => void;
}

export class EnvironmentGroup {
  /** The spec and the credentials of the latest caller. */
  spec: FunctionSpec;
  credentials: CredentialSource;
  /** The one used last at the end. */
  readonly idle: Environment[] = [];
  readonly all = new Set<Environment>();
  /** In the order of their turns. */
  readonly waiters = new Set<Waiter>();
  starting = 0;
  retired = false;

  constructor(spec: FunctionSpec, credentials: CredentialSource) {
    this.spec = spec;
    this.credentials = credentials;
  }

  /** The warm one that was used last and is still good; the stale ones on the way end. */
  takeIdle(isFresh: (environment: Environment) => boolean): Environment | undefined {
    for (;;) {
      const environment = this.idle.pop();
      if (environment === undefined || isFresh(environment)) return environment;
      environment.kill(new Error("The environment is too old"));
    }
  }

  nextWaiter(): Waiter | undefined {
    const [waiter] = this.waiters;
    if (waiter !== undefined) this.waiters.delete(waiter);
    return waiter;
  }

  /** The turn of whoever waits longest. */
  get turn(): number {
    const [first] = this.waiters;
    return first?.turn ?? Number.POSITIVE_INFINITY;
  }

  /** How many have answered and will be idle in a moment. */
  get finishing(): number {
    let count = 0;
    for (const environment of this.all) if (environment.finishing) count++;
    return count;
  }

  remove(environment: Environment): void {
    this.all.delete(environment);
    const index = this.idle.indexOf(environment);
    if (index >= 0) this.idle.splice(index, 1);
  }

  get empty(): boolean {
    return this.all.size === 0 && this.starting === 0 && this.waiters.size === 0;
  }
}
