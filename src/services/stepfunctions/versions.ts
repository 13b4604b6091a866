// Versions: a revision under a number, for aliases and callers to hold on to.

import type { Transaction } from "../../core/transaction.ts";
import { StateMachine, type StateMachineState, Version, type VersionState } from "./state-machine.ts";

/** Publishes the current revision, unless the newest version is of it already. */
export async function publishVersion(
  tx: Transaction,
  machine: StateMachineState,
  description: string | undefined,
): Promise<VersionState> {
  const newest = (await tx.list(Version, { prefix: [machine.name], reverse: true, limit: 1 })).values[0];
  if (newest?.revisionId === machine.revisionId) return newest;
  const version: VersionState = {
    machine: machine.name,
    version: machine.lastVersion + 1,
    revisionId: machine.revisionId,
    createdAt: tx.now,
    description,
  };
  tx.put(Version, version);
  tx.put(StateMachine, { ...machine, lastVersion: version.version });
  return version;
}
