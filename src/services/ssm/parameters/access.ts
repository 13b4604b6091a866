// Whom a parameter's policies let in: those of other accounts only where a policy
// that the parameter carries allows it, as sharing through AWS RAM writes it.

import { fault } from "../../../core/fault.ts";
import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { compilePolicy } from "../../../lang/policy/policy.ts";
import { ssm } from "../model.ts";
import { parameterArn } from "./name.ts";
import type { ParameterState } from "./parameter.ts";

/** `action` is written as policies write it: `GetParameter`. */
export function checkAccess(caller: Transaction, parameter: ParameterState, action: string): void {
  const { principal } = caller;
  const own = principal.account === parameter.account;
  const { resourcePolicies = [] } = parameter;
  if (own && resourcePolicies.length === 0) return;
  const resource = parameterArn(parameter.name, parameter);
  const effects = resourcePolicies.map(
    ({ policy }) =>
      compilePolicy(policy).evaluate({
        action: `ssm:${action}`,
        resource,
        principal: policyPrincipal(principal),
        context: policyContext(caller, caller.now),
      }).effect,
  );
  const denied = effects.includes("deny");
  if (!denied && (own || effects.includes("allow"))) return;
  throw fault(
    ssm,
    "AccessDeniedException",
    `User: ${principal.arn} is not authorized to perform: ssm:${action} on resource: ${resource} ${
      denied
        ? "with an explicit deny in a resource-based policy"
        : `because no resource-based policy allows the ssm:${action} action`
    }`,
    { status: 400 },
  );
}
