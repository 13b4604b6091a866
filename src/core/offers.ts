// Calls that one node offers to the others, because it has no room for them
// itself. An offer lies in the store, where a node with room takes it, and its
// outcome after it: nodes need not reach each other, nor trust what they hear.

import { pack, prefixRange } from "../base/tuple.ts";
import type { Activity } from "./activity.ts";
import type { Call } from "./call.ts";
import type { Clock } from "./clock.ts";
import { Fault } from "./fault.ts";
import type { Ids } from "./ids.ts";
import { accident, type Log } from "./log.ts";
import type { ThisNode } from "./node-presence.ts";
import type { Store } from "./ports/store.ts";
import { decodeValue, encodeValue } from "./value.ts";

export interface OfferServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly activity: Activity;
  readonly node: ThisNode;
  readonly stopping: AbortSignal;
  readonly patienceMilliseconds: number;
  readonly hasRoom: () => boolean;
  /** Runs it without asking again whether it is allowed, and without recording it again. */
  perform(call: Call): Promise<object>;
}

type OfferedCall = Omit<Call, "signal" | "once">;

interface Offer {
  readonly id: string;
  readonly from: string;
  /** Epoch milliseconds by the machine's time: its node has died if the offer is still there. */
  readonly until: number;
  readonly call: OfferedCall;
}

interface Taken {
  readonly by: string;
  readonly outcome?: Outcome;
}

type Outcome =
  | { readonly output: object }
  | { readonly fault: Pick<Fault, "service" | "code" | "message" | "fields" | "status"> };

const topic = "cumulet.offers";
const offers = ["cumulet", "", "", "offer"] as const;
const taken = ["cumulet", "", "", "offer-taken"] as const;
const topicOf = (id: string): string => `${topic}.${id}`;

/** After an offer that nobody took no other is made for so long: all have enough to do. */
const nobodyMilliseconds = 1000;
const lifeMilliseconds = 10_000;
/** Between two looks whether the node that took it is still there. */
const lookMilliseconds = 2000;
const lookedAtOnce = 10;
/** Taken so lately that they may not have taken their place yet. */
const mostBeginning = 4;
const beginningMilliseconds = 50;

export class Offers {
  readonly #services: OfferServices;
  /** Request ids of what is performed here for others: nobody offers it again. */
  readonly #performing = new Set<string>();
  #open = false;
  #nobodyUntil = 0;
  #looking: Promise<void> | undefined;
  #rung = false;
  #beginning = 0;
  #stopWatching: () => void = () => undefined;

  constructor(services: OfferServices) {
    this.#services = services;
  }

  /** Unless `shared` there is nobody to offer anything to. */
  start(shared: boolean): void {
    if (!shared) return;
    this.#open = true;
    this.#stopWatching = this.#services.store.watch(topic, () => this.#ring());
  }

  async stop(): Promise<void> {
    this.#open = false;
    this.#stopWatching();
    await this.#looking;
  }

