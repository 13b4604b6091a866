// Started runtimes that wait for a function: a cold start finds its process
// ready and only has to put the code there. Nothing waits before the first
// function has run.

import { type Relay, relay } from "./link/relay.ts";
import { after, monotonicMilliseconds } from "./real-time.ts";
import type { RuntimeProcess } from "./runtime-process.ts";

export interface WaitingProcess {
  readonly process: RuntimeProcess;
  readonly relay: Relay;
}

export interface WaitingLimits {
  readonly maxWaiting: number;
  readonly waitingPerKind: number;
  readonly waitingMilliseconds: number;
}

interface Kind {
  readonly ready: WaitingProcess[];
  start: (relay: Relay) => RuntimeProcess;
  usedAt: number;
}

export class WaitingProcesses {
  readonly #limits: WaitingLimits;
  /** In the order of last use. */
  readonly #kinds = new Map<string, Kind>();
  #cancelSweep: (() => void) | undefined;
  #stopped = false;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /** A process of that kind that is ready, if there is one. */
  take(key: string): WaitingProcess | undefined {
    return this.#kinds.get(key)?.ready.shift();
  }

  /** Starts processes of that kind until enough wait; the kind used longest ago makes room. */
  replenish(key: string, start: (relay: Relay) => RuntimeProcess): void {
    if (this.#stopped) return;
    const kind = this.#kinds.get(key) ?? { ready: [], start, usedAt: 0 };
    kind.start = start;
    kind.usedAt = monotonicMilliseconds();
    this.#kinds.delete(key);
    this.#kinds.set(key, kind);
    while (kind.ready.length < Math.min(this.#limits.waitingPerKind, this.#limits.maxWaiting)) {
      if (this.#count() >= this.#limits.maxWaiting && !this.#dropOldest(kind)) return;
      this.#start(kind);
    }
    this.#cancelSweep ??= after(this.#limits.waitingMilliseconds, () => this.#sweep());
  }

  stop(): Promise<unknown> {
    this.#stopped = true;
    this.#cancelSweep?.();
    const all = [...this.#kinds.values()].flatMap((kind) => kind.ready.splice(0));
    for (const { process } of all) process.kill();
    return Promise.all(all.map(({ process }) => process.exit));
  }

  #start(kind: Kind): void {
    const to = relay(() => void waiting.process.confine());
    const waiting: WaitingProcess = { process: kind.start(to), relay: to };
    kind.ready.push(waiting);
    void waiting.process.exit.then(() => {
      const index = kind.ready.indexOf(waiting);
      if (index >= 0) kind.ready.splice(index, 1);
    });
  }

  #count(): number {
    let count = 0;
    for (const { ready } of this.#kinds.values()) count += ready.length;
    return count;
  }

  #dropOldest(except: Kind): boolean {
    for (const kind of this.#kinds.values()) {
      if (kind === except || kind.ready.length === 0) continue;
      kind.ready.shift()!.process.kill();
      return true;
    }
    return false;
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    const limit = monotonicMilliseconds() - this.#limits.waitingMilliseconds;
    for (const [key, kind] of this.#kinds) {
      if (kind.usedAt > limit) continue;
      for (const { process } of kind.ready.splice(0)) process.kill();
      this.#kinds.delete(key);
    }
    if (this.#kinds.size > 0)
      this.#cancelSweep = after(this.#limits.waitingMilliseconds, () => this.#sweep());
  }
}
