// Destinations: names for streams that other accounts may subscribe to.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Destination as ShownDestination } from "../../../model/generated/logs.d.ts";
import { type Input, invalid, logs, type Output } from "../model.ts";

export interface DestinationState {
  readonly name: string;
  readonly arn: string;
  readonly targetArn: string;
  readonly roleArn: string;
  /** The document as it was given. */
  readonly accessPolicy?: string;
  /** Epoch milliseconds. */
  readonly creationTime: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export const Destination = defineResource<DestinationState>()({
  service: "logs",
  type: "destination",
  key: (destination) => [destination.name],
  arn: (destination) => destination.arn,
  named: (input, { region, account }) =>
    typeof input.destinationName === "string"
      ? `arn:aws:logs:${region}:${account}:destination:${input.destinationName}`
      : undefined,
  tags: ({ tags = {} }) => tags,
});

/** Undefined where the ARN names something else. */
export async function destinationByArn(tx: Transaction, arn: string): Promise<DestinationState | undefined> {
  const name = /^arn:[^:]+:logs:[^:]+:\d{12}:destination:(.+)$/.exec(arn)?.[1];
  return name === undefined ? undefined : existing(tx, name);
}

export async function putDestination(
  input: Input<"PutDestination">,
  tx: Transaction,
): Promise<Output<"PutDestination">> {
  const { destinationName: name, targetArn, roleArn } = input;
  if (!/^arn:[^:]+:(kinesis:[^:]+:\d{12}:stream|firehose:[^:]+:\d{12}:deliverystream)\/.+$/.test(targetArn)) {
    throw invalid("Invalid targetArn: it must be the ARN of a Kinesis or Firehose stream.");
  }
  const current = await tx.get(Destination, name);
  const destination: DestinationState = {
    creationTime: tx.now,
    ...current,
    name,
    arn: `arn:aws:logs:${tx.region}:${tx.account}:destination:${name}`,
    targetArn,
    roleArn,
    ...(input.tags === undefined ? {} : { tags: input.tags }),
  };
  tx.put(Destination, destination);
  return { destination: shown(destination) };
}

export async function putDestinationPolicy(
  input: Input<"PutDestinationPolicy">,
  tx: Transaction,
): Promise<Output<"PutDestinationPolicy">> {
  const destination = await existing(tx, input.destinationName);
  tx.put(Destination, { ...destination, accessPolicy: input.accessPolicy });
  return {};
}

export async function deleteDestination(
  input: Input<"DeleteDestination">,
  tx: Transaction,
): Promise<Output<"DeleteDestination">> {
  const { name } = await existing(tx, input.destinationName);
  tx.delete(Destination, name);
  return {};
}

export async function describeDestinations(
  input: Input<"DescribeDestinations">,
  tx: Transaction,
): Promise<Output<"DescribeDestinations">> {
  const page = await tx.list(Destination, {
    startsWith: input.DestinationNamePrefix,
    limit: input.limit ?? 50,
    cursor: input.nextToken,
  });
  return {
    destinations: page.values.map(shown),
    ...(page.cursor !== undefined && { nextToken: page.cursor }),
  };
}

async function existing(tx: Transaction, name: string): Promise<DestinationState> {
  const destination = await tx.get(Destination, name);
  if (destination !== undefined) return destination;
  throw fault(logs, "ResourceNotFoundException", "The specified destination does not exist.");
}

function shown({ name, tags: _tags, ...rest }: DestinationState): ShownDestination {
  return { destinationName: name, ...rest };
}
