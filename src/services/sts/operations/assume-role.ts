// AssumeRole: from one identity to a role's.

import { notImplemented } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { AssumeRoleRequest, Sts } from "../../../model/generated/sts.d.ts";
import { accessDenied, validationError } from "../model.ts";
import { type AssumableRole, findRole, sessionDuration, startSession } from "../role.ts";
import { sessionPolicies } from "../session-policy.ts";
import { sessionTags } from "../session-tags.ts";
import { conditionContext } from "../trust/context.ts";
import { trusts } from "../trust/decision.ts";

const longestChainedSeconds = 3600;

export const assumeRoleOperations = {
  AssumeRole: {
    waits: async (input, ctx) => {
      if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
        throw notImplemented("sts", "multi-factor authentication");
      }
      if (input.ProvidedContexts !== undefined) throw notImplemented("sts", "ProvidedContexts");
      const role = await findRole(ctx, input.RoleArn);
      checkTrust(ctx, role, input);
      const durationSeconds = sessionDuration(role, input.DurationSeconds);
      if (ctx.principal.type === "assumed-role" && durationSeconds > longestChainedSeconds) {
        throw validationError(
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        );
      }
      const sourceIdentity = ctx.principal.sourceIdentity ?? input.SourceIdentity;
      const started = await startSession(ctx, role, {
        name: input.RoleSessionName,
        durationSeconds,
        context: {
          ...(await sessionPolicies(ctx, role.account, input)),
          ...sessionTags(ctx.principal, input),
          ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
        },
      });
      return { ...started, ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }) };
    },
  },
} satisfies Operations<Sts>;

/** A role that does not exist is refused in the same words as one that does not trust the caller. */
function checkTrust(
  ctx: Waiting,
  role: AssumableRole | undefined,
  input: AssumeRoleRequest,
): asserts role is AssumableRole {
  const context = conditionContext(ctx, input);
  const { principal } = ctx;
  const wanted = ["sts:AssumeRole"];
  const isChained = (principal.transitiveTagKeys?.length ?? 0) > 0;
  if (isChained || (input.Tags?.length ?? 0) > 0) wanted.push("sts:TagSession");
  if ((principal.sourceIdentity ?? input.SourceIdentity) !== undefined) wanted.push("sts:SetSourceIdentity");
  for (const action of wanted) {
    if (role !== undefined && trusts(role.trustPolicy, action, { principal }, context)) continue;
    throw accessDenied(
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${input.RoleArn}`,
    );
  }
  if (
    principal.sourceIdentity !== undefined &&
    input.SourceIdentity !== undefined &&
    input.SourceIdentity !== principal.sourceIdentity
  ) {
    throw accessDenied("The source identity of a session cannot be changed by role chaining.");
  }
}
