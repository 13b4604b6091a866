// Whether a role's trust policy lets a caller take an action: `sts:AssumeRole`,
// `sts:TagSession` and their kin. What the caller's own policies say is
// authorization's matter, not the trust policy's.

import type { Principal } from "../../../core/principal.ts";
import { type ConditionContext, conditionHolds, like } from "./condition.ts";

/** Who asks: somebody known to AWS, or somebody for whom an identity provider vouches. */
export type Claimant =
  | { readonly principal: Principal }
  /** The provider's ARN, or the host of one that needs no registration. */
  | { readonly federated: string };

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Condition?: unknown;
}

/** An explicit denial outweighs every permission; without a permission the answer is no. */
export function trusts(
  trustPolicy: string,
  action: string,
  claimant: Claimant,
  context: ConditionContext,
): boolean {
  const { Statement: statements } = JSON.parse(trustPolicy) as { readonly Statement?: unknown };
  let allowed = false;
  for (const statement of [statements].flat() as readonly Statement[]) {
    if (!names(statement, action) || !concerns(statement, claimant)) continue;
    if (!conditionHolds(statement.Condition, context)) continue;
    if (statement.Effect === "Deny") return false;
    allowed = true;
  }
  return allowed;
}

function names({ Action, NotAction }: Statement, action: string): boolean {
  const matches = (pattern: unknown): boolean => like(action.toLowerCase(), String(pattern).toLowerCase());
  if (Action !== undefined) return [Action].flat().some(matches);
  return NotAction !== undefined && ![NotAction].flat().some(matches);
}

function concerns({ Principal: named, NotPrincipal }: Statement, claimant: Claimant): boolean {
  if (named !== undefined) return includes(named, claimant);
  return NotPrincipal !== undefined && !includes(NotPrincipal, claimant);
}

function includes(named: unknown, claimant: Claimant): boolean {
  if (named === "*") return true;
  for (const [type, value] of Object.entries(named as object)) {
    const list = [value].flat().map(String);
    if ("federated" in claimant) {
      if (type === "Federated" && list.includes(claimant.federated)) return true;
    } else if (type === "Service") {
      if (claimant.principal.service !== undefined && list.includes(claimant.principal.service)) return true;
    } else if (type === "AWS" && claimant.principal.type !== "service") {
      if (list.some((name) => isNamed(name, claimant.principal))) return true;
    }
  }
  return false;
}

/** An account names everybody in it; a role, all its sessions; a unique id, whoever has it. */
function isNamed(name: string, principal: Principal): boolean {
  const { account, arn, roleArn, userId } = principal;
  if (name === "*" || name === account || name === `arn:aws:iam::${account}:root`) return true;
  return name === arn || name === roleArn || name === userId || name === userId.split(":")[0];
}
