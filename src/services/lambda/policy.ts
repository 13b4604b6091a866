// Resource-based policies: of functions, their versions and aliases, and (by
// the same statements) of layer versions.

import { defineResource } from "../../core/resource.ts";

/** A statement as AWS prints it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: string | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Policy {
  readonly functionName: string;
  /** Empty for the function itself. */
  readonly qualifier: string;
  readonly statements: readonly Statement[];
  readonly revisionId: string;
}

export const PolicyRecord = defineResource<Policy>()({
  service: "lambda",
  type: "policy",
  key: (policy) => [policy.functionName, policy.qualifier],
});

export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
}

/** `123456789012`, an ARN, a service's host name, or `*`. */
export function statementPrincipal(text: string): Statement["Principal"] {
  if (text === "*") return "*";
  if (/^\d{12}$/.test(text)) return { AWS: `arn:aws:iam::${text}:root` };
  return text.startsWith("arn:") ? { AWS: text } : { Service: text };
}
