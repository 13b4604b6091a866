// Who may do what to a key: its policy first, then its grants. A policy that
// lets the account in leaves the rest to the account's identity policies.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html

import { type Fault, fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePolicy, type Policy } from "../../../lang/policy/policy.ts";
import type { GrantOperation } from "../../../model/generated/kms.d.ts";
import { isGranted } from "../grants/grant.ts";
import { kms } from "../model.ts";
import type { KeyState, OpenKey } from "./key.ts";

export type EncryptionContext = Readonly<Record<string, string>>;

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<KeyState, Policy>();

/** Throws AWS's fault where the caller may not. `action` is written as policies write it, without `kms:`. */
export async function checkAccess(
  caller: Transaction,
  { key, tx }: OpenKey,
  action: string,
  context: EncryptionContext = {},
): Promise<void> {
  const { principal } = caller;
  let policy = compiled.get(key);
  if (policy === undefined) {
    policy = compilePolicy(key.policy);
    compiled.set(key, policy);
  }
  const { effect } = policy.evaluate({
    action: `kms:${action}`,
    resource: key.arn,
    principal: policyPrincipal(principal),
    context: policyContext(caller, caller.now, (name) => ownKey(key, context, principal.account, name)),
  });
  if (effect === "allow") return;
  if (effect === "none") {
    // A service acts for who set it up.
    if (principal.type === "service" && principal.account === key.account) return;
    if (await isGranted(tx, key.id, principal, action as GrantOperation, context)) return;
  }
  throw denied(principal.arn, key.arn, action, effect === "deny");
}

function ownKey(
  key: KeyState,
  context: EncryptionContext,
  account: string,
  name: string,
): string[] | undefined {
  switch (name) {
    case "aws:securetransport":
      // Plain HTTP never leaves the machine: policies that ask for TLS must not shut out everybody.
      return ["true"];
    case "kms:calleraccount":
      return [account];
    case "kms:viaservice":
      // Which service passed a call on is not known: a managed key takes it for its own.
      return key.managedFor === undefined ? undefined : [`${key.managedFor}.${key.region}.amazonaws.com`];
    case "kms:keyspec":
      return [key.spec];
    case "kms:keyusage":
      return [key.usage];
    case "kms:keyorigin":
      return [key.origin];
    case "kms:multiregion":
      return [String(key.multiRegion !== undefined)];
    case "kms:encryptioncontextkeys":
      return Object.keys(context).length === 0 ? undefined : Object.keys(context);
    default: {
      const prefix = "kms:encryptioncontext:";
      if (!name.startsWith(prefix)) return undefined;
      const wanted = name.slice(prefix.length);
      const found = Object.entries(context).find(([each]) => each.toLowerCase() === wanted);
      return found && [found[1]];
    }
  }
}

function denied(who: string, arn: string, action: string, explicit: boolean): Fault {
  const because = explicit
    ? "with an explicit deny in a resource-based policy"
    : `because no resource-based policy allows the kms:${action} action`;
  return fault(
    kms,
    "AccessDeniedException",
    `User: ${who} is not authorized to perform: kms:${action} on resource: ${arn} ${because}`,
  );
}

/** What a key without a policy of its own has: its account decides. */
export function defaultPolicy(account: string): string {
  return JSON.stringify(
    {
      Version: "2012-10-17",
      Id: "key-default-1",
      Statement: [
        {
          Sid: "Enable IAM User Permissions",
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: "kms:*",
          Resource: "*",
        },
      ],
    },
    undefined,
    2,
  );
}

const largestPolicyBytes = 32_768;

/** `lockoutCheck`: the caller must still be able to change the policy afterwards. */
export function checkPolicy(caller: Transaction, text: string, account: string, lockoutCheck: boolean): void {
  if (Buffer.byteLength(text) > largestPolicyBytes) {
    throw fault(kms, "LimitExceededException", "The policy is too long");
  }
  let policy: Policy;
  try {
    policy = compilePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw malformed(`${error.flaw} ${error.culprit}`.trim());
    throw error;
  }
  for (const { principal, notPrincipal, action, notAction } of policy.document.statements) {
    if (principal === undefined && notPrincipal === undefined)
      throw malformed("Policy statement must contain principals");
    if (action === undefined && notAction === undefined)
      throw malformed("Policy statement must contain actions");
  }
  if (!lockoutCheck) return;
  const { effect } = policy.evaluate({
    action: "kms:PutKeyPolicy",
    resource: "*",
    principal: policyPrincipal(caller.principal),
    context: policyContext(caller, caller.now),
  });
  if (effect !== "allow" && caller.principal.account === account) {
    throw malformed("The new key policy will not allow you to update the key policy in the future.");
  }
}

function malformed(message: string): Fault {
  return fault(kms, "MalformedPolicyDocumentException", message);
}
