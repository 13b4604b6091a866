// Who may use a bus and its rules. The own account's callers are a matter of
// their own policies; all others need the bus's.

import { fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { CompiledPolicies } from "../../../lang/policy/policy.ts";
import { events } from "../model.ts";
import type { BusState } from "./bus.ts";

const compiled = new CompiledPolicies();

/** What somebody is about to do. */
export interface Use {
  /** `PutEvents` */
  readonly operation: string;
  /** The bus's ARN, or the rule's. */
  readonly resource: string;
  /** Whose the rule is, or is to be. */
  readonly creator?: string;
}

export function isOwner(bus: BusState, caller: Transaction): boolean {
  return (accountOf(caller.principal) ?? caller.account) === bus.arn.split(":")[4];
}

export function mayUse(bus: BusState, caller: Transaction, { operation, resource, creator }: Use): boolean {
  if (isOwner(bus, caller)) return true;
  if (bus.policy === undefined) return false;
  const creatorKey = (key: string) =>
    key === "events:creatoraccount" && creator !== undefined ? [creator] : undefined;
  const decision = compiled.get(bus.policy).evaluate({
    action: `events:${operation}`,
    resource,
    principal: policyPrincipal(caller.principal),
    context: policyContext(caller, caller.now, creatorKey),
  });
  return decision.effect === "allow";
}

export function mayPut(bus: BusState, caller: Transaction): boolean {
  return mayUse(bus, caller, { operation: "PutEvents", resource: bus.arn });
}

export function accessDenied({ principal }: Transaction, { operation, resource }: Use) {
  return fault(
    events,
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: events:${operation} on resource: ${resource} because no resource-based policy allows the events:${operation} action`,
  );
}

function accountOf({ account }: Principal): string | undefined {
  return /^\d{12}$/.test(account) ? account : undefined;
}
