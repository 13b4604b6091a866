// Whom a table's policy lets in. Callers of the owner's account may do all that
// the policy does not deny; others only what it allows.

import { Fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { compilePolicy, type Policy } from "../../../lang/policy/policy.ts";
import type { TableState } from "../tables/table.ts";

// Memoised by the identity of the decoded record, which changes with its bytes.
const compiled = new WeakMap<TableState, Policy>();

/** `action` is written as policies write it: `GetItem`. `tx` looks at the owner's account. */
export function checkAccess(
  caller: Transaction,
  tx: Transaction,
  name: string,
  table: TableState | undefined,
  action: string,
): void {
  const { principal } = caller;
  const trusted = principal.account === tx.account;
  if (table?.policy === undefined && trusted) return;
  const arn = `arn:aws:dynamodb:${tx.region}:${tx.account}:table/${name}`;
  if (table?.policy === undefined) throw denied(caller, arn, action);
  const { effect } = policyOf(table, table.policy.document).evaluate({
    action: `dynamodb:${action}`,
    resource: arn,
    principal: policyPrincipal(principal),
    context: policyContext(caller, caller.now),
  });
  if (effect === "deny" || (effect === "none" && !trusted)) throw denied(caller, arn, action);
}

function policyOf(table: TableState, text: string): Policy {
  let policy = compiled.get(table);
  if (policy === undefined) {
    policy = compilePolicy(text);
    compiled.set(table, policy);
  }
  return policy;
}

export function denied({ principal }: Transaction, arn: string, action: string): Fault {
  return new Fault(
    "dynamodb",
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: dynamodb:${action} on resource: ${arn} because no resource-based policy allows the dynamodb:${action} action`,
    { status: 400 },
  );
}
