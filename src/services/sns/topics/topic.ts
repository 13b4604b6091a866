// The topic: its settings, and how an ARN leads to it.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { invalidParameter, topicNotFound } from "../faults.ts";
import { checkAccess } from "./access.ts";

export interface TopicState {
  readonly name: string;
  /** Never used twice: a topic created again under a name has none of the old one's subscriptions. */
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly fifo: boolean;
  readonly createdAt: number;
  /** As they were set, already checked. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly dataProtectionPolicy?: string | undefined;
  /** FIFO: when archiving began, epoch milliseconds. */
  readonly archivingSince?: number | undefined;
}

export const Topic = defineResource<TopicState>()({
  service: "sns",
  type: "topic",
  key: (topic) => [topic.name],
  arn: (topic) => topic.arn,
  named: (input, place) => {
    for (const member of ["TopicArn", "ResourceArn", "SubscriptionArn", "TargetArn"]) {
      const arn = input[member];
      if (typeof arn === "string") return arn;
    }
    return typeof input.Name === "string" && input.Platform === undefined
      ? topicArn(input.Name, place)
      : undefined;
  },
  tags: (topic) => topic.tags,
  cached: true,
});

export function topicArn(name: string, place: Place): string {
  return `arn:aws:sns:${place.region}:${place.account}:${name}`;
}

export interface ParsedArn {
  readonly place: Place;
  readonly name: string;
  /** The rest: a subscription's id. */
  readonly id: string | undefined;
}

/** A topic's or a subscription's ARN taken apart. `member` is named in the error. */
export function parseArn(arn: string, member: string): ParsedArn {
  const [scheme, partition, service, region, account, name, id, ...rest] = arn.split(":");
  const elements = arn.split(":").length;
  if (elements < 6) {
    throw invalidParameter(member, `An ARN must have at least 6 elements, not ${elements}`);
  }
  if (scheme !== "arn" || partition !== "aws" || service !== "sns" || rest.length > 0) {
    throw invalidParameter(member);
  }
  if (!region || !name || !/^\d{12}$/.test(account ?? "")) throw invalidParameter(member);
  return { place: { account: account!, region }, name, id };
}

/** A topic, and the transaction looking at the account that owns it. */
export interface OpenTopic {
  readonly topic: TopicState;
  readonly tx: Transaction;
}

/** The topic that a caller names, if it may do `action` to it; regions do not serve each other's topics. */
export async function openTopic(
  caller: Transaction,
  arn: string,
  action: string,
  member = "TopicArn",
): Promise<OpenTopic> {
  const { place, name, id } = parseArn(arn, member);
  if (place.region !== caller.region || id !== undefined) throw invalidParameter(member);
  const tx = place.account === caller.account ? caller : caller.at({ account: place.account });
  const topic = await tx.get(Topic, name);
  checkAccess(caller, { arn, account: place.account, topic }, action);
  if (topic === undefined) throw topicNotFound();
  return { topic, tx };
}
