// State machines: made, described, listed, changed, deleted.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { isHere, parseArn } from "../arn.ts";
import { checkDefinition } from "../asl/diagnostics/index.ts";
import { checkLogging } from "../configuration.ts";
import { deleteStateMachineParts } from "../deletion.ts";
import {
  needKey,
  type ProtectedBy,
  protection,
  type UsableKey,
  withKey,
} from "../encryption/customer-key.ts";
import {
  checkName,
  checkRole,
  type Input,
  invalid,
  type Output,
  stateMachineDoesNotExist,
  stepfunctions,
} from "../model.ts";
import {
  openStateMachine,
  Revision,
  type RevisionState,
  revisionOf,
  StateMachine,
  type StateMachineState,
  stateMachineArn,
} from "../state-machine.ts";
import { keepSweeping } from "../sweep.ts";
import { tagMap } from "../tags.ts";
import { publishVersion } from "../versions.ts";

export async function createStateMachine(
  input: Input<"CreateStateMachine">,
  ctx: Waiting,
): Promise<Output<"CreateStateMachine">> {
  checkName(input.name);
  const context = contextOf(stateMachineArn(ctx, input.name));
  const protectedBy = await protection(input.encryptionConfiguration, context, ctx);
  return ctx.atomically((tx) => create(input, protectedBy, tx));
}

/** What ties a machine's data keys to it. */
function contextOf(arn: string): Readonly<Record<string, string>> {
  return { "aws:states:stateMachineArn": arn };
}

async function create(
  input: Input<"CreateStateMachine">,
  protectedBy: ProtectedBy | undefined,
  tx: Transaction,
): Promise<Output<"CreateStateMachine">> {
  const { name, definition, roleArn, type = "STANDARD", publish, versionDescription } = input;
  if (versionDescription !== undefined && publish !== true) {
    throw invalid("Version description can only be set when publish is true");
  }
  const arn = stateMachineArn(tx, name);
  const existing = await tx.get(StateMachine, name);
  if (existing !== undefined) return sameAgain(tx, existing, input, arn);
  checkRole(roleArn);
  checkDefinition(definition, type);
  checkLogging(input.loggingConfiguration);
  const machine: StateMachineState = {
    name,
    type,
    status: "ACTIVE",
    createdAt: tx.now,
    revisionId: "INITIAL",
    tags: tagMap(input.tags),
    lastVersion: 0,
  };
  const revision: RevisionState = {
    machine: name,
    revisionId: machine.revisionId,
    definition,
    roleArn,
    createdAt: tx.now,
    logging: input.loggingConfiguration,
    tracing: input.tracingConfiguration,
    encryption: input.encryptionConfiguration,
    protectedBy,
  };
  tx.put(StateMachine, machine);
  tx.put(Revision, revision);
  keepSweeping(tx);
  const version = publish === true ? await publishVersion(tx, machine, versionDescription) : undefined;
  return {
    stateMachineArn: arn,
    creationDate: tx.now,
    ...(version === undefined
      ? {}
      : { stateMachineVersionArn: stateMachineArn(tx, name, String(version.version)) }),
  };
}

