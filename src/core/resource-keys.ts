// Where resources lie in the ordered store: (service, account, region, type,
// key...) for values, and (service, account, region, type~index, index key...,
// key...) for index entries, which hold nothing.

import { type Part, pack } from "../base/tuple.ts";
import { type Place, placeFor } from "./place.ts";
import type { Key } from "./ports/store.ts";
import type { AnyResource } from "./resource.ts";

/** Prefixes repeat for every access, and packing them costs more than the rest of a key. */
const prefixLimit = 10_000;

/** The prefix of a resource's values where it was asked for last. */
interface Latest {
  readonly account: string;
  readonly region: string;
  readonly prefix: Key;
}

export class ResourceKeys {
  readonly #prefixes = new Map<string, Key>();
  readonly #latest = new WeakMap<AnyResource, Latest>();

  space(service: string, place: Place): Key {
    return this.#memoise(`${service}\n${place.account}\n${place.region}`, () =>
      pack([service, place.account, place.region]),
    );
  }

  values(resource: AnyResource, place: Place): Key {
    const { account, region } = place;
    // Most calls follow one at the same place, and even a name to look it up by has its cost.
    const latest = this.#latest.get(resource);
    if (latest?.account === account && latest.region === region) return latest.prefix;
    const at = placeFor(resource.scope, place);
    const prefix = this.#memoise(`${resource.service}\n${at.account}\n${at.region}\n${resource.type}`, () =>
      pack([resource.service, at.account, at.region, resource.type]),
    );
    this.#latest.set(resource, { account, region, prefix });
    return prefix;
  }

  index(resource: AnyResource, index: string, place: Place): Key {
    const at = placeFor(resource.scope, place);
    return this.#memoise(`${resource.service}\n${at.account}\n${at.region}\n${resource.type}~${index}`, () =>
      pack([resource.service, at.account, at.region, `${resource.type}~${index}`]),
    );
  }

  /** The index entries a value has: their keys. */
  entries(resource: AnyResource, value: object, place: Place): readonly Key[] {
    const keys: Key[] = [];
    for (const [name, keyOf] of Object.entries(resource.indexes ?? {})) {
      const parts = (keyOf as (value: object) => readonly Part[] | undefined)(value);
      if (parts === undefined) continue;
      keys.push(this.index(resource, name, place) + pack([...parts, ...resource.key(value)]));
    }
    return keys;
  }

  #memoise(name: string, make: () => Key): Key {
    let key = this.#prefixes.get(name);
    if (key === undefined) {
      if (this.#prefixes.size >= prefixLimit) this.#prefixes.clear();
      key = make();
      this.#prefixes.set(name, key);
    }
    return key;
  }
}
