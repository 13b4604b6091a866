// Ends bodies that arrive too slowly. One timer looks at all bodies under way a
// few times a minute; the usual request, over before the next look, pays an
// insertion and a removal. Sockets live in the machine's time, not in the
// cloud's, hence the timer.

import type { FrontLimits } from "../limits.ts";

export interface Watched {
  looksLeft: number;
  readonly expire: () => void;
}

export class BodyWatch {
  readonly #pending = new Set<Watched>();
  readonly #wholeLooks: number;
  readonly #idleLooks: number;
  readonly #timer: NodeJS.Timeout;

  constructor(limits: Pick<FrontLimits, "bodyMilliseconds" | "idleMilliseconds">) {
    const period = Math.max(10, Math.min(5000, limits.bodyMilliseconds / 4, limits.idleMilliseconds / 4));
    this.#wholeLooks = Math.ceil(limits.bodyMilliseconds / period);
    this.#idleLooks = Math.ceil(limits.idleMilliseconds / period);
    this.#timer = setInterval(() => this.#look(), period);
    this.#timer.unref();
  }

  /** A body that must be complete in time. */
  whole(expire: () => void): Watched {
    return this.#add({ looksLeft: this.#wholeLooks, expire });
  }

  /** A body that must not stand still. */
  streamed(expire: () => void): Watched {
    return this.#add({ looksLeft: this.#idleLooks, expire });
  }

  progress(watched: Watched): void {
    watched.looksLeft = this.#idleLooks;
  }

  release(watched: Watched): void {
    this.#pending.delete(watched);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#pending.clear();
  }

  #add(watched: Watched): Watched {
    this.#pending.add(watched);
    return watched;
  }

  #look(): void {
    for (const watched of this.#pending) {
      watched.looksLeft -= 1;
      if (watched.looksLeft > 0) continue;
      this.#pending.delete(watched);
      watched.expire();
    }
  }
}
