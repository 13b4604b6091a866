// Services that want to hear of calls, as an audit does. They ask for it place by
// place, and where nobody asked a call costs one look at an empty map.

import type { Activity } from "./activity.ts";
import type { CallRecord } from "./dispatch.ts";
import { accident, type Log } from "./log.ts";
import type { Place } from "./place.ts";
import type { Store } from "./ports/store.ts";
import type { Registry } from "./registry.ts";
import { defineResource } from "./resource.ts";
import type { CallInfo, Transaction } from "./transaction.ts";

export const observationTopic = "cumulet.observations";

export interface Observation extends Place {
  readonly service: string;
}

export const ObservationRecord = defineResource<Observation>()({
  service: "cumulet",
  type: "observation",
  scope: "global",
  key: ({ account, region, service }) => [account, region, service],
});

export interface ObservationServices {
  readonly registry: Registry;
  readonly store: Store;
  readonly activity: Activity;
  readonly log: Log;
  /** Runs a transaction of Cumulet's own. */
  readonly read: <T>(body: (tx: Transaction) => Promise<T>) => Promise<T>;
  transact<T>(place: Place, info: CallInfo, body: (tx: Transaction) => Promise<T>): Promise<T>;
}

export class Observations {
  readonly #services: ObservationServices;
  /** The services that observe a place. */
  #places: ReadonlyMap<string, readonly string[]> = new Map();
  #stopWatching: (() => void) | undefined;

  constructor(services: ObservationServices) {
    this.#services = services;
  }

  async start(): Promise<void> {
    const { store, log } = this.#services;
    this.#stopWatching = store.watch(observationTopic, () => {
      this.#load().catch((error) => log({ level: "error", event: "observation", ...accident(error) }));
    });
    await this.#load();
  }

  stop(): void {
    this.#stopWatching?.();
  }

  forget(): void {
    this.#places = new Map();
  }

  async #load(): Promise<void> {
    const all = await this.#services.read((tx) => tx.all(ObservationRecord));
    const places = new Map<string, string[]>();
    for (const { service, account, region } of all) {
      const name = `${account} ${region}`;
      places.set(name, [...(places.get(name) ?? []), service]);
    }
    this.#places = places;
  }

  /** Called after every call. */
  readonly observe = (record: CallRecord): void => {
    if (this.#places.size === 0) return;
    const { account, region } = record.call;
    for (const service of this.#places.get(`${account} ${region}`) ?? []) void this.#tell(service, record);
  };

  async #tell(service: string, record: CallRecord): Promise<void> {
    const { activity, registry, log, transact } = this.#services;
    activity.enter();
    try {
      const definition = registry.loaded(service) ?? (await registry.load(service));
      const observes = definition?.observes;
      if (observes !== undefined) await transact(record.call, record.call, (tx) => observes(record, tx));
    } catch (error) {
      log({ level: "error", event: "observation", service, ...accident(error) });
    } finally {
      activity.leave();
    }
  }
}
