// Counts what is at work right now, so that a test (or a moved clock) can wait
// until everything has come to rest. Waiting for time or for a notification is
// rest; running user code is work.

export class Activity {
  #active = 0;
  #waiters: (() => void)[] = [];

  enter(): void {
    this.#active++;
  }

  leave(): void {
    this.#active--;
    if (this.#active > 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  get atRest(): boolean {
    return this.#active <= 0;
  }

  /** Resolves when nothing is at work; at once if so already. */
  rest(): Promise<void> {
    if (this.atRest) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
