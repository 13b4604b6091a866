// Who may put events on a bus. The own account's callers are a matter of their
// own policies; all others need the bus's.

import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { CompiledPolicies } from "../../../lang/policy/policy.ts";
import type { BusState } from "./bus.ts";

const compiled = new CompiledPolicies();

export function mayPut(bus: BusState, caller: Transaction): boolean {
  const owner = bus.arn.split(":")[4];
  const account = accountOf(caller.principal) ?? caller.account;
  if (account === owner) return true;
  if (bus.policy === undefined) return false;
  const decision = compiled.get(bus.policy).evaluate({
    action: "events:PutEvents",
    resource: bus.arn,
    principal: policyPrincipal(caller.principal),
    context: policyContext(caller, caller.now),
  });
  return decision.effect === "allow";
}

function accountOf({ account }: Principal): string | undefined {
  return /^\d{12}$/.test(account) ? account : undefined;
}