/** A second request that asks for the same is answered as the first; the role and the tags do not count. */
async function sameAgain(
  tx: Transaction,
  machine: StateMachineState,
  input: Input<"CreateStateMachine">,
  arn: string,
): Promise<Output<"CreateStateMachine">> {
  if (machine.status === "DELETING") {
    throw fault(stepfunctions, "StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
  }
  const revision = await revisionOf(tx, machine.name, machine.revisionId);
  const same =
    revision.definition === input.definition &&
    machine.type === (input.type ?? "STANDARD") &&
    sameJson(revision.logging, input.loggingConfiguration) &&
    sameJson(revision.tracing, input.tracingConfiguration) &&
    sameJson(revision.encryption, input.encryptionConfiguration) &&
    (input.publish === true) === machine.lastVersion > 0;
  if (!same) {
    throw fault(stepfunctions, "StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
  }
  return {
    stateMachineArn: arn,
    creationDate: machine.createdAt,
    ...(input.publish === true ? { stateMachineVersionArn: stateMachineArn(tx, machine.name, "1") } : {}),
  };
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

export async function updateStateMachine(
  input: Input<"UpdateStateMachine">,
  ctx: Waiting,
): Promise<Output<"UpdateStateMachine">> {
  const { stateMachineArn: arn, encryptionConfiguration } = input;
  const protectedBy = await protection(encryptionConfiguration, contextOf(arn), ctx);
  return withKey(ctx, (tx, usable) => update(input, protectedBy, usable, tx));
}

async function update(
  input: Input<"UpdateStateMachine">,
  protectedBy: ProtectedBy | undefined,
  usable: UsableKey,
  tx: Transaction,
): Promise<Output<"UpdateStateMachine">> {
  const { stateMachineArn: arn, publish, versionDescription } = input;
  const { machine, parsed } = await openStateMachine(tx, arn);
  if (parsed.parts.length > 1) throw stateMachineDoesNotExist(arn);
  if (machine.status === "DELETING") {
    throw fault(stepfunctions, "StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
  }
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = input;
  if (
    definition === undefined &&
    roleArn === undefined &&
    loggingConfiguration === undefined &&
    tracingConfiguration === undefined &&
    encryptionConfiguration === undefined
  ) {
    throw fault(
      stepfunctions,
      "MissingRequiredParameter",
      "Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration or the EncryptionConfiguration must be specified",
    );
  }
  if (versionDescription !== undefined && publish !== true) {
    throw invalid("Version description can only be set when publish is true");
  }
  if (roleArn !== undefined) checkRole(roleArn);
  if (definition !== undefined) checkDefinition(definition, machine.type);
  checkLogging(input.loggingConfiguration);
  const current = await revisionOf(tx, machine.name, machine.revisionId);
  needKey(current.protectedBy, usable);
  const revision: RevisionState = {
    ...current,
    revisionId: tx.ids.uuid(),
    createdAt: tx.now,
    ...(definition === undefined ? {} : { definition }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(loggingConfiguration === undefined ? {} : { logging: loggingConfiguration }),
    ...(tracingConfiguration === undefined ? {} : { tracing: tracingConfiguration }),
    ...(encryptionConfiguration === undefined ? {} : { encryption: encryptionConfiguration, protectedBy }),
  };
  const updated = { ...machine, revisionId: revision.revisionId };
  tx.put(Revision, revision);
  tx.put(StateMachine, updated);
  const version = publish === true ? await publishVersion(tx, updated, versionDescription) : undefined;
  return {
    updateDate: tx.now,
    revisionId: revision.revisionId,
    ...(version === undefined
      ? {}
      : { stateMachineVersionArn: stateMachineArn(tx, machine.name, String(version.version)) }),
  };
}

export async function listStateMachines(
  input: Input<"ListStateMachines">,
  tx: Transaction,
): Promise<Output<"ListStateMachines">> {
  const page = await tx.list(StateMachine, {
    cursor: input.nextToken,
    limit: input.maxResults || 100,
  });
  return {
    stateMachines: page.values.map(({ name, type, createdAt }) => ({
      stateMachineArn: stateMachineArn(tx, name),
      name,
      type,
      creationDate: createdAt,
    })),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}

export async function deleteStateMachine(
  input: Input<"DeleteStateMachine">,
  tx: Transaction,
): Promise<Output<"DeleteStateMachine">> {
  const parsed = parseArn(input.stateMachineArn, "stateMachine");
  const machine = isHere(parsed, tx) ? await tx.get(StateMachine, parsed.parts[0]!) : undefined;
  if (machine !== undefined && machine.status === "ACTIVE") {
    tx.put(StateMachine, { ...machine, status: "DELETING" });
    tx.enqueue(deleteStateMachineParts, { name: machine.name }, { id: machine.name });
  }
  return {};
}
