// One process at a time has a data directory: commits are checked against each
// other within a process only. The owner's name stands in the database itself,
// where LMDB's lock makes "read it, then take it" one step.

import { StoreLockedError } from "../errors.ts";
import { type Environment, translated } from "./environment.ts";
import { ownerKey } from "./own-entries.ts";
import { isPresent, type Presence, removeTraces, showPresence } from "./presence.ts";
import { isContained, type ProcessIdentity, stateOf, thisProcess } from "./process-identity.ts";

interface Owner extends ProcessIdentity {
  /** Where it shows its presence, if in a container. */
  readonly socket?: string;
}

export interface Ownership {
  release(): void;
}

/** Throws `StoreLockedError` while another has it; an owner that died holds nothing. */
export async function takeOwnership(environment: Environment, directory: string): Promise<Ownership> {
  const self = thisProcess();
  const presence = isContained(self)
    ? await showPresence(directory, `${self.pid}-${self.started}`)
    : undefined;
  const own: Owner = { ...self, ...(presence?.name === undefined ? {} : { socket: presence.name }) };
  try {
    let gone: string | undefined;
    for (;;) {
      const holder = takeUnlessHeld(environment, own, gone);
      if (holder === undefined) break;
      const state = stateOf(holder);
      const alive =
        state === "alive" ||
        (state === "unknown" && holder.socket !== undefined && (await isPresent(directory, holder.socket)));
      if (alive) throw new StoreLockedError(directory, holder.pid);
      gone = JSON.stringify(holder);
    }
  } catch (error) {
    presence?.end();
    throw error;
  }
  removeTraces(directory, presence?.name);
  return { release: () => release(environment, presence) };
}

/** Takes it if nobody has it, or the one of whom we know that it is gone; else answers who has it. */
function takeUnlessHeld(environment: Environment, own: Owner, gone: string | undefined): Owner | undefined {
  try {
    return environment.transactionSync(() => {
      const bytes = environment.getBinaryFast(ownerKey);
      const text = bytes && Buffer.from(bytes.subarray(0, environment.lastSize)).toString();
      if (text !== undefined && text !== gone) return JSON.parse(text) as Owner;
      environment.put(ownerKey, Buffer.from(JSON.stringify(own)));
      return undefined;
    });
  } catch (error) {
    throw translated(error);
  }
}

function release(environment: Environment, presence: Presence | undefined): void {
  try {
    environment.transactionSync(() => environment.remove(ownerKey));
  } catch {
    // On a full disk the name stays; it is that of a process that is gone.
  }
  presence?.end();
}
