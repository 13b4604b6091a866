// AssumeRoleWithSAML: an assertion of a SAML provider for a role.

import { Fault, notImplemented } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Sts } from "../../../model/generated/sts.d.ts";
import { accessDenied, iam, invalidToken } from "../model.ts";
import { asService, findRole, sessionDuration, startSession } from "../role.ts";
import { sessionPolicies } from "../session-policy.ts";
import { isLoopback } from "../tokens/issuer-keys.ts";
import { readAssertion } from "../tokens/saml.ts";
import { conditionContext } from "../trust/context.ts";
import { trusts } from "../trust/decision.ts";

export const samlOperations = {
  AssumeRoleWithSAML: {
    waits: async (input, ctx) => {
      // The assertion's XML signature is not verified, so nobody from elsewhere may bring one.
      if (!isLoopback(ctx.sourceIp)) throw notImplemented("sts", "the verification of SAML signatures");
      const assertion = readAssertion(input.SAMLAssertion, ctx.now());
      const isNamed = assertion.roles.some(
        ({ role, provider }) => role === input.RoleArn && provider === input.PrincipalArn,
      );
      if (!isNamed) throw invalidToken("RoleArn and PrincipalArn are not a pair in the assertion");
      const role = await findRole(ctx, input.RoleArn);
      const account = input.RoleArn.split(":")[4] ?? "";
      await asService(ctx, account)
        .call(iam, "GetSAMLProvider", { SAMLProviderArn: input.PrincipalArn })
        .catch((error) => {
          if (!(error instanceof Fault) || error.code !== "NoSuchEntity") throw error;
          throw invalidToken("Specified provider doesn't exist");
        });
      const context = conditionContext(
        ctx,
        { RoleSessionName: assertion.sessionName },
        {
          "saml:aud": assertion.audience,
          "saml:iss": assertion.issuer,
          "saml:sub": assertion.subject,
          "saml:sub_type": assertion.subjectType,
          "saml:doc": `${account}/${input.PrincipalArn.split("/").at(-1)}`,
        },
      );
      const action = "sts:AssumeRoleWithSAML";
      if (
        role === undefined ||
        !trusts(role.trustPolicy, action, { federated: input.PrincipalArn }, context)
      ) {
        throw accessDenied(`Not authorized to perform ${action}`);
      }
      const started = await startSession(ctx, role, {
        name: assertion.sessionName,
        durationSeconds: sessionDuration(role, input.DurationSeconds ?? assertion.durationSeconds),
        context: await sessionPolicies(ctx, role.account, input),
      });
      return {
        ...started,
        Subject: assertion.subject,
        SubjectType: assertion.subjectType,
        Issuer: assertion.issuer,
        Audience: assertion.audience,
      };
    },
  },
} satisfies Operations<Sts>;
