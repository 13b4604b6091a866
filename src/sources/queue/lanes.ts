// How many batches of one queue's reader are under way at once: few at first, one more
// whenever a batch succeeds while others wait, half as many when one fails.

export class Lanes {
  readonly #most: number;
  #limit: number;
  #busy = 0;
  #wake: (() => void) | undefined;
  #waited = false;

  constructor(most: number) {
    this.#most = most;
    this.#limit = Math.min(2, most);
  }

  /** Runs `work` in a lane; it must not throw. `true` means that it went well. */
  start(work: () => Promise<boolean>): void {
    this.#busy++;
    void work().then((well) => {
      this.#busy--;
      if (!well) this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      else if (this.#waited) this.#limit = Math.min(this.#most, this.#limit + 1);
      this.#waited = false;
      this.#wake?.();
    });
  }

  /** Resolves when a lane is free; `most` is what else limits them, if anything does. */
  async room(most = this.#most): Promise<void> {
    while (this.#busy >= Math.max(1, Math.min(this.#limit, most))) {
      this.#waited = true;
      await this.#change();
    }
  }

  /** Resolves when all work is over. */
  async empty(): Promise<void> {
    while (this.#busy > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
