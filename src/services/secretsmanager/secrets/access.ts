// Whom a secret's policy lets in. Callers of the owner's account may do all that
// the policy does not deny; others only what it allows.

import { fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../../lang/policy/policy.ts";
import { accessDenied, secretsmanager } from "../model.ts";
import type { SecretState } from "./secret.ts";

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<SecretState, Policy>();

/** So that no policy shuts its owner out for good. */
const neverDeniedToRoot = new Set(["DeleteResourcePolicy", "PutResourcePolicy", "GetResourcePolicy"]);

/** `action` is written as policies write it: `GetSecretValue`. */
export function checkAccess(caller: Transaction, account: string, secret: SecretState, action: string): void {
  const { principal } = caller;
  const own = principal.account === account;
  const denied = (because: string) =>
    accessDenied(
      `User: ${principal.arn} is not authorized to perform: secretsmanager:${action} on resource: ${secret.arn} ${because}`,
    );
  const unallowed = `because no resource-based policy allows the secretsmanager:${action} action`;
  if (secret.policy === undefined) {
    if (!own) throw denied(unallowed);
    return;
  }
  let policy = compiled.get(secret);
  if (policy === undefined) {
    policy = compilePolicy(secret.policy);
    compiled.set(secret, policy);
  }
  const { effect } = policy.evaluate({
    action: `secretsmanager:${action}`,
    resource: secret.arn,
    principal: policyPrincipal(principal),
    context: policyContext(caller, caller.now, (key) => ownKey(secret, key)),
  });
  if (effect === "deny" && !(own && principal.type === "root" && neverDeniedToRoot.has(action))) {
    throw denied("with an explicit deny in a resource-based policy");
  }
  if (effect === "none" && !own) throw denied(unallowed);
}

function ownKey({ tags, arn, name }: SecretState, key: string): string[] | undefined {
  if (key === "secretsmanager:secretid") return [arn];
  if (key === "secretsmanager:name") return [name];
  const prefix = /^(?:secretsmanager|aws):resourcetag\//.exec(key)?.[0];
  if (prefix === undefined) return undefined;
  const tag = Object.entries(tags).find(([each]) => each.toLowerCase() === key.slice(prefix.length));
  return tag && [tag[1]];
}

/** Throws AWS's fault unless it is a policy for a secret. */
export function readPolicy(text: string): Policy {
  try {
    const policy = compilePolicy(text);
    for (const { principal, notPrincipal, action, notAction } of policy.document.statements) {
      if (principal === undefined && notPrincipal === undefined)
        throw new PolicyError("missing", "Principal");
      if (action === undefined && notAction === undefined) throw new PolicyError("missing", "Action");
      const foreign = [...(action ?? []), ...(notAction ?? [])].find(
        (each) => !/^(\*|secretsmanager:.+)$/i.test(each),
      );
      if (foreign !== undefined) throw new PolicyError("action", foreign);
    }
    return policy;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw fault(
      secretsmanager,
      "MalformedPolicyDocumentException",
      `This resource policy contains invalid Json or an invalid element: ${error.flaw} ${error.culprit}`.trim(),
    );
  }
}
