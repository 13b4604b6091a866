// The two policies of dead-letter queues: where a queue's failed messages go,
// and which queues may send theirs here.

import type { Transaction } from "../../core/transaction.ts";
import { invalidAttributeValue, invalidParameter } from "./faults.ts";
import { findQueue, type QueueState } from "./queue.ts";

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  /** A message received this often goes to the dead-letter queue instead of being received again. */
  readonly maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns?: readonly string[];
}

const mostReceives = 1000;
const mostSourceQueues = 10;

/** An empty text takes the policy away. */
export function parseRedrivePolicy(text: string): RedrivePolicy | undefined {
  if (text === "") return undefined;
  const wrong = (reason: string) => invalidParameter("RedrivePolicy", text, reason);
  const policy = parseObject(text);
  if (policy === undefined) throw wrong("Redrive policy is not a valid JSON map.");
  for (const name of ["maxReceiveCount", "deadLetterTargetArn"]) {
    if (policy[name] === undefined) {
      throw wrong(`Redrive policy does not contain mandatory attribute: ${name}.`);
    }
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > mostReceives) {
    throw wrong(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to ${mostReceives} both inclusive.`,
    );
  }
  if (typeof deadLetterTargetArn !== "string" || deadLetterTargetArn.split(":").length !== 6) {
    throw wrong("Invalid value for deadLetterTargetArn.");
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy | undefined {
  if (text === "") return undefined;
  const { redrivePermission, sourceQueueArns } = parseObject(text) ?? {};
  const wrong = () => invalidAttributeValue("RedriveAllowPolicy");
  if (redrivePermission === "allowAll" || redrivePermission === "denyAll") {
    if (sourceQueueArns !== undefined) throw wrong();
    return { redrivePermission };
  }
  if (redrivePermission !== "byQueue" || !Array.isArray(sourceQueueArns)) throw wrong();
  if (sourceQueueArns.length < 1 || sourceQueueArns.length > mostSourceQueues) throw wrong();
  if (!sourceQueueArns.every((arn) => typeof arn === "string")) throw wrong();
  return { redrivePermission, sourceQueueArns };
}

/** What only the target can say: that it exists, is of the same kind and owner, and allows it. */
export async function checkRedriveTarget(tx: Transaction, source: QueueState): Promise<void> {
  const { redrivePolicy } = source;
  if (redrivePolicy === undefined) return;
  const wrong = (reason: string) => invalidParameter("RedrivePolicy", JSON.stringify(redrivePolicy), reason);
  const [, , , region, account] = redrivePolicy.deadLetterTargetArn.split(":");
  if (region !== tx.region || account !== tx.account) {
    throw wrong("Dead-letter target owner should be same as the source.");
  }
  const target = (await findQueue(tx, redrivePolicy.deadLetterTargetArn))?.queue;
  if (target === undefined) throw wrong("Dead letter target does not exist.");
  if (target.fifo !== source.fifo) {
    throw wrong("Dead-letter queue must be same type of queue as the source.");
  }
  if (!allowsRedrive(target, source)) {
    throw wrong("The redrive allow policy of the dead-letter queue does not allow this source queue.");
  }
}

function allowsRedrive({ redriveAllowPolicy }: QueueState, source: QueueState): boolean {
  if (redriveAllowPolicy === undefined) return true;
  const { redrivePermission, sourceQueueArns } = redriveAllowPolicy;
  if (redrivePermission !== "byQueue") return redrivePermission === "allowAll";
  return sourceQueueArns?.includes(source.arn) === true;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
