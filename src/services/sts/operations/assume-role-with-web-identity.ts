// AssumeRoleWithWebIdentity: a token of an OpenID Connect provider for a role.

import { Fault, fault } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Sts } from "../../../model/generated/sts.d.ts";
import { accessDenied, iam, invalidToken, sts } from "../model.ts";
import { asService, findRole, sessionDuration, startSession } from "../role.ts";
import { sessionPolicies } from "../session-policy.ts";
import { isLoopback, issuerKeys } from "../tokens/issuer-keys.ts";
import { audiences, checkSignature, checkTimes, readToken, type Token } from "../tokens/jwt.ts";
import { conditionContext } from "../trust/context.ts";
import { trusts } from "../trust/decision.ts";

/** Providers that AWS knows without registration; a trust policy names them by host. */
const knownProviders = ["accounts.google.com", "cognito-identity.amazonaws.com"];

export const webIdentityOperations = {
  AssumeRoleWithWebIdentity: {
    waits: async (input, ctx) => {
      const token = readToken(input.WebIdentityToken);
      const issuer = String(token.claims.iss ?? "");
      const host = issuer.replace(/^https:\/\//, "").replace(/\/$/, "");
      checkTimes(token, ctx.now());
      const role = await findRole(ctx, input.RoleArn);
      const account = input.RoleArn.split(":")[4] ?? "";
      const provider = await findProvider(ctx, account, host, token);
      await verify(ctx, issuer, token);
      const context = conditionContext(ctx, input, claimsFor(host, token));
      const action = "sts:AssumeRoleWithWebIdentity";
      if (role === undefined || !trusts(role.trustPolicy, action, { federated: provider }, context)) {
        throw accessDenied(`Not authorized to perform ${action}`);
      }
      const started = await startSession(ctx, role, {
        name: input.RoleSessionName,
        durationSeconds: sessionDuration(role, input.DurationSeconds),
        context: await sessionPolicies(ctx, role.account, input),
      });
      return {
        ...started,
        SubjectFromWebIdentityToken: String(token.claims.sub),
        Audience: audiences(token)[0],
        Provider: provider,
      };
    },
  },
} satisfies Operations<Sts>;

/** What trust policies call the token's provider. */
async function findProvider(ctx: Waiting, account: string, host: string, token: Token): Promise<string> {
  const arn = `arn:aws:iam::${account}:oidc-provider/${host}`;
  try {
    const provider = await asService(ctx, account).call(iam, "GetOpenIDConnectProvider", {
      OpenIDConnectProviderArn: arn,
    });
    const clients = provider.ClientIDList ?? [];
    if (audiences(token).some((audience) => clients.includes(audience))) return arn;
    throw invalidToken("Incorrect token audience");
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "NoSuchEntity") throw error;
    if (knownProviders.includes(host)) return host;
    throw invalidToken(`No OpenIDConnect provider found in your account for https://${host}`);
  }
}

/** Where the issuer cannot be reached, only a caller on this machine is believed. */
async function verify(ctx: Waiting, issuer: string, token: Token): Promise<void> {
  const keys = await issuerKeys(issuer, ctx.signal);
  if (keys !== undefined) return checkSignature(token, keys);
  if (isLoopback(ctx.sourceIp)) return;
  throw fault(
    sts,
    "IDPCommunicationError",
    "The verification keys of the identity provider could not be retrieved.",
  );
}

/** `token.actions.githubusercontent.com:sub` */
function claimsFor(host: string, { claims }: Token): Readonly<Record<string, string | readonly string[]>> {
  const named: Record<string, string | readonly string[]> = {};
  for (const [claim, value] of Object.entries(claims)) {
    if (typeof value === "object" && !Array.isArray(value)) continue;
    named[`${host}:${claim}`] = Array.isArray(value) ? value.map(String) : String(value);
  }
  return named;
}
