// JWT authorizers: the token's signature against its issuer's keys, and its
// claims against the authorizer
// (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).

import type { JWTPayload } from "jose";
import type { AuthorizerState, RouteState } from "../../records/parts.ts";
import { forbidden, internalError, unauthorized } from "../answer.ts";
import type { Authorization, Exchange } from "../exchange.ts";
import { identityValues } from "./identity-sources.ts";
import { IssuerError, issuerKey } from "./issuer.ts";

/** AWS takes those based on RSA only. */
const algorithms = ["RS256", "RS384", "RS512"];

export async function authorizeJwt(
  exchange: Exchange,
  authorizer: AuthorizerState,
  route: RouteState,
): Promise<Authorization> {
  const [given] = identityValues(exchange, authorizer.IdentitySource ?? []) ?? [];
  if (given === undefined) throw unauthorized({ "www-authenticate": "Bearer" });
  const token = given.replace(/^Bearer\s+/i, "");
  const scopes = route.AuthorizationScopes ?? [];
  const claims = await verified(exchange, authorizer, token, (description) => {
    exchange.authorizerError = description;
    return unauthorized({
      "www-authenticate": `Bearer scope="${scopes.join(" ")}" error="invalid_token" error_description="${description}"`,
    });
  });
  const granted = scopesOf(claims);
  if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
    exchange.authorizerError = "insufficient_scope";
    throw forbidden({
      "www-authenticate": `Bearer scope="${scopes.join(" ")}" error="insufficient_scope" error_description="the token does not have any of the required scopes"`,
    });
  }
  return { kind: "jwt", claims: printedClaims(claims), scopes: scopes.length > 0 ? granted : null };
}

async function verified(
  { ctx }: Exchange,
  { JwtConfiguration }: AuthorizerState,
  token: string,
  refused: (description: string) => Error,
): Promise<JWTPayload> {
  const { decodeProtectedHeader, importJWK, compactVerify } = await import("jose");
  const { Issuer = "", Audience = [] } = JwtConfiguration ?? {};
  let claims: JWTPayload;
  try {
    const { kid, alg = "" } = decodeProtectedHeader(token);
    if (!algorithms.includes(alg)) throw refused("the token has an invalid signing algorithm");
    const key = await issuerKey(ctx, Issuer, kid);
    if (key === undefined) throw refused("unable to find a signing key that matches the token");
    const { payload } = await compactVerify(token, await importJWK(key, alg), { algorithms });
    claims = JSON.parse(Buffer.from(payload).toString());
  } catch (error) {
    if (error instanceof IssuerError) throw internalError();
    if (error instanceof Error && error.name === "Refusal") throw error;
    throw refused("the token is malformed or its signature is invalid");
  }
  const wrong = wrongClaim(claims, Issuer, Audience, Math.floor(ctx.now() / 1000));
  if (wrong !== undefined) throw refused(wrong);
  return claims;
}

/** What is wrong with the claims; undefined where nothing is. */
function wrongClaim(
  claims: JWTPayload,
  issuer: string,
  audience: readonly string[],
  now: number,
): string | undefined {
  if (claims.iss !== issuer) return "invalid issuer";
  const named = claims.aud ?? claims.client_id;
  const audiences = Array.isArray(named) ? named : [named];
  if (!audiences.some((each) => typeof each === "string" && audience.includes(each))) {
    return "invalid audience";
  }
  if (typeof claims.exp !== "number" || claims.exp <= now) return "the token has expired";
  if (typeof claims.nbf === "number" && claims.nbf > now) return "the token is not yet valid";
  if (typeof claims.iat === "number" && claims.iat > now) return "the token was issued in the future";
  return undefined;
}

function scopesOf(claims: JWTPayload): readonly string[] {
  const scopes = claims.scope ?? claims.scp;
  if (typeof scopes === "string") return scopes.split(" ").filter((each) => each !== "");
  return Array.isArray(scopes) ? scopes.map(String) : [];
}

/** Every claim as a text: lists as `[a b]`, objects as JSON. */
function printedClaims(claims: JWTPayload): Readonly<Record<string, string>> {
  const printed: Record<string, string> = {};
  for (const [name, value] of Object.entries(claims)) {
    if (value === undefined || value === null) continue;
    if (Array.isArray(value)) printed[name] = `[${value.join(" ")}]`;
    else printed[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  return printed;
}
