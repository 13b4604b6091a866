// Versions of state machines: published, listed, deleted.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { isHere, parseArn } from "../arn.ts";
import { type Input, invalidArn, type Output, stateMachineDoesNotExist, stepfunctions } from "../model.ts";
import { Alias, openStateMachine, stateMachineArn, Version } from "../state-machine.ts";
import { publishVersion } from "../versions.ts";

export async function publishStateMachineVersion(
  input: Input<"PublishStateMachineVersion">,
  tx: Transaction,
): Promise<Output<"PublishStateMachineVersion">> {
  const arn = input.stateMachineArn;
  const { machine, parsed } = await openStateMachine(tx, arn);
  if (parsed.parts.length > 1) throw stateMachineDoesNotExist(arn);
  if (machine.status === "DELETING") {
    throw fault(stepfunctions, "StateMachineDeleting", `State Machine is being deleted: '${arn}'`);
  }
  if (input.revisionId !== undefined && input.revisionId !== machine.revisionId) {
    throw fault(
      stepfunctions,
      "ConflictException",
      `Failed to publish the State Machine version for revision ${input.revisionId}. The current State Machine revision is ${machine.revisionId}.`,
    );
  }
  const version = await publishVersion(tx, machine, input.description);
  return {
    creationDate: version.createdAt,
    stateMachineVersionArn: stateMachineArn(tx, machine.name, String(version.version)),
  };
}

export async function listStateMachineVersions(
  input: Input<"ListStateMachineVersions">,
  tx: Transaction,
): Promise<Output<"ListStateMachineVersions">> {
  const { machine } = await openStateMachine(tx, input.stateMachineArn);
  const page = await tx.list(Version, {
    prefix: [machine.name],
    reverse: true,
    cursor: input.nextToken,
    limit: input.maxResults || 100,
  });
  return {
    stateMachineVersions: page.values.map(({ version, createdAt }) => ({
      stateMachineVersionArn: stateMachineArn(tx, machine.name, String(version)),
      creationDate: createdAt,
    })),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}

export async function deleteStateMachineVersion(
  input: Input<"DeleteStateMachineVersion">,
  tx: Transaction,
): Promise<Output<"DeleteStateMachineVersion">> {
  const arn = input.stateMachineVersionArn;
  const parsed = parseArn(arn, "stateMachine");
  const [machine, number] = parsed.parts;
  if (number === undefined || !/^\d+$/.test(number)) throw invalidArn(`Invalid ARN: ${arn}`);
  const aliases = await tx.all(Alias, [machine!]);
  const using = aliases.filter(({ routing }) =>
    routing.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn),
  );
  if (using.length > 0) {
    const names = using.map(({ name }) => name).join(", ");
    throw fault(
      stepfunctions,
      "ConflictException",
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
    );
  }
  if (isHere(parsed, tx)) tx.delete(Version, machine!, Number(number));
  return {};
}
