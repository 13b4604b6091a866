// The state machine, its revisions, versions and aliases. What a machine does
// lies in revisions, which never change: a running execution keeps to its own.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type {
  EncryptionConfiguration,
  LoggingConfiguration,
  RoutingConfigurationListItem,
  TracingConfiguration,
} from "../../model/generated/stepfunctions.d.ts";
import { isHere, namedArn, type ParsedArn, parseArn, stepFunctionsArn } from "./arn.ts";
import { compile } from "./asl/compile.ts";
import type { StateMachineDefinition } from "./asl/definition.ts";
import type { Machine } from "./asl/machine.ts";
import type { ProtectedBy } from "./encryption/customer-key.ts";
import { stateMachineDoesNotExist } from "./model.ts";

export interface StateMachineState {
  readonly name: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly status: "ACTIVE" | "DELETING";
  readonly createdAt: number;
  readonly revisionId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Versions are numbered on, even past deleted ones. */
  readonly lastVersion: number;
}

export const StateMachine = defineResource<StateMachineState>()({
  service: "stepfunctions",
  type: "state-machine",
  key: (machine) => [machine.name],
  arn: (machine, place) => stateMachineArn(place, machine.name),
  named: (input, place) =>
    typeof input.name === "string" && "definition" in input
      ? stateMachineArn(place, input.name)
      : namedArn(input.stateMachineArn ?? input.stateMachineVersionArn ?? input.stateMachineAliasArn),
  tags: (machine) => machine.tags,
  cached: true,
});

export interface RevisionState {
  readonly machine: string;
  readonly revisionId: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly createdAt: number;
  readonly logging?: LoggingConfiguration | undefined;
  readonly tracing?: TracingConfiguration | undefined;
  readonly encryption?: EncryptionConfiguration | undefined;
  readonly protectedBy?: ProtectedBy | undefined;
}

export const Revision = defineResource<RevisionState>()({
  service: "stepfunctions",
  type: "revision",
  key: (revision) => [revision.machine, revision.revisionId],
  cached: true,
});

export interface VersionState {
  readonly machine: string;
  readonly version: number;
  readonly revisionId: string;
  readonly createdAt: number;
  readonly description?: string | undefined;
}

export const Version = defineResource<VersionState>()({
  service: "stepfunctions",
  type: "version",
  key: (version) => [version.machine, version.version],
  arn: (version, place) => stateMachineArn(place, version.machine, String(version.version)),
});

export interface AliasState {
  readonly machine: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly routing: readonly RoutingConfigurationListItem[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const Alias = defineResource<AliasState>()({
  service: "stepfunctions",
  type: "alias",
  key: (alias) => [alias.machine, alias.name],
  arn: (alias, place) => stateMachineArn(place, alias.machine, alias.name),
});

export function stateMachineArn(place: Place, name: string, qualifier?: string): string {
  return stepFunctionsArn(place, "stateMachine", ...(qualifier === undefined ? [name] : [name, qualifier]));
}

/** The machine, by the ARN of itself, of a version or of an alias. */
export async function openStateMachine(
  tx: Transaction,
  arn: string,
): Promise<{ readonly machine: StateMachineState; readonly parsed: ParsedArn }> {
  const parsed = parseArn(arn, "stateMachine");
  const machine = isHere(parsed, tx) ? await tx.get(StateMachine, parsed.parts[0]!) : undefined;
  if (machine === undefined) throw stateMachineDoesNotExist(arn);
  return { machine, parsed };
}

export async function revisionOf(
  tx: Transaction,
  machine: string,
  revisionId: string,
): Promise<RevisionState> {
  const revision = await tx.get(Revision, machine, revisionId);
  if (revision === undefined) throw stateMachineDoesNotExist(stateMachineArn(tx, machine));
  return revision;
}

/** By the stored value itself, which is the same object as long as its bytes are the same. */
const compiled = new WeakMap<RevisionState, Machine>();

/** `root`: the block that children of a map run begin in. */
export function machineOf(revision: RevisionState, root?: number): Machine {
  let machine = compiled.get(revision);
  if (machine === undefined) {
    machine = compile(JSON.parse(revision.definition) as StateMachineDefinition);
    compiled.set(revision, machine);
  }
  return root === undefined ? machine : { blocks: machine.blocks, root, timeoutSeconds: undefined };
}
