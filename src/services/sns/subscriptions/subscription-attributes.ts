// The attributes of a subscription: which there are, what they may be, and what
// GetSubscriptionAttributes shows beside those that were set.

import { checkSubscriptionDeliveryPolicy, effectiveSubscriptionPolicy } from "../delivery/delivery-policy.ts";
import { invalidParameter, parseObject } from "../faults.ts";
import type { TopicState } from "../topics/topic.ts";
import { parseArchivePolicy } from "../topics/topic-attributes.ts";
import { checkFilterPolicy, checkFilterPolicyScope } from "./filter-policy.ts";
import type { SubscriptionState } from "./subscription.ts";

type Attributes = Readonly<Record<string, string>>;

/** What an attribute is held against: the subscription's protocol, its topic, and the other attributes. */
interface About {
  readonly topic: TopicState;
  readonly protocol: string;
  readonly attributes: Attributes;
}

type Check = (value: string, about: About) => void;

const checks: Readonly<Record<string, Check>> = {
  DeliveryPolicy: checkSubscriptionDeliveryPolicy,
  FilterPolicy: (value, { attributes }) =>
    checkFilterPolicy(value, attributes.FilterPolicyScope ?? "MessageAttributes"),
  FilterPolicyScope: (value, { attributes }) => {
    checkFilterPolicyScope(value);
    checkFilterPolicy(attributes.FilterPolicy ?? "", value);
  },
  RawMessageDelivery: (value, { protocol }) => {
    if (value !== "true" && value !== "false") {
      throw invalidParameter("RawMessageDelivery", `Invalid value [${value}]. Must be true or false.`);
    }
    if (value === "true" && !["sqs", "http", "https", "firehose"].includes(protocol)) {
      throw invalidParameter("Delivery protocol", `[${protocol}] does not support raw message delivery.`);
    }
  },
  RedrivePolicy: checkRedrivePolicy,
  SubscriptionRoleArn: (value) => {
    if (!/^arn:aws:iam::\d{12}:role\/.+$/.test(value)) throw invalidParameter("SubscriptionRoleArn");
  },
  ReplayPolicy: (value, { topic }) => void parseReplayPolicy(value, topic),
};

export function checkAttribute(name: string, value: string, about: About): void {
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  if (check === undefined) throw invalidParameter("AttributeName");
  if (value === "" && name !== "RawMessageDelivery" && name !== "FilterPolicyScope") return;
  check(value, about);
}

/** What the attributes of a new subscription come to. */
export function checkNewAttributes(
  given: Attributes | undefined,
  about: Omit<About, "attributes">,
): Attributes {
  const attributes = given ?? {};
  for (const [name, value] of Object.entries(attributes)) {
    checkAttribute(name, value, { ...about, attributes });
  }
  if (about.protocol === "firehose" && !attributes.SubscriptionRoleArn) {
    throw invalidParameter("SubscriptionRoleArn", "no value for required parameter");
  }
  return normal(attributes);
}

export function withAttribute(
  topic: TopicState,
  subscription: SubscriptionState,
  name: string,
  value: string,
): SubscriptionState {
  const { protocol, attributes } = subscription;
  checkAttribute(name, value, { topic, protocol, attributes });
  return { ...subscription, attributes: normal({ ...attributes, [name]: value }) };
}

/** Without what stands for nothing: empty texts, and a scope that has nothing to be the scope of. */
function normal(attributes: Attributes): Attributes {
  const kept = Object.entries(attributes).filter(
    ([name, value]) => value !== "" && !(name === "FilterPolicy" && value === "{}"),
  );
  return Object.fromEntries(kept);
}

export interface ReplayPolicy {
  readonly from: number;
  /** Undefined: for as long as messages come. */
  readonly to: number | undefined;
}

export function parseReplayPolicy(text: string, topic: TopicState): ReplayPolicy {
  const policy = parseObject(text);
  if (policy === undefined) throw invalidParameter("ReplayPolicy", "failed to parse JSON.");
  if (parseArchivePolicy(topic.attributes.ArchivePolicy) === undefined) {
    throw invalidParameter("ReplayPolicy", "Topic does not have an archive policy.");
  }
  if (policy.PointType !== "Timestamp") throw invalidParameter("ReplayPolicy", "PointType must be Timestamp");
  const from = timeOf(policy.StartingPoint);
  const to = policy.EndingPoint === undefined ? undefined : timeOf(policy.EndingPoint);
  if (to !== undefined && to <= from) {
    throw invalidParameter("ReplayPolicy", "EndingPoint must be after StartingPoint");
  }
  return { from, to };
}

function timeOf(value: unknown): number {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw invalidParameter("ReplayPolicy", `${String(value)} is not a valid timestamp`);
  return at;
}

function checkRedrivePolicy(value: string, { topic }: About): void {
  const policy = parseObject(value);
  const arn = policy?.deadLetterTargetArn;
  if (policy === undefined) throw invalidParameter("RedrivePolicy: failed to parse JSON.");
  if (typeof arn !== "string" || !/^arn:aws:sqs:[^:]+:\d{12}:[\w-]{1,80}(\.fifo)?$/.test(arn)) {
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  }
  const [, , , region] = arn.split(":");
  if (region !== topic.arn.split(":")[3]) {
    throw invalidParameter("RedrivePolicy: deadLetterTargetArn must be in the same region as the topic");
  }
  if (arn.endsWith(".fifo") !== topic.fifo && arn.endsWith(".fifo")) {
    throw invalidParameter(
      "RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic",
    );
  }
  if (topic.fifo && !arn.endsWith(".fifo")) {
    throw invalidParameter("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO topic");
  }
}

export function showAttributes(topic: TopicState, subscription: SubscriptionState): Record<string, string> {
  const { attributes, protocol } = subscription;
  return {
    SubscriptionPrincipal: subscription.principal,
    Owner: subscription.owner,
    RawMessageDelivery: "false",
    TopicArn: subscription.topicArn,
    Endpoint: subscription.endpoint,
    Protocol: protocol,
    PendingConfirmation: String(!subscription.confirmed),
    ConfirmationWasAuthenticated: String(subscription.confirmationAuthenticated),
    SubscriptionArn: subscription.arn,
    ...(protocol.startsWith("http") && {
      EffectiveDeliveryPolicy: effectiveSubscriptionPolicy(
        topic.attributes.DeliveryPolicy,
        attributes.DeliveryPolicy,
      ),
    }),
    ...attributes,
    ...(attributes.FilterPolicy !== undefined && {
      FilterPolicyScope: attributes.FilterPolicyScope ?? "MessageAttributes",
    }),
    ...(subscription.replayStatus !== undefined && { ReplayStatus: subscription.replayStatus }),
  };
}
