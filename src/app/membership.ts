// What the nodes of one cloud must agree on beside its resources: how the clock
// stands, and that the cloud was emptied. It lies in the store; each node looks
// when it is told that something changed.

import { pack } from "../base/tuple.ts";
import type { ClockState, ControllableClock } from "../core/clock.ts";
import { accident, type Log } from "../core/log.ts";
import type { Store } from "../core/ports/store.ts";

const key = pack(["cumulet", "", "", "agreed"]);
const topic = "cumulet.agreed";

interface Agreed {
  readonly clock: ClockState;
  /** Another at each time the cloud was emptied. */
  readonly emptied: string;
}

const initial: Agreed = { clock: { offset: 0 }, emptied: "" };

export interface MembershipServices {
  readonly store: Store;
  readonly clock: ControllableClock;
  readonly newId: () => string;
  /** Ends what runs here for a cloud that another node emptied. */
  readonly forget: () => Promise<void>;
  readonly log: Log;
}

export class Membership {
  readonly #services: MembershipServices;
  #known: Agreed = initial;
  #stopWatching: () => void = () => undefined;
  /** One thing after another: what is read is what is acted on. */
  #doing: Promise<void> = Promise.resolve();

  constructor(services: MembershipServices) {
    this.#services = services;
  }

  /** Before anything runs: the clock may have been moved long ago. Who is alone begins with the machine's time. */
  async join(alone: boolean): Promise<void> {
    const { store, clock } = this.#services;
    if (alone) await this.#tell(initial);
    else this.#known = await this.#read();
    clock.follow(this.#known.clock);
    this.#stopWatching = store.watch(topic, () => void this.#next(() => this.#look()));
    clock.onMoved(() => void this.#next(() => this.#tell({ clock: clock.state })));
  }

  /** This node has emptied the cloud. */
  emptied(): Promise<void> {
    const { clock, newId } = this.#services;
    return this.#next(() => this.#tell({ clock: clock.state, emptied: newId() }));
  }

  leave(): void {
    this.#stopWatching();
  }

  async #look(): Promise<void> {
    const found = await this.#read();
    const { clock, emptied } = found;
    const before = this.#known;
    this.#known = found;
    if (clock.offset !== before.clock.offset || clock.frozenAt !== before.clock.frozenAt) {
      this.#services.clock.follow(clock);
    }
    if (emptied !== before.emptied) await this.#services.forget();
  }

  async #tell(change: Partial<Agreed>): Promise<void> {
    this.#known = await this.#services.store.transact(async (tx) => {
      const agreed: Agreed = { ...decoded(await tx.get(key)), ...change };
      tx.put(key, new TextEncoder().encode(JSON.stringify(agreed)));
      tx.notify(topic);
      return agreed;
    });
  }

  #read(): Promise<Agreed> {
    return this.#services.store.read(async (tx) => decoded(await tx.get(key)));
  }

  #next(action: () => Promise<void>): Promise<void> {
    this.#doing = this.#doing.then(action).catch((error: unknown) => {
      this.#services.log({ level: "error", event: "membership", ...accident(error) });
    });
    return this.#doing;
  }
}

function decoded(bytes: Uint8Array | undefined): Agreed {
  return bytes === undefined ? initial : (JSON.parse(new TextDecoder().decode(bytes)) as Agreed);
}
