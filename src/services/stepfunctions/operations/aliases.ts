// Aliases: names that route executions to one or two versions by weight.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { RoutingConfigurationListItem } from "../../../model/generated/stepfunctions.d.ts";
import { isHere, parseArn } from "../arn.ts";
import { checkName, type Input, invalid, type Output, resourceNotFound, stepfunctions } from "../model.ts";
import { Alias, type AliasState, openStateMachine, stateMachineArn, Version } from "../state-machine.ts";

export async function createStateMachineAlias(
  input: Input<"CreateStateMachineAlias">,
  tx: Transaction,
): Promise<Output<"CreateStateMachineAlias">> {
  const { name, description, routingConfiguration: routing } = input;
  checkName(name);
  if (/^\d+$/.test(name)) throw invalid("Alias name must not be numeric");
  const machine = await checkRouting(tx, routing);
  const arn = stateMachineArn(tx, machine, name);
  const existing = await tx.get(Alias, machine, name);
  if (existing !== undefined) {
    const same =
      existing.description === description && JSON.stringify(existing.routing) === JSON.stringify(routing);
    if (!same) {
      throw fault(
        stepfunctions,
        "ConflictException",
        "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
      );
    }
    return { stateMachineAliasArn: arn, creationDate: existing.createdAt };
  }
  tx.put(Alias, { machine, name, description, routing, createdAt: tx.now, updatedAt: tx.now });
  return { stateMachineAliasArn: arn, creationDate: tx.now };
}

/** The machine whose versions these are. */
async function checkRouting(
  tx: Transaction,
  routing: readonly RoutingConfigurationListItem[],
): Promise<string> {
  const wrong = (why: string): Error => invalid(why, "INVALID_ROUTING_CONFIGURATION");
  if (routing.reduce((sum, { weight }) => sum + weight, 0) !== 100) {
    throw wrong("Sum of routing configuration weights must equal 100");
  }
  const arns = new Set(routing.map(({ stateMachineVersionArn }) => stateMachineVersionArn));
  if (arns.size < routing.length) {
    throw wrong("Routing configuration must contain distinct state machine versions");
  }
  let machine: string | undefined;
  for (const arn of arns) {
    const parsed = parseArn(arn, "stateMachine");
    const [name, version] = parsed.parts;
    machine ??= name!;
    if (name !== machine)
      throw wrong("Routing configuration must contain versions of the same state machine");
    if (version === undefined || !/^\d+$/.test(version)) {
      throw wrong(
        "Routing configuration must contain state machine version ARNs. Received: ".concat(`[${arn}]`),
      );
    }
    const found = isHere(parsed, tx) ? await tx.get(Version, name, Number(version)) : undefined;
    if (found === undefined) throw resourceNotFound(arn);
  }
  await openStateMachine(tx, stateMachineArn(tx, machine!));
  return machine!;
}

async function openAlias(tx: Transaction, arn: string): Promise<AliasState> {
  const parsed = parseArn(arn, "stateMachine");
  const [machine, name] = parsed.parts;
  const alias = name !== undefined && isHere(parsed, tx) ? await tx.get(Alias, machine!, name) : undefined;
  if (alias === undefined) throw resourceNotFound(arn);
  return alias;
}

export async function describeStateMachineAlias(
  input: Input<"DescribeStateMachineAlias">,
  tx: Transaction,
): Promise<Output<"DescribeStateMachineAlias">> {
  const alias = await openAlias(tx, input.stateMachineAliasArn);
  return {
    stateMachineAliasArn: stateMachineArn(tx, alias.machine, alias.name),
    name: alias.name,
    ...(alias.description === undefined ? {} : { description: alias.description }),
    routingConfiguration: alias.routing,
    creationDate: alias.createdAt,
    updateDate: alias.updatedAt,
  };
}

export async function updateStateMachineAlias(
  input: Input<"UpdateStateMachineAlias">,
  tx: Transaction,
): Promise<Output<"UpdateStateMachineAlias">> {
  const { description, routingConfiguration } = input;
  if (description === undefined && routingConfiguration === undefined) {
    throw invalid(
      "Either the description or the routing configuration must be specified",
      "MISSING_REQUIRED_PARAMETER",
    );
  }
  const alias = await openAlias(tx, input.stateMachineAliasArn);
  if (routingConfiguration !== undefined) {
    const machine = await checkRouting(tx, routingConfiguration);
    if (machine !== alias.machine) {
      throw invalid(
        "Routing configuration must contain versions of the same state machine",
        "INVALID_ROUTING_CONFIGURATION",
      );
    }
  }
  tx.put(Alias, {
    ...alias,
    updatedAt: tx.now,
    ...(description === undefined ? {} : { description }),
    ...(routingConfiguration === undefined ? {} : { routing: routingConfiguration }),
  });
  return { updateDate: tx.now };
}

export async function deleteStateMachineAlias(
  input: Input<"DeleteStateMachineAlias">,
  tx: Transaction,
): Promise<Output<"DeleteStateMachineAlias">> {
  const alias = await openAlias(tx, input.stateMachineAliasArn);
  tx.delete(Alias, alias.machine, alias.name);
  return {};
}

/** All of a machine's, or, given a version's ARN, those that route to it. */
export async function listStateMachineAliases(
  input: Input<"ListStateMachineAliases">,
  tx: Transaction,
): Promise<Output<"ListStateMachineAliases">> {
  const { machine, parsed } = await openStateMachine(tx, input.stateMachineArn);
  const version = parsed.parts[1] === undefined ? undefined : input.stateMachineArn;
  const page = await tx.list(Alias, {
    prefix: [machine.name],
    cursor: input.nextToken,
    limit: input.maxResults || 100,
  });
  const shown = page.values.filter(
    ({ routing }) =>
      version === undefined ||
      routing.some(({ stateMachineVersionArn }) => stateMachineVersionArn === version),
  );
  return {
    stateMachineAliases: shown.map((alias) => ({
      stateMachineAliasArn: stateMachineArn(tx, alias.machine, alias.name),
      creationDate: alias.createdAt,
    })),
    ...(page.cursor === undefined ? {} : { nextToken: page.cursor }),
  };
}
