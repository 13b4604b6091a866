// The services of one cloud: known by name from the start, loaded when first
// needed.

import type { ServiceDefinition, ServiceEntry } from "./service.ts";

export class Registry {
  readonly #entries = new Map<string, ServiceEntry>();
  readonly #loaded = new Map<string, ServiceDefinition>();
  readonly #loading = new Map<string, Promise<ServiceDefinition>>();
  readonly #listeners = new Map<string, string[]>();

  constructor(entries: readonly ServiceEntry[]) {
    for (const entry of entries) {
      this.#entries.set(entry.name, entry);
      for (const source of entry.hears) {
        this.#listeners.set(source, [...(this.#listeners.get(source) ?? []), entry.name]);
      }
    }
  }

  get entries(): Iterable<ServiceEntry> {
    return this.#entries.values();
  }

  /** The definition if it is loaded already: the hot path needs no promise. */
  loaded(name: string): ServiceDefinition | undefined {
    return this.#loaded.get(name);
  }

  /** Undefined where there is no such service. */
  async load(name: string): Promise<ServiceDefinition | undefined> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    let loading = this.#loading.get(name);
    if (loading === undefined) {
      loading = entry.load().then((definition) => {
        this.#loaded.set(name, definition);
        return definition;
      });
      // A service that failed to load is tried again at its next request.
      loading.catch(() => this.#loading.delete(name));
      this.#loading.set(name, loading);
    }
    return loading;
  }

  /** The services that listen to an event source. */
  listeners(source: string): readonly string[] {
    return this.#listeners.get(source) ?? [];
  }
}
