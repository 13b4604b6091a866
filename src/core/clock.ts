// The one clock. It runs with the machine's time until someone moves or stops
// it; then everything that waits, waits on the moved time, and what falls due
// on the way runs in the order it is due.

export interface Clock {
  /** Epoch milliseconds, as Cumulet sees them. */
  now(): number;
  /** The machine's own time: for what real clients sign, and for durations. Never for anything stored. */
  wall(): number;
  /** Milliseconds with fractions, only good for differences. */
  monotonic(): number;
  /** Resolves at the time given, or when the signal aborts, whichever comes first. */
  sleepUntil(at: number, signal?: AbortSignal): Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** How a clock stands to the machine's time. */
export interface ClockState {
  /** Milliseconds ahead of it. */
  readonly offset: number;
  /** Epoch milliseconds; undefined while it runs. */
  readonly frozenAt?: number | undefined;
}

/** Node's timers overflow past this many milliseconds. */
const longestTimer = 2 ** 31 - 1;

export class ControllableClock implements Clock {
  #offset = 0;
  #frozenAt: number | undefined;
  /** Sorted by time; equal times keep their order of arrival. */
  readonly #sleepers: Sleeper[] = [];
  #timer: NodeJS.Timeout | undefined;
  #moving: Promise<void> = Promise.resolve();
  readonly #listeners: (() => void)[] = [];

  /** `frozenAt`: start stopped at that time (epoch milliseconds). */
  constructor(frozenAt?: number) {
    this.#frozenAt = frozenAt;
  }

  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offset;
  }

  wall(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  get frozen(): boolean {
    return this.#frozenAt !== undefined;
  }

  get state(): ClockState {
    return { offset: this.#offset, frozenAt: this.#frozenAt };
  }

  /** Calls `listener` whenever someone has moved, stopped or released this clock, but not when it follows another. */
  onMoved(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Stands as another clock does, all at once: what falls due on the way runs in no order. */
  follow({ offset, frozenAt }: ClockState): void {
    this.#offset = offset;
    this.#frozenAt = frozenAt;
    this.#wakeDue();
    this.#arm();
  }

  sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (at <= this.now() || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        at,
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        this.#arm();
        resolve();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sleepers.splice(this.#position(at), 0, sleeper);
      this.#arm();
    });
  }

  freeze(): void {
    this.#frozenAt = this.now();
    this.#moved();
  }

  /** Lets time run again from where it stands. */
  resume(): void {
    if (this.#frozenAt === undefined) return;
    this.#offset = this.#frozenAt - Date.now();
    this.#frozenAt = undefined;
    this.#moved();
  }

  /** Back to the machine's time. */
  reset(): void {
    this.#frozenAt = undefined;
    this.#offset = 0;
    this.#moved();
  }

  /**
   * Moves time forward, stopping at every moment for which something waits;
   * `settle` lets the work that this woke come to rest before time goes on.
   * Advances asked for at once run one after the other.
   */
  advance(milliseconds: number, settle: () => Promise<void>): Promise<void> {
    const move = this.#moving.then(() => this.#advance(milliseconds, settle));
    this.#moving = move.catch(() => undefined);
    return move;
  }

  async #advance(milliseconds: number, settle: () => Promise<void>): Promise<void> {
    const target = this.now() + milliseconds;
    await settle();
    for (;;) {
      const next = this.#sleepers[0];
      if (next === undefined || next.at > target) break;
      this.#moveTo(Math.max(next.at, this.now()));
      this.#wakeDue();
      await settle();
    }
    if (this.now() < target) this.#moveTo(target);
    this.#moved();
  }

  #moved(): void {
    this.#arm();
    for (const listener of this.#listeners) listener();
  }

  #moveTo(time: number): void {
    if (this.#frozenAt !== undefined) this.#frozenAt = time;
    else this.#offset = time - Date.now();
  }

  #position(at: number): number {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sleepers[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #wakeDue(): void {
    const now = this.now();
    while (this.#sleepers.length > 0 && this.#sleepers[0]!.at <= now) this.#sleepers.shift()!.wake();
  }

  /** One timer serves all sleepers: it is set for the first of them. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = this.#sleepers[0];
    if (next === undefined || this.#frozenAt !== undefined) return;
    const wait = Math.min(Math.max(next.at - this.now(), 0), longestTimer);
    this.#timer = setTimeout(() => {
      this.#wakeDue();
      this.#arm();
    }, wait);
    this.#timer.unref();
  }
}
