// The attributes of a queue: how each is read from a request, checked, and
// shown again. One table, so that Create, Set and Get cannot disagree.

import { PolicyError } from "../../lang/policy/error.ts";
import { readPolicy } from "./access.ts";
import { invalidAttributeValue, unknownAttribute } from "./faults.ts";
import type { QueueState } from "./queue.ts";
import { parseRedriveAllowPolicy, parseRedrivePolicy } from "./redrive-policy.ts";

type Settings = Partial<QueueState>;

interface Attribute {
  /** What the text sets; absent where clients cannot. */
  readonly parse?: (text: string, name: string) => Settings;
  /** Undefined where the queue does not show it. */
  readonly show: (queue: QueueState) => string | number | boolean | undefined;
  /** Standard queues do not know it. */
  readonly fifoOnly?: true;
  readonly onlyAtCreation?: true;
}

const attributes: Readonly<Record<string, Attribute>> = {
  QueueArn: { show: (queue) => queue.arn },
  CreatedTimestamp: { show: (queue) => seconds(queue.createdAt) },
  LastModifiedTimestamp: { show: (queue) => seconds(queue.modifiedAt) },
  VisibilityTimeout: {
    parse: (text, name) => ({ visibilityTimeoutSeconds: integer(text, name, 0, 43_200) }),
    show: (queue) => queue.visibilityTimeoutSeconds,
  },
  MaximumMessageSize: {
    parse: (text, name) => ({ maximumMessageBytes: integer(text, name, 1024, 1_048_576) }),
    show: (queue) => queue.maximumMessageBytes,
  },
  MessageRetentionPeriod: {
    parse: (text, name) => ({ retentionSeconds: integer(text, name, 60, 1_209_600) }),
    show: (queue) => queue.retentionSeconds,
  },
  DelaySeconds: {
    parse: (text, name) => ({ delaySeconds: integer(text, name, 0, 900) }),
    show: (queue) => queue.delaySeconds,
  },
  ReceiveMessageWaitTimeSeconds: {
    parse: (text, name) => ({ receiveWaitSeconds: integer(text, name, 0, 20) }),
    show: (queue) => queue.receiveWaitSeconds,
  },
  Policy: {
    parse: (text, name) => ({ policy: text === "" ? undefined : policy(text, name) }),
    show: (queue) => queue.policy,
  },
  RedrivePolicy: {
    parse: (text) => ({ redrivePolicy: parseRedrivePolicy(text) }),
    show: (queue) => queue.redrivePolicy && JSON.stringify(queue.redrivePolicy),
  },
  RedriveAllowPolicy: {
    parse: (text) => ({ redriveAllowPolicy: parseRedriveAllowPolicy(text) }),
    show: (queue) => queue.redriveAllowPolicy && JSON.stringify(queue.redriveAllowPolicy),
  },
  // A queue has one encryption at a time: naming a key ends SQS's own, and the other way round.
  KmsMasterKeyId: {
    parse: (text) =>
      text === "" ? { kmsMasterKeyId: undefined } : { kmsMasterKeyId: text, managedEncryption: false },
    show: (queue) => queue.kmsMasterKeyId,
  },
  KmsDataKeyReusePeriodSeconds: {
    parse: (text, name) => ({ kmsDataKeyReuseSeconds: integer(text, name, 60, 86_400) }),
    show: (queue) => queue.kmsDataKeyReuseSeconds ?? (queue.kmsMasterKeyId === undefined ? undefined : 300),
  },
  SqsManagedSseEnabled: {
    parse: (text, name) =>
      boolean(text, name)
        ? { managedEncryption: true, kmsMasterKeyId: undefined }
        : { managedEncryption: false },
    show: (queue) => queue.managedEncryption,
  },
  FifoQueue: {
    // FifoQueue=false is no way to ask for a standard queue: AWS does not know it there.
    parse: (text, name) => ({ fifo: boolean(text, name) }),
    show: (queue) => queue.fifo,
    fifoOnly: true,
    onlyAtCreation: true,
  },
  ContentBasedDeduplication: {
    parse: (text, name) => ({ contentBasedDeduplication: boolean(text, name) }),
    show: (queue) => queue.contentBasedDeduplication,
    fifoOnly: true,
  },
  DeduplicationScope: {
    parse: (text, name) => ({ deduplicationScope: oneOf(text, name, ["queue", "messageGroup"]) }),
    show: (queue) => queue.deduplicationScope,
    fifoOnly: true,
  },
  FifoThroughputLimit: {
    parse: (text, name) => ({ throughputLimit: oneOf(text, name, ["perQueue", "perMessageGroupId"]) }),
    show: (queue) => queue.throughputLimit,
    fifoOnly: true,
  },
};

