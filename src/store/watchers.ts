// Who wants to hear of which topic.

export class Watchers {
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Returns the function that stops the listener. Each call of `add` is a listener of its own. */
  add(topic: string, listener: () => void): () => void {
    const own = () => listener();
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(own));
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) this.#listeners.delete(topic);
    };
  }

  notifyAll(): void {
    this.notify(this.#listeners.keys());
  }

  notify(topics: Iterable<string>): void {
    for (const topic of topics) {
      for (const listener of this.#listeners.get(topic) ?? []) {
        try {
          listener();
        } catch (error) {
          // The commit stands whatever its listeners do; their accident is the process's, as any other.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    }
  }
}
