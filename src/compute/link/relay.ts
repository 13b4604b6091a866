// The events of a process that started before anybody knew whose it would be:
// they go nowhere until an environment takes the process over.

import type { RuntimeEvents } from "./link.ts";

export interface Relay {
  readonly events: RuntimeEvents;
  /** From now on `target` hears; what was printed so far it hears at once. */
  connect(target: RuntimeEvents): void;
}

/** A process that waits has nothing to say; what it says all the same explains why it died. */
const maxHeldLines = 50;

export function relay(onWaiting: () => void): Relay {
  const held: string[] = [];
  let target: RuntimeEvents | undefined;
  return {
    events: {
      waiting: onWaiting,
      next: (peakKilobytes) => target?.next(peakKilobytes),
      response: (payload) => target?.response(payload),
      responseTooLarge: (bytes) => target?.responseTooLarge(bytes),
      error: (payload) => target?.error(payload),
      initError: (payload) => target?.initError(payload),
      streamBegin: (contentType) => target?.streamBegin(contentType),
      streamChunk: (chunk) => target?.streamChunk(chunk),
      streamEnd: () => target?.streamEnd(),
      streamError: (payload) => target?.streamError(payload),
      log(message) {
        if (target !== undefined) target.log(message);
        else if (held.length < maxHeldLines) held.push(message);
      },
      violation: (what) => target?.violation(what),
    },
    connect(next) {
      target = next;
      for (const message of held.splice(0)) next.log(message);
    },
  };
}
