// The services of one cloud: known by name from the start, loaded when first
// needed.

import type { AnyResourceType } from "./resource-type.ts";
import type { ServiceDefinition, ServiceEntry } from "./service.ts";
import { type TargetDefinition, targetArn } from "./target.ts";

export class Registry {
  readonly #entries = new Map<string, ServiceEntry>();
  readonly #loaded = new Map<string, ServiceDefinition>();
  readonly #loading = new Map<string, Promise<ServiceDefinition>>();
  readonly #listeners = new Map<string, string[]>();
  readonly #overhearing: string[] = [];
  /** Longest pattern first. */
  readonly #targets: { readonly arns: string; readonly service: string }[] = [];
  /** Services by the names of the resource types they define. */
  readonly #resourceTypes = new Map<string, string>();

  constructor(entries: readonly ServiceEntry[]) {
    for (const entry of entries) {
      this.#entries.set(entry.name, entry);
      for (const source of entry.hears) {
        this.#listeners.set(source, [...(this.#listeners.get(source) ?? []), entry.name]);
      }
      if (entry.overhears === true) this.#overhearing.push(entry.name);
      for (const type of entry.resourceTypes ?? []) this.#resourceTypes.set(type, entry.name);
      for (const arns of entry.targets ?? []) this.#targets.push({ arns, service: entry.name });
    }
    this.#targets.sort((a, b) => b.arns.length - a.arns.length);
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

  /** The services that overhear every event. */
  get overhearing(): readonly string[] {
    return this.#overhearing;
  }

  /** Whether an ARN is that of a target, as far as its form tells. */
  isTarget(arn: string): boolean {
    return this.#owner(arn) !== undefined;
  }

  /** What an ARN's owner says of delivering to it; undefined where nobody owns it. */
  async target(arn: string): Promise<TargetDefinition | undefined> {
    const owner = this.#owner(arn);
    if (owner === undefined) return undefined;
    const definition = this.#loaded.get(owner.service) ?? (await this.load(owner.service));
    return definition?.targets?.find(({ arns }) => arns === owner.arns);
  }

  #owner(arn: string): { readonly arns: string; readonly service: string } | undefined {
    const { service, resource } = targetArn(arn);
    return this.#targets.find(({ arns }) => covers(arns, `${service}:${resource}`));
  }

  /** The names of all resource types, in order. */
  get resourceTypes(): readonly string[] {
    return [...this.#resourceTypes.keys()].sort();
  }

  /** A resource type and the service that defines it; undefined where nobody does. */
  async resourceType(
    name: string,
  ): Promise<{ readonly service: string; readonly definition: AnyResourceType } | undefined> {
    const service = this.#resourceTypes.get(name);
    if (service === undefined) return undefined;
    const owner = this.#loaded.get(service) ?? (await this.load(service));
    const definition = owner?.resourceTypes?.find(({ type }) => type === name);
    return definition === undefined ? undefined : { service, definition };
  }
}

/** A final star stands for anything; there is no other. */
function covers(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
