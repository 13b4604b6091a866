// Which nodes of a cloud are there, for what lives in one of them and others
// look for: a client's open connection. A node says so once it has such a thing.

import { pack, prefixRange } from "../base/tuple.ts";
import type { Clock } from "./clock.ts";
import { accident, type Log } from "./log.ts";
import type { Store } from "./ports/store.ts";
import { decodeValue, encodeValue } from "./value.ts";

export interface ThisNode {
  readonly id: string;
  /** From its resolution on, other nodes find this one. True the first time. */
  announce(): Promise<boolean>;
  /** Whether that node is there, as far as its last word tells: it may have died up to six seconds ago. */
  lives(id: string): Promise<boolean>;
}

export interface NodePresenceServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

interface Presence {
  /** Epoch milliseconds by the machine's time: a moved or stopped clock must not end it. */
  readonly until: number;
}

const presences = ["cumulet", "", "", "presence"] as const;
const leaseMilliseconds = 6_000;

export class NodePresence implements ThisNode {
  readonly id: string;
  readonly #services: NodePresenceServices;
  #announced: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(services: NodePresenceServices, id: string) {
    this.#services = services;
    this.id = id;
  }

  /** `alone`: no other process shares the store, so whoever was there is gone. */
  async start(alone: boolean): Promise<void> {
    if (!alone) return;
    const { store } = this.#services;
    const [any] = await store.read((raw) => raw.scan(prefixRange([...presences]), { limit: 1 }));
    if (any !== undefined) await store.transact((raw) => raw.deleteRange(prefixRange([...presences])));
  }

  async stop(): Promise<void> {
    if (this.#announced === undefined) return;
    clearInterval(this.#timer);
    await this.#services.store.transact((raw) => raw.delete(pack([...presences, this.id])));
  }

  async announce(): Promise<boolean> {
    const first = this.#announced === undefined;
    this.#announced ??= this.#begin().catch((error: unknown) => {
      this.#announced = undefined;
      throw error;
    });
    await this.#announced;
    return first;
  }

  async lives(id: string): Promise<boolean> {
    if (id === this.id) return true;
    const stored = await this.#services.store.read((raw) => raw.get(pack([...presences, id])));
    return stored !== undefined && decodeValue<Presence>(stored, false).until > this.#services.clock.wall();
  }

  async #begin(): Promise<void> {
    const { log } = this.#services;
    await this.#tell();
    this.#timer = setInterval(() => {
      this.#tell().catch((error: unknown) => log({ level: "error", event: "presence", ...accident(error) }));
    }, leaseMilliseconds / 3);
    this.#timer.unref();
  }

  #tell(): Promise<void> {
    const { store, clock } = this.#services;
    const presence: Presence = { until: clock.wall() + leaseMilliseconds };
    return store.transact((raw) => raw.put(pack([...presences, this.id]), encodeValue(presence, false)));
  }
}
