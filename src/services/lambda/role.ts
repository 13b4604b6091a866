// The check that AWS makes of an execution role before a function may use it.

import { Fault } from "../../core/fault.ts";
import { servicePrincipal } from "../../core/principal.ts";
import type { Waiting } from "../../core/waiting.ts";
import { invalid } from "./model.ts";

/** Throws AWS's fault where the role does not exist or does not trust Lambda. A cloud without IAM trusts every role. */
export async function checkRole(ctx: Waiting, roleArn: string): Promise<void> {
  const account = roleArn.split(":")[4] ?? "";
  if (account !== ctx.account) {
    throw new Fault("lambda", "AccessDeniedException", "Cross-account pass role is not allowed.", {
      status: 403,
    });
  }
  const document = await trustPolicy(ctx, roleArn.slice(roleArn.lastIndexOf("/") + 1), account);
  if (document === "trusted" || (document !== undefined && trustsLambda(document))) return;
  throw invalid("The role defined for the function cannot be assumed by Lambda.");
}

async function trustPolicy(ctx: Waiting, RoleName: string, account: string): Promise<string | undefined> {
  try {
    const asLambda = ctx.as(servicePrincipal("lambda.amazonaws.com", account));
    const { Role } = (await asLambda.callByName("iam", "GetRole", { RoleName })) as {
      readonly Role?: { readonly AssumeRolePolicyDocument?: string };
    };
    return Role?.AssumeRolePolicyDocument ?? "";
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "NotImplemented") return "trusted";
    if (error.code === "NoSuchEntity") return undefined;
    throw error;
  }
}

/** The document is JSON, percent-encoded as IAM answers it. */
export function trustsLambda(document: string): boolean {
  let policy: { readonly Statement?: unknown };
  try {
    policy = JSON.parse(document.startsWith("%") ? decodeURIComponent(document) : document);
  } catch {
    return false;
  }
  return [policy.Statement].flat().some((statement) => {
    if (typeof statement !== "object" || statement === null) return false;
    const { Effect, Principal } = statement as { readonly Effect?: string; readonly Principal?: unknown };
    if (Effect !== "Allow") return false;
    if (Principal === "*") return true;
    const services = [(Principal as { readonly Service?: unknown } | undefined)?.Service].flat();
    return services.includes("lambda.amazonaws.com");
  });
}
