// All services by the names that requests call them: target prefix, signing
// name, endpoint prefix and API version. Built from the index of models, so
// that no model is loaded before a request means its service.

import type { IndexEntry } from "../../model/load.ts";
import type { ServiceModel } from "../../model/shapes.ts";

export class Catalog {
  readonly #load: (name: string) => ServiceModel;
  readonly #byName = new Map<string, IndexEntry>();
  readonly #byTarget = new Map<string, IndexEntry>();
  readonly #bySigningName = new Map<string, IndexEntry[]>();
  readonly #byEndpoint = new Map<string, IndexEntry[]>();
  readonly #byVersion = new Map<string, IndexEntry[]>();

  constructor(index: readonly IndexEntry[], load: (name: string) => ServiceModel) {
    this.#load = load;
    for (const entry of index) {
      this.#byName.set(entry.name, entry);
      if (entry.targetPrefix !== undefined) this.#byTarget.set(entry.targetPrefix, entry);
      add(this.#bySigningName, entry.signingName, entry);
      add(this.#byEndpoint, entry.endpointPrefix, entry);
      add(this.#byVersion, entry.apiVersion, entry);
    }
  }

  load(entry: IndexEntry): ServiceModel {
    return this.#load(entry.name);
  }

  named(name: string): IndexEntry | undefined {
    return this.#byName.get(name);
  }

  target(prefix: string): IndexEntry | undefined {
    return this.#byTarget.get(prefix);
  }

  /** Services that sign by that name; else those whose endpoint is called so (`email` for SES). */
  signing(name: string): readonly IndexEntry[] {
    return this.#bySigningName.get(name) ?? this.#byEndpoint.get(name) ?? [];
  }

  /** Services below the host label `name`: `states.us-east-1.localhost`. */
  endpoint(name: string): readonly IndexEntry[] {
    return this.#byEndpoint.get(name) ?? this.#bySigningName.get(name) ?? [];
  }

  version(version: string): readonly IndexEntry[] {
    return this.#byVersion.get(version) ?? [];
  }
}

function add(map: Map<string, IndexEntry[]>, name: string, entry: IndexEntry): void {
  const entries = map.get(name);
  if (entries === undefined) map.set(name, [entry]);
  else entries.push(entry);
}
