// State machines as they are described: as they stand, or as an execution began.

import type { Transaction } from "../../../core/transaction.ts";
import type { StateMachineDefinition } from "../asl/definition.ts";
import { variableReferences } from "../asl/variable-references.ts";
import { needKey, type UsableKey } from "../encryption/customer-key.ts";
import { shownEncryption } from "../encryption/shown.ts";
import { openExecution } from "../execution.ts";
import { type Input, type Output, stateMachineDoesNotExist } from "../model.ts";
import { machineName } from "../standard/step.ts";
import {
  openStateMachine,
  type RevisionState,
  revisionOf,
  stateMachineArn,
  Version,
} from "../state-machine.ts";

export async function describeStateMachine(
  input: Input<"DescribeStateMachine">,
  tx: Transaction,
  usable: UsableKey,
): Promise<Output<"DescribeStateMachine">> {
  const arn = input.stateMachineArn;
  const { machine, parsed } = await openStateMachine(tx, arn);
  const qualifier = parsed.parts[1];
  const version =
    qualifier !== undefined && /^\d+$/.test(qualifier)
      ? await tx.get(Version, machine.name, Number(qualifier))
      : undefined;
  if (qualifier !== undefined && version === undefined) throw stateMachineDoesNotExist(arn);
  const revision = await revisionOf(tx, machine.name, version?.revisionId ?? machine.revisionId);
  const withData = input.includedData !== "METADATA_ONLY";
  if (withData) needKey(revision.protectedBy, usable);
  return {
    stateMachineArn: arn,
    name: machine.name,
    status: machine.status,
    // Without its data, nobody needs the key.
    definition: withData || revision.protectedBy === undefined ? revision.definition : "",
    type: machine.type,
    creationDate: version?.createdAt ?? machine.createdAt,
    revisionId: revision.revisionId,
    ...(version?.description === undefined ? {} : { description: version.description }),
    ...shownConfiguration(revision),
    ...(withData ? shownVariables(revision) : {}),
  };
}

/** Only where there are any. */
function shownVariables({ definition }: RevisionState) {
  const references = variableReferences(JSON.parse(definition) as StateMachineDefinition);
  return Object.keys(references).length === 0 ? {} : { variableReferences: references };
}

function shownConfiguration(revision: RevisionState) {
  return {
    roleArn: revision.roleArn,
    loggingConfiguration: { level: "OFF" as const, includeExecutionData: false, ...revision.logging },
    tracingConfiguration: { enabled: false, ...revision.tracing },
    encryptionConfiguration: shownEncryption(revision.encryption),
  };
}

export async function describeStateMachineForExecution(
  input: Input<"DescribeStateMachineForExecution">,
  tx: Transaction,
  usable: UsableKey,
): Promise<Output<"DescribeStateMachineForExecution">> {
  const execution = await openExecution(tx, input.executionArn);
  const revision = await revisionOf(tx, machineName(execution), execution.revisionId);
  const withData = input.includedData !== "METADATA_ONLY";
  if (withData) needKey(revision.protectedBy, usable);
  const label = execution.machine.split("/")[1];
  return {
    stateMachineArn: stateMachineArn(tx, execution.machine),
    name: execution.machine,
    definition: withData || revision.protectedBy === undefined ? revision.definition : "",
    updateDate: revision.createdAt,
    revisionId: revision.revisionId,
    ...(execution.mapRun === undefined ? {} : { mapRunArn: execution.mapRun.arn }),
    ...(label === undefined ? {} : { label }),
    ...shownConfiguration(revision),
    ...(withData ? shownVariables(revision) : {}),
  };
}