/** Counted when asked for; not settings. */
export const countAttributes = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

const isCount = (name: string): boolean => (countAttributes as readonly string[]).includes(name);

/** What a new queue has where its creator says nothing. */
export const defaultSettings = {
  delaySeconds: 0,
  maximumMessageBytes: 1_048_576,
  retentionSeconds: 345_600,
  receiveWaitSeconds: 0,
  visibilityTimeoutSeconds: 30,
  managedEncryption: true,
  contentBasedDeduplication: false,
  deduplicationScope: "queue",
  throughputLimit: "perQueue",
} as const satisfies Settings;

/** The queue with the attributes of a request; throws on what the queue cannot have. */
export function withAttributes(
  queue: QueueState,
  given: Readonly<Record<string, string>>,
  creating = false,
): QueueState {
  let changed = queue;
  for (const [name, text] of Object.entries(given)) {
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (attribute?.parse === undefined || (attribute.fifoOnly === true && !queue.fifo)) {
      throw unknownAttribute(name);
    }
    const settings = attribute.parse(text, name);
    if (attribute.onlyAtCreation && !creating && shown(queue, name) !== text) {
      throw invalidAttributeValue(name, "Modifying queue type is not supported.");
    }
    changed = { ...changed, ...settings };
  }
  if (given.SqsManagedSseEnabled === "true" && given.KmsMasterKeyId) {
    throw invalidAttributeValue(
      "SqsManagedSseEnabled",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  if (changed.throughputLimit === "perMessageGroupId" && changed.deduplicationScope !== "messageGroup") {
    throw invalidAttributeValue(
      "FifoThroughputLimit",
      "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
    );
  }
  return changed;
}

/** The first attribute of `given` in which two queues differ. */
export function differingAttribute(
  one: QueueState,
  other: QueueState,
  given: Readonly<Record<string, string>>,
): string | undefined {
  return Object.keys(given).find((name) => shown(one, name) !== shown(other, name));
}

/** The attributes asked for, counts aside; `All` is all that the queue has. */
export function showAttributes(queue: QueueState, names: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of names.includes("All") ? Object.keys(attributes) : names) {
    if (isCount(name)) continue;
    if (!Object.hasOwn(attributes, name)) throw unknownAttribute(name);
    const text = shown(queue, name);
    if (text !== undefined) result[name] = text;
  }
  return result;
}

function shown(queue: QueueState, name: string): string | undefined {
  const attribute = attributes[name];
  if (attribute === undefined || (attribute.fifoOnly === true && !queue.fifo)) return undefined;
  return attribute.show(queue)?.toString();
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function integer(text: string, name: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw invalidAttributeValue(name);
  return value;
}

function boolean(text: string, name: string): boolean {
  return oneOf(text.toLowerCase(), name, ["true", "false"]) === "true";
}

function oneOf<const T extends string>(text: string, name: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text);
  if (found === undefined) throw invalidAttributeValue(name);
  return found;
}

function policy(text: string, name: string): string {
  try {
    readPolicy(text);
    return text;
  } catch (error) {
    if (error instanceof PolicyError) throw invalidAttributeValue(name);
    throw error;
  }
}
