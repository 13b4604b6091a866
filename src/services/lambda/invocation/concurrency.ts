// How many invocations run at once, and how many may. The count is this
// process's own: writing it to the store would cost every invocation a commit.

import { type Fault, fault } from "../../../core/fault.ts";
import { lambda } from "../model.ts";
import type { Target } from "../target.ts";

export const accountConcurrency = 1000;

export class Concurrency {
  readonly #running = new Map<string, number>();

  /** Takes a place, or throws AWS's throttle; the function returned gives it back, once. */
  enter(target: Target): () => void {
    const { account, region, name } = target.reference;
    const reserved = target.fn.reservedConcurrency;
    const key = reserved === undefined ? `${account} ${region}` : `${account} ${region} ${name}`;
    const running = this.#running.get(key) ?? 0;
    if (running >= (reserved ?? accountConcurrency)) throw throttled(reserved !== undefined);
    this.#running.set(key, running + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const remaining = this.#running.get(key)! - 1;
      if (remaining === 0) this.#running.delete(key);
      else this.#running.set(key, remaining);
    };
  }
}

function throttled(byReservation: boolean): Fault {
  return fault(lambda, "TooManyRequestsException", "Rate Exceeded.", {
    fields: {
      Type: "User",
      Reason: byReservation
        ? "ReservedFunctionConcurrentInvocationLimitExceeded"
        : "ConcurrentInvocationLimitExceeded",
    },
  });
}
