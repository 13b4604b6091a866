// The lines at the end of every ordinary answer's head, made once a second.

export class ClosingLines {
  readonly #clock: { now(): number; wall?(): number };
  readonly #keepAlive: string;
  #second = Number.NaN;
  #lines = "";

  constructor(clock: { now(): number; wall?(): number }, keepAliveMilliseconds: number) {
    this.#clock = clock;
    this.#keepAlive = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMilliseconds / 1000)}\r\n\r\n`;
  }

  /** Clients set their clocks by the date, so that it is the machine's, as signatures' dates are. */
  get lines(): string {
    const clock = this.#clock;
    const second = Math.floor((clock.wall === undefined ? clock.now() : clock.wall()) / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = `Date: ${new Date(second * 1000).toUTCString()}\r\n${this.#keepAlive}`;
    }
    return this.#lines;
  }
}
