// The log group: its settings, its two ARN forms, and the names by which an
// input may mean it.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { invalid, noSuchGroup } from "./model.ts";
import type { Subscription } from "./subscriptions/subscription.ts";

export interface LogGroupState {
  readonly name: string;
  /** Never used again: a group created anew under the same name begins empty. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly creationTime: number;
  readonly logGroupClass: "STANDARD" | "INFREQUENT_ACCESS" | "DELIVERY";
  readonly deletionProtectionEnabled: boolean;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly subscriptions?: readonly Subscription[];
  readonly metricFilterCount?: number;
}

export const LogGroup = defineResource<LogGroupState>()({
  service: "logs",
  type: "log-group",
  key: (group) => [group.name],
  arn: (group, place) => groupArn(group.name, place),
  named: (input, place) => {
    const name = input.logGroupName ?? input.logGroupIdentifier ?? input.resourceArn;
    return typeof name === "string" ? groupArn(groupName(name), place) : undefined;
  },
  tags: (group) => group.tags,
  cached: true,
});

export function groupArn(name: string, { account, region }: Place): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

/** The name in an identifier: a plain name, or an ARN with or without its `:*`. */
export function groupName(identifier: string): string {
  if (!identifier.startsWith("arn:")) return identifier;
  return identifier.split(":").slice(6).join(":").replace(/:\*$/, "");
}

export async function existingGroup(tx: Transaction, identifier: string): Promise<LogGroupState> {
  const group = await tx.get(LogGroup, groupName(identifier));
  if (group === undefined) throw noSuchGroup();
  return group;
}

/** The one group that `logGroupName` or `logGroupIdentifier` names. */
export function oneIdentifier(input: {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}): string {
  const { logGroupName, logGroupIdentifier } = input;
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalid("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  }
  const identifier = logGroupName ?? logGroupIdentifier;
  if (identifier === undefined) throw invalid("Either LogGroup name or LogGroup ARN must be provided.");
  return identifier;
}
