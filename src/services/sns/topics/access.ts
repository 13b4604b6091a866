// Whom a topic's policy lets in. Callers of the owner's account may do all that
// the policy does not deny; others only what it allows.

import { type Fault, fault } from "../../../core/fault.ts";
import type { CallInfo } from "../../../core/transaction.ts";
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
export function checkAccess(caller: CallInfo, { arn, account, topic }: Accessed, action: string): void {
  const { principal } = caller;
  // A service acts for whoever set it up; the conditions that would name the source are not known here.
  const trusted = principal.account === account || principal.type === "service";
  if (topic?.attributes.Policy === undefined) {
    if (!trusted) throw notAuthorized(caller, arn, action);
    return;
  }
  const { effect } = policyOf(topic, topic.attributes.Policy).evaluate({
    action: `SNS:${action}`,
    resource: arn,
    principal:
      principal.type === "anonymous"
        ? {}
        : {
            account: principal.account,
            arn: principal.arn,
            roleArn: principal.roleArn,
            userId: principal.userId,
            service: principal.service,
          },
    context: (key) => contextValue(caller, key),
  });
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

function contextValue({ principal, sourceIp, userAgent }: CallInfo, key: string): string[] | undefined {
  switch (key) {
    case "aws:sourceowner":
    case "aws:principalaccount":
      return principal.type === "anonymous" ? undefined : [principal.account];
    case "aws:principalarn":
      return principal.type === "anonymous" ? undefined : [principal.roleArn ?? principal.arn];
    case "aws:userid":
      return [principal.userId];
    case "aws:sourceip":
      return [sourceIp];
    case "aws:useragent":
      return [userAgent];
    case "aws:securetransport":
      // Plain HTTP never leaves the machine: policies that ask for TLS must not shut out everybody.
      return ["true"];
    default:
      return undefined;
  }
}

function notAuthorized({ principal }: CallInfo, arn: string, action: string): Fault {
  const who = principal.type === "anonymous" ? "anonymous" : principal.arn;
  return fault(
    sns,
    "AuthorizationError",
    `User: ${who} is not authorized to perform: SNS:${action} on resource: ${arn} because no resource-based policy allows the SNS:${action} action`,
  );
}