  /** The output, or the fault, of the node that took the call; undefined where none did. */
  async make(call: OfferedCall): Promise<object | undefined> {
    const { clock, store, ids, node, patienceMilliseconds } = this.#services;
    if (!this.#open || this.#performing.has(call.requestId) || clock.wall() < this.#nobodyUntil)
      return undefined;
    const until = clock.wall() + patienceMilliseconds + lifeMilliseconds;
    const offer: Offer = { id: ids.uuid(), from: node.id, until, call };
    const bell = new Bell(store, topicOf(offer.id));
    try {
      await store.transact((raw) => {
        raw.put(pack([...offers, offer.id]), encodeValue(offer, true));
        raw.notify(topic);
      });
      await bell.rings(patienceMilliseconds);
      if (await this.#withdraw(offer.id)) {
        this.#nobodyUntil = clock.wall() + nobodyMilliseconds;
        return undefined;
      }
      return outputOf(await this.#outcome(offer, bell));
    } finally {
      bell.stop();
    }
  }

  /** False where somebody has taken it. */
  #withdraw(id: string): Promise<boolean> {
    const key = pack([...offers, id]);
    return this.#services.store.transact(async (raw) => {
      if ((await raw.get(key)) === undefined) return false;
      raw.delete(key);
      return true;
    });
  }

  async #outcome({ id, call }: Offer, bell: Bell): Promise<Outcome> {
    const { store, node } = this.#services;
    const key = pack([...taken, id]);
    for (;;) {
      const found = await store.read((raw) => raw.get(key));
      const state = found && decodeValue<Taken>(found, true);
      const lost = state === undefined || (state.outcome === undefined && !(await node.lives(state.by)));
      if (lost || state.outcome !== undefined) await store.transact((raw) => raw.delete(key));
      if (lost) throw new Fault(call.service, "ServiceUnavailable", "The node that took the call is gone.");
      if (state.outcome !== undefined) return state.outcome;
      await bell.rings(lookMilliseconds);
    }
  }

  #ring(): void {
    this.#rung = true;
    this.#looking ??= this.#look()
      .catch((error: unknown) => this.#services.log({ level: "error", event: "offers", ...accident(error) }))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #look(): Promise<void> {
    const { hasRoom, node } = this.#services;
    while (this.#rung) {
      this.#rung = false;
      while (this.#open && this.#beginning < mostBeginning && hasRoom()) {
        await node.announce();
        const offer = await this.#take();
        if (offer === undefined) break;
        this.#begin(offer);
      }
    }
  }

  #begin(offer: Offer): void {
    this.#beginning++;
    void this.#perform(offer);
    setTimeout(() => {
      this.#beginning--;
      if (this.#open) this.#ring();
    }, beginningMilliseconds).unref();
  }

  #take(): Promise<Offer | undefined> {
    const { store, clock, node } = this.#services;
    return store.transact(async (raw) => {
      for (const { key, value } of await raw.claim(prefixRange([...offers]), lookedAtOnce)) {
        const offer = decodeValue<Offer>(value, true);
        if (offer.from === node.id) continue;
        raw.delete(key);
        if (offer.until < clock.wall()) continue;
        raw.put(pack([...taken, offer.id]), encodeValue({ by: node.id } satisfies Taken, true));
        raw.notify(topicOf(offer.id));
        return offer;
      }
      return undefined;
    });
  }

  async #perform({ id, call }: Offer): Promise<void> {
    const { activity, log, perform, stopping } = this.#services;
    activity.enter();
    this.#performing.add(call.requestId);
    try {
      const outcome = await perform({ ...call, signal: stopping }).then(
        (output): Outcome => ({ output }),
        ({ service, code, message, fields, status }: Fault): Outcome => ({
          fault: { service, code, message, fields, status },
        }),
      );
      await this.#answer(id, outcome);
    } catch (error) {
      log({ level: "error", event: "offers", ...accident(error) });
    } finally {
      this.#performing.delete(call.requestId);
      activity.leave();
    }
  }

  /** Unless nobody waits for it any more. */
  #answer(id: string, outcome: Outcome): Promise<void> {
    const key = pack([...taken, id]);
    const state: Taken = { by: this.#services.node.id, outcome };
    return this.#services.store.transact(async (raw) => {
      if ((await raw.get(key)) === undefined) return;
      raw.put(key, encodeValue(state, true));
      raw.notify(topicOf(id));
    });
  }
}

function outputOf(outcome: Outcome): object {
  if ("output" in outcome) return outcome.output;
  const { service, code, message, fields, status } = outcome.fault;
  throw new Fault(service, code, message, { fields, ...(status === undefined ? {} : { status }) });
}

/** A topic to wait for. What rings between two waits is not missed. */
class Bell {
  readonly #stopWatching: () => void;
  #rung = false;
  #wake: () => void = () => undefined;

  constructor(store: Store, name: string) {
    this.#stopWatching = store.watch(name, () => {
      this.#rung = true;
      this.#wake();
    });
  }

  /** Resolves when it has rung since the last time, or after so long. */
  async rings(milliseconds: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        timer.unref();
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rung = false;
  }

  stop(): void {
    this.#stopWatching();
  }
}
