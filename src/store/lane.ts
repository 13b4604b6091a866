// Where transactions that lost a race run again, one after the other: side by
// side, n writers of one key would need n rounds of n runs.

export class Lane {
  /** Resolves when the last who entered has left. */
  #last: Promise<void> = Promise.resolve();
  readonly #patience: () => Promise<void>;

  /** Nobody waits for another beyond `patience`, so that a body that waits long holds nobody up. */
  constructor(patience: () => Promise<void>) {
    this.#patience = patience;
  }

  /** Resolves when it is one's turn; the function given leaves the lane. */
  async enter(): Promise<() => void> {
    const ahead = this.#last;
    let leave = () => {};
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    await Promise.race([ahead, this.#patience()]);
    return leave;
  }
}
