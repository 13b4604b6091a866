// What an execution is started of: a machine, one of its versions, or an alias
// that chooses between two.

import { fault } from "../../core/fault.ts";
import type { Transaction } from "../../core/transaction.ts";
import { stateMachineDoesNotExist, stepfunctions } from "./model.ts";
import {
  Alias,
  openStateMachine,
  type RevisionState,
  revisionOf,
  type StateMachineState,
  Version,
} from "./state-machine.ts";

export interface StartTarget {
  readonly machine: StateMachineState;
  readonly revision: RevisionState;
  readonly version?: string;
  readonly alias?: string;
}

export async function startTarget(tx: Transaction, arn: string): Promise<StartTarget> {
  const { machine, parsed } = await openStateMachine(tx, arn);
  if (machine.status === "DELETING") {
    throw fault(stepfunctions, "StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
  }
  const qualifier = parsed.parts[1];
  if (qualifier === undefined) {
    return { machine, revision: await revisionOf(tx, machine.name, machine.revisionId) };
  }
  const numbered = /^\d+$/.test(qualifier);
  const version = numbered ? qualifier : await routed(tx, machine.name, qualifier);
  const found = version === undefined ? undefined : await tx.get(Version, machine.name, Number(version));
  if (version === undefined || found === undefined) throw stateMachineDoesNotExist(arn);
  const revision = await revisionOf(tx, machine.name, found.revisionId);
  return { machine, revision, version, ...(numbered ? {} : { alias: qualifier }) };
}

/** The version that an alias leads to, this time. */
async function routed(tx: Transaction, machine: string, name: string): Promise<string | undefined> {
  const alias = await tx.get(Alias, machine, name);
  if (alias === undefined) return undefined;
  let point = tx.ids.fraction() * 100;
  for (const { stateMachineVersionArn, weight } of alias.routing) {
    point -= weight;
    if (point < 0) return stateMachineVersionArn.slice(stateMachineVersionArn.lastIndexOf(":") + 1);
  }
  return undefined;
}
