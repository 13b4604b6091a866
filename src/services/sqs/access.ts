// Whom a queue's policy lets in. Callers of the owner's account may do all that
// the policy does not deny; other accounts, and services that act for a resource
// of theirs (a topic, a rule, a bucket), only what it allows.

import { type Fault, fault } from "../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../core/policy-request.ts";
import type { Principal } from "../../core/principal.ts";
import type { Transaction } from "../../core/transaction.ts";
import { PolicyError } from "../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../lang/policy/policy.ts";
import { sqs } from "./faults.ts";
import type { QueueState } from "./queue.ts";

/** As policies write it, without `sqs:`. Batches go by the name of what they batch. */
export type QueueAction =
  | keyof typeof acrossAccounts
  | "AddPermission"
  | "CancelMessageMoveTask"
  | "DeleteQueue"
  | "ListMessageMoveTasks"
  | "ListQueueTags"
  | "RemovePermission"
  | "SetQueueAttributes"
  | "StartMessageMoveTask"
  | "TagQueue"
  | "UntagQueue";

/**
 * What a policy can open to other accounts; the rest is the owner's alone
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-customer-managed-policy-examples.html).
 */
const acrossAccounts = {
  ChangeMessageVisibility: true,
  DeleteMessage: true,
  GetQueueAttributes: true,
  GetQueueUrl: true,
  ListDeadLetterSourceQueues: true,
  PurgeQueue: true,
  ReceiveMessage: true,
  SendMessage: true,
} as const;

/** So that no policy shuts its owner out for good. */
const neverDeniedToRoot = new Set<string>(["GetQueueAttributes", "GetQueueUrl", "SetQueueAttributes"]);

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<QueueState, Policy>();

/** Throws AWS's fault where the caller may not. The ordinary call, of the own account to a queue without a policy, costs a comparison. */
export function checkAccess(
  caller: Transaction,
  account: string,
  queue: QueueState,
  action: QueueAction,
): void {
  const { principal } = caller;
  const own = principal.account === account;
  if (queue.policy === undefined) {
    if (!own) throw denied(principal, queue, action, "because no resource-based policy allows");
    return;
  }
  const { effect } = policyOf(queue, queue.policy).evaluate({
    action: `sqs:${action}`,
    resource: queue.arn,
    principal: policyPrincipal(principal),
    context: policyContext(caller, caller.now),
  });
  if (effect === "deny") {
    if (own && principal.type === "root" && neverDeniedToRoot.has(action)) return;
    throw denied(principal, queue, action, "with an explicit deny in a resource-based policy");
  }
  // A service without a source does its own work in the account, a poller for instance.
  const owner = own && principal.sourceArn === undefined;
  if (!owner && (effect === "none" || !Object.hasOwn(acrossAccounts, action))) {
    throw denied(principal, queue, action, "because no resource-based policy allows");
  }
}

function policyOf(queue: QueueState, text: string): Policy {
  let policy = compiled.get(queue);
  if (policy === undefined) {
    policy = readPolicy(text) ?? speechless;
    compiled.set(queue, policy);
  }
  return policy;
}

/** A policy without statements speaks of nothing. */
const speechless: Policy = {
  document: { version: "2012-10-17", id: undefined, statements: [] },
  evaluate: () => ({ effect: "none", statement: undefined }),
};

/** Undefined where it has no statement; throws `PolicyError` where it is no policy for a queue. */
export function readPolicy(text: string): Policy | undefined {
  let policy: Policy;
  try {
    policy = compilePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError && error.flaw === "no-statement") return undefined;
    throw error;
  }
  for (const { principal, notPrincipal, action, notAction } of policy.document.statements) {
    if (principal === undefined && notPrincipal === undefined) throw new PolicyError("missing", "Principal");
    const actions = [...(action ?? []), ...(notAction ?? [])];
    if (actions.length === 0) throw new PolicyError("missing", "Action");
    const foreign = actions.find((each) => !/^(\*|sqs:.+)$/i.test(each));
    if (foreign !== undefined) throw new PolicyError("action", foreign);
  }
  return policy;
}

function denied(principal: Principal, queue: QueueState, action: QueueAction, why: string): Fault {
  const who = principal.type === "anonymous" ? "anonymous" : principal.arn;
  const named = `sqs:${action.toLowerCase()}`;
  const because = why.endsWith("allows") ? `${why} the ${named} action` : why;
  return fault(
    sqs,
    "AccessDenied",
    `User: ${who} is not authorized to perform: ${named} on resource: ${queue.arn} ${because}`,
  );
}
