// The attributes of a topic: which there are, what they may be, and what
// GetTopicAttributes shows beside those that were set.

import { checkTopicDeliveryPolicy, effectiveTopicPolicy } from "../delivery/delivery-policy.ts";
import { invalidParameter, parseObject } from "../faults.ts";
import type { TopicState } from "./topic.ts";
import { checkPolicy, defaultPolicy } from "./topic-policy.ts";

type Check = (value: string, fifo: boolean) => void;

const oneOf =
  (name: string, ...allowed: readonly string[]): Check =>
  (value) => {
    if (!allowed.includes(value))
      throw invalidParameter(`${name}`, `${value} is not one of ${allowed.join(", ")}`);
  };

const onlyFifo =
  (name: string, check: Check): Check =>
  (value, fifo) => {
    if (!fifo) throw invalidParameter(name, "Attribute is only supported for FIFO topics");
    check(value, fifo);
  };

const boolean = (name: string) => oneOf(name, "true", "false");

const roleArn =
  (name: string): Check =>
  (value) => {
    if (value !== "" && !/^arn:aws:iam::\d{12}:role\/.+$/.test(value)) {
      throw invalidParameter(`${name}: ${value} is not a valid role arn`);
    }
  };

const sampleRate =
  (name: string): Check =>
  (value) => {
    if (!/^\d{1,3}$/.test(value) || Number(value) > 100) {
      throw invalidParameter(`${name}: value should be between 0 and 100`);
    }
  };

const feedbackChecks = Object.fromEntries(
  ["HTTP", "SQS", "Lambda", "Firehose", "Application"].flatMap((endpoint) => [
    [`${endpoint}SuccessFeedbackRoleArn`, roleArn(`${endpoint}SuccessFeedbackRoleArn`)],
    [`${endpoint}SuccessFeedbackSampleRate`, sampleRate(`${endpoint}SuccessFeedbackSampleRate`)],
    [`${endpoint}FailureFeedbackRoleArn`, roleArn(`${endpoint}FailureFeedbackRoleArn`)],
  ]),
);

const checks: Readonly<Record<string, Check>> = {
  Policy: checkPolicy,
  DisplayName: (value) => {
    if (value.length > 100) throw invalidParameter("DisplayName");
  },
  DeliveryPolicy: checkTopicDeliveryPolicy,
  KmsMasterKeyId: (value) => {
    if (
      value !== "" &&
      !/^(alias\/[\w/-]+|arn:aws:kms:[^:]+:\d{12}:(key|alias)\/[\w/-]+|(mrk-)?[0-9a-f-]{32,36})$/.test(value)
    ) {
      throw invalidParameter(`KmsMasterKeyId: ${value}`);
    }
  },
  SignatureVersion: oneOf("SignatureVersion", "1", "2"),
  TracingConfig: oneOf("TracingConfig", "Active", "PassThrough"),
  ContentBasedDeduplication: onlyFifo("ContentBasedDeduplication", boolean("ContentBasedDeduplication")),
  FifoThroughputScope: onlyFifo("FifoThroughputScope", oneOf("FifoThroughputScope", "Topic", "MessageGroup")),
  ArchivePolicy: onlyFifo("ArchivePolicy", (value) => void parseArchivePolicy(value)),
  ...feedbackChecks,
};

/** Set at creation alone. */
const fixed = "FifoTopic";

const mostArchiveDays = 365;

/** Days that messages are kept, undefined for a policy that ends archiving. */
export function parseArchivePolicy(text: string | undefined): number | undefined {
  if (text === undefined || text === "" || text === "{}") return undefined;
  const policy = parseObject(text);
  if (policy === undefined) throw invalidParameter("ArchivePolicy", "failed to parse JSON.");
  const days = Number(policy.MessageRetentionPeriod);
  if (Object.keys(policy).length !== 1 || !Number.isInteger(days) || days < 1 || days > mostArchiveDays) {
    throw invalidParameter(
      "ArchivePolicy",
      `MessageRetentionPeriod must be between 1 and ${mostArchiveDays}`,
    );
  }
  return days;
}

/** What a new topic's attributes come to; throws AWS's fault where one is wrong. */
export function checkNewAttributes(given: Readonly<Record<string, string>>): {
  readonly fifo: boolean;
  readonly attributes: Readonly<Record<string, string>>;
} {
  const { [fixed]: fifoTopic, ...attributes } = given;
  if (fifoTopic !== undefined) boolean(fixed)(fifoTopic, false);
  const fifo = fifoTopic === "true";
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value, fifo);
  return { fifo, attributes };
}

export function checkAttribute(name: string, value: string, fifo: boolean): void {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) throw invalidParameter("AttributeName");
  // An empty policy is the default one again.
  if (name === "Policy" && value === "") return;
  check(value, fifo);
}

/** With one attribute set, changed, or taken away by an empty text. */
export function withAttribute(topic: TopicState, name: string, value: string, now: number): TopicState {
  checkAttribute(name, value, topic.fifo);
  const { [name]: _former, ...others } = topic.attributes;
  const attributes = value === "" ? others : { ...others, [name]: value };
  if (name !== "ArchivePolicy") return { ...topic, attributes };
  const archiving = parseArchivePolicy(value) !== undefined;
  return { ...topic, attributes, archivingSince: archiving ? (topic.archivingSince ?? now) : undefined };
}

export interface SubscriptionCounts {
  readonly confirmed: number;
  readonly pending: number;
  readonly deleted: number;
}

export function showAttributes(
  topic: TopicState,
  counts: SubscriptionCounts,
  oldestArchived: number | undefined,
): Record<string, string> {
  return {
    Policy: defaultPolicy(topic),
    Owner: topic.account,
    SubscriptionsPending: String(counts.pending),
    TopicArn: topic.arn,
    EffectiveDeliveryPolicy: effectiveTopicPolicy(topic.attributes.DeliveryPolicy),
    SubscriptionsConfirmed: String(counts.confirmed),
    DisplayName: "",
    SubscriptionsDeleted: String(counts.deleted),
    ...(topic.fifo && { FifoTopic: "true", ContentBasedDeduplication: "false" }),
    ...topic.attributes,
    ...(oldestArchived !== undefined && { BeginningArchiveTime: new Date(oldestArchived).toISOString() }),
  };
}
