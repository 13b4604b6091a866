// Whether the front is stopping, and what to abort then: the signals of calls
// that wait. A call that asks for its signal later finds it aborted.

export class Shutdown {
  readonly #running = new Set<AbortController>();
  #began = false;

  get began(): boolean {
    return this.#began;
  }

  add(controller: AbortController): void {
    if (this.#began) controller.abort();
    else this.#running.add(controller);
  }

  delete(controller: AbortController): void {
    this.#running.delete(controller);
  }

  begin(): void {
    this.#began = true;
    for (const controller of this.#running) controller.abort();
    this.#running.clear();
  }
}
