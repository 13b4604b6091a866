// GetSessionToken and GetFederationToken: temporary credentials for users, and
// for those whom users vouch for.

import { notImplemented } from "../../../core/fault.ts";
import type { Principal } from "../../../core/principal.ts";
import type { Operations } from "../../../core/service.ts";
import type { Sts } from "../../../model/generated/sts.d.ts";
import { accessDenied } from "../model.ts";
import { issueCredentials } from "../session.ts";
import { sessionPolicies } from "../session-policy.ts";
import { sessionTags } from "../session-tags.ts";

const defaultDurationSeconds = 43_200;
/** The root's sessions end after an hour, whatever was asked for. */
const longestRootSeconds = 3600;

export const sessionTokenOperations = {
  GetSessionToken: async (input, tx) => {
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
      throw notImplemented("sts", "multi-factor authentication");
    }
    checkLongTerm(tx.principal, "GetSessionToken");
    const { accessKeyId, ...principal } = tx.principal;
    return { Credentials: issueCredentials(tx, principal, duration(principal, input.DurationSeconds)) };
  },

  GetFederationToken: {
    waits: async (input, ctx) => {
      const { principal: caller } = ctx;
      checkLongTerm(caller, "GetFederationToken");
      const principal = {
        type: "federated-user",
        account: caller.account,
        arn: `arn:aws:sts::${caller.account}:federated-user/${input.Name}`,
        userId: `${caller.account}:${input.Name}`,
        ...(await sessionPolicies(ctx, caller.account, input)),
        ...sessionTags(caller, input),
      } as const;
      const seconds = duration(caller, input.DurationSeconds);
      return {
        Credentials: await ctx.atomically(async (tx) => issueCredentials(tx, principal, seconds)),
        FederatedUser: { FederatedUserId: principal.userId, Arn: principal.arn },
      };
    },
  },
} satisfies Operations<Sts>;

function checkLongTerm({ type, accessKeyId }: Principal, operation: string): void {
  if ((type === "user" || type === "root") && !accessKeyId?.startsWith("ASIA")) return;
  throw accessDenied(`Cannot call ${operation} with session credentials`);
}

function duration({ type }: Pick<Principal, "type">, requested = defaultDurationSeconds): number {
  return type === "root" ? Math.min(requested, longestRootSeconds) : requested;
}
