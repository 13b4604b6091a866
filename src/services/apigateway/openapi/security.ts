// Security schemes of a document: authorizers, signatures and API keys, and
// which of them a method asks for.

import type { Authorizer } from "../../../model/generated/apigateway.d.ts";
import type { AuthorizerState } from "../apis/parts.ts";
import type { MethodDescription } from "./description.ts";
import { type Document, defined, type Json, list, number, object, string } from "./document.ts";

export type DescribedAuthorizer = Authorizer & Pick<AuthorizerState, "name" | "type">;

export function schemesOf({ version, root }: Document): Json {
  return object(version === 2 ? root.securityDefinitions : object(root.components).securitySchemes);
}

export function authorizersOf(document: Document): readonly DescribedAuthorizer[] {
  return Object.entries(schemesOf(document)).flatMap(([name, scheme]) => {
    const authorizer = authorizerOf(name, object(scheme));
    return authorizer === undefined ? [] : [authorizer];
  });
}

const types: Readonly<Record<string, AuthorizerState["type"]>> = {
  token: "TOKEN",
  request: "REQUEST",
  cognito_user_pools: "COGNITO_USER_POOLS",
};

function authorizerOf(name: string, scheme: Json): DescribedAuthorizer | undefined {
  const given = object(scheme["x-amazon-apigateway-authorizer"]);
  const type = types[string(given.type)?.toLowerCase() ?? ""];
  if (type === undefined) return undefined;
  const header = `method.request.header.${string(scheme.name) ?? "Authorization"}`;
  return defined({
    name,
    type,
    authType: string(scheme["x-amazon-apigateway-authtype"]),
    authorizerUri: string(given.authorizerUri),
    authorizerCredentials: string(given.authorizerCredentials),
    authorizerResultTtlInSeconds: number(given.authorizerResultTtlInSeconds),
    identityValidationExpression: string(given.identityValidationExpression),
    identitySource: string(given.identitySource) ?? (type === "REQUEST" ? undefined : header),
    providerARNs:
      type === "COGNITO_USER_POOLS" ? list(given.providerARNs).map((each) => String(each)) : undefined,
  });
}

type Security = Pick<
  MethodDescription,
  "authorizationType" | "authorizer" | "authorizationScopes" | "apiKeyRequired"
>;

/** What a method asks for, by its own requirements or else the document's. */
export function securityOf(document: Document, operation: Json): Security {
  const requirements = list(operation.security ?? document.root.security).flatMap((each) =>
    Object.entries(object(each)),
  );
  const schemes = schemesOf(document);
  let security: Security = { authorizationType: "NONE", apiKeyRequired: false };
  for (const [name, scopes] of requirements) {
    const scheme = object(schemes[name]);
    const authorizer = authorizerOf(name, scheme);
    if (authorizer !== undefined) {
      const pool = authorizer.type === "COGNITO_USER_POOLS";
      const wanted = list(scopes).map((scope) => String(scope));
      security = {
        ...security,
        authorizationType: pool ? "COGNITO_USER_POOLS" : "CUSTOM",
        authorizer: name,
        ...(wanted.length === 0 ? {} : { authorizationScopes: wanted }),
      };
    } else if (string(scheme["x-amazon-apigateway-authtype"])?.toLowerCase() === "awssigv4") {
      security = { ...security, authorizationType: "AWS_IAM" };
    } else if (scheme.type === "apiKey" && string(scheme.name)?.toLowerCase() === "x-api-key") {
      security = { ...security, apiKeyRequired: true };
    }
  }
  const own = string(object(operation["x-amazon-apigateway-auth"]).type)?.toUpperCase();
  if (own === "AWS_IAM" || own === "NONE")
    security = { ...security, authorizationType: own, authorizer: undefined };
  return security;
}
