// Whom a topic's policy lets in. Callers of the owner's account may do all that
// the policy does not deny; other accounts, and services that act for a resource
// (a rule, a bucket), only what it allows.

import { type Fault, fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { compilePolicy, type Policy } from "../../../lang/policy/policy.ts";
import { sns } from "../faults.ts";
import type { TopicState } from "./topic.ts";

export interface Accessed {
  readonly arn: string;
  readonly account: string;
  /** Undefined where there is none: strangers do not learn that. */
  readonly topic: TopicState | undefined;
}

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<TopicState, Policy>();

/** `action` is written as policies write it: `Publish`. */
export function checkAccess(caller: Transaction, { arn, account, topic }: Accessed, action: string): void {
  const { principal } = caller;
  const own = principal.account === account;
  if (topic?.attributes.Policy === undefined) {
    if (!own) throw notAuthorized(caller, arn, action);
    return;
  }
  const { effect } = policyOf(topic, topic.attributes.Policy).evaluate({
    action: `SNS:${action}`,
    resource: arn,
    principal: policyPrincipal(principal),
    context: policyContext(caller, caller.now, (key) => ownKey(principal, key)),
  });
  // A service without a source does its own work in the account.
  const trusted = own && principal.sourceArn === undefined;
  if (effect === "deny" || (effect === "none" && !trusted)) throw notAuthorized(caller, arn, action);
}

function policyOf(topic: TopicState, text: string): Policy {
  let policy = compiled.get(topic);
  if (policy === undefined) {
    policy = compilePolicy(text);
    compiled.set(topic, policy);
  }
  return policy;
}

function ownKey(principal: Principal, key: string): string[] | undefined {
  // Plain HTTP never leaves the machine: policies that ask for TLS must not shut out everybody.
  if (key === "aws:securetransport") return ["true"];
  if (key !== "aws:sourceowner" || principal.type === "anonymous") return undefined;
  return [principal.account];
}

function notAuthorized({ principal }: Transaction, arn: string, action: string): Fault {
  const who = principal.type === "anonymous" ? "anonymous" : principal.arn;
  return fault(
    sns,
    "AuthorizationError",
    `User: ${who} is not authorized to perform: SNS:${action} on resource: ${arn} because no resource-based policy allows the SNS:${action} action`,
  );
}
