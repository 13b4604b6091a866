// What a topic's data protection policy does to messages on their way in and
// out: it lets them pass, changes them, or stops them.

import { fault } from "../../../core/fault.ts";
import type { Principal } from "../../../core/principal.ts";
import { sns } from "../faults.ts";
import type { Published } from "../messages/published.ts";
import type { SubscriptionState } from "../subscriptions/subscription.ts";
import type { TopicState } from "../topics/topic.ts";
import type { Find, Finding } from "./detection.ts";
import { type Rule, rulesOf } from "./policy.ts";

/** The message as it may go on, or undefined where it may not. */
export function protectInbound(topic: TopicState, principal: Principal, text: string): string | undefined {
  if (topic.dataProtectionPolicy === undefined) return text;
  const { arn, roleArn } = principal;
  return carriedOut(rulesFor(topic, "Inbound", [arn, roleArn]), text);
}

/** The same for one subscriber; the message itself where nothing changes it. */
export function protectOutbound(
  topic: TopicState,
  subscription: SubscriptionState,
  published: Published,
): Published | undefined {
  if (topic.dataProtectionPolicy === undefined) return published;
  const rules = rulesFor(topic, "Outbound", [subscription.principal]);
  if (rules.length === 0) return published;
  const message = carriedOut(rules, published.message);
  if (message === undefined) return undefined;
  if (published.byProtocol === undefined) {
    return message === published.message ? published : { ...published, message };
  }
  const byProtocol: Record<string, string> = {};
  for (const [protocol, text] of Object.entries(published.byProtocol)) {
    const shown = carriedOut(rules, text);
    if (shown === undefined) return undefined;
    byProtocol[protocol] = shown;
  }
  return { ...published, message, byProtocol };
}

export function deniedByDataProtection(principal: Principal, topic: TopicState) {
  return fault(
    sns,
    "AuthorizationError",
    `User: ${principal.arn} is not authorized to perform: SNS:Publish on resource: ${topic.arn} with an explicit deny in a data protection policy`,
  );
}

function rulesFor(
  topic: TopicState,
  direction: Rule["direction"],
  who: readonly (string | undefined)[],
): readonly Rule[] {
  return rulesOf(topic).filter(
    (rule) =>
      rule.direction === direction &&
      (rule.principals === undefined || rule.principals.some((each) => who.includes(each))),
  );
}

function carriedOut(rules: readonly Rule[], text: string): string | undefined {
  let shown = text;
  for (const { operation, identifiers } of rules) {
    if (operation.type === "audit") continue;
    const found = Object.values(identifiers).flatMap((find: Find) => find(shown));
    if (found.length === 0) continue;
    if (operation.type === "deny") return undefined;
    shown = masked(shown, found, operation.mask);
  }
  return shown;
}

/** Findings of several identifiers may overlap. */
function masked(text: string, found: readonly Finding[], mask: string): string {
  let [shown, at] = ["", 0];
  for (const { start, end } of found.toSorted((left, right) => left.start - right.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    shown += text.slice(at, from) + mask.repeat(end - from);
    at = end;
  }
  return shown + text.slice(at);
}
