// The role that somebody wants to assume, as IAM knows it, and the session that
// comes of it.

import { Fault } from "../../core/fault.ts";
import { type Principal, servicePrincipal } from "../../core/principal.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { AssumedRoleUser, Credentials } from "../../model/generated/sts.d.ts";
import { iam, sts, validationError } from "./model.ts";
import { issueCredentials } from "./session.ts";

export interface AssumableRole {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** `AROA...` */
  readonly id: string;
  /** JSON. */
  readonly trustPolicy: string;
  readonly maxSessionSeconds: number;
}

/** Undefined where there is no such role: callers must not learn that from another answer than a refusal. */
export async function findRole(ctx: Waiting, roleArn: string): Promise<AssumableRole | undefined> {
  const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn);
  if (match === null) throw validationError("Request ARN is invalid");
  const [, account, name] = match as unknown as readonly [string, string, string];
  try {
    const { Role } = await asService(ctx, account).call(iam, "GetRole", { RoleName: name });
    if (Role.Arn !== roleArn) return undefined;
    return {
      arn: roleArn,
      account,
      name: Role.RoleName,
      id: Role.RoleId,
      trustPolicy: decodeURIComponent(Role.AssumeRolePolicyDocument ?? "{}"),
      maxSessionSeconds: Role.MaxSessionDuration ?? 3600,
    };
  } catch (error) {
    if (error instanceof Fault && error.code === "NoSuchEntity") return undefined;
    throw error;
  }
}

/** STS itself, in the account where the role is. */
export function asService(ctx: Waiting, account: string): Waiting {
  return ctx.at({ account }).as(servicePrincipal(`${sts.name}.amazonaws.com`, account));
}

const defaultDurationSeconds = 3600;

export function sessionDuration(role: AssumableRole, requested: number | undefined): number {
  if (requested === undefined) return defaultDurationSeconds;
  if (requested <= role.maxSessionSeconds) return requested;
  throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
}

export interface RoleSession {
  readonly name: string;
  readonly durationSeconds: number;
  readonly context: Pick<
    Principal,
    "sessionPolicies" | "sessionTags" | "transitiveTagKeys" | "sourceIdentity"
  >;
}

export async function startSession(
  ctx: Waiting,
  role: AssumableRole,
  session: RoleSession,
): Promise<{ readonly Credentials: Credentials; readonly AssumedRoleUser: AssumedRoleUser }> {
  const principal = {
    type: "assumed-role",
    account: role.account,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${session.name}`,
    userId: `${role.id}:${session.name}`,
    roleArn: role.arn,
    ...session.context,
  } as const;
  return {
    Credentials: await ctx.atomically(async (tx) => issueCredentials(tx, principal, session.durationSeconds)),
    AssumedRoleUser: { AssumedRoleId: principal.userId, Arn: principal.arn },
  };
}
