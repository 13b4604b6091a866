// Trust policies: who may assume a role.

import { quotaExceeded } from "../../model.ts";
import { type Fields, isObject, malformed, statements, strings, syntaxErrors } from "./parse.ts";
import { policySize } from "./permissions.ts";

const statementFields = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Condition",
]);
const principalTypes = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);
const largestTrustPolicy = 2048;

/**
 * Throws AWS's fault unless the document can be stored. Answers the ARNs of
 * the users and roles it names, which must exist.
 */
export function checkTrust(document: string): readonly string[] {
  const named: string[] = [];
  for (const statement of statements(document, "This policy contains invalid Json")) {
    for (const field of Object.keys(statement)) {
      if (!statementFields.has(field)) throw malformed(`Has prohibited field ${field}`);
    }
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) {
      throw malformed("Missing required field Principal");
    }
    checkActions(statement);
    named.push(...checkPrincipal(statement.Principal ?? statement.NotPrincipal));
  }
  if (policySize(document) > largestTrustPolicy) {
    throw quotaExceeded("ACLSizePerRole", largestTrustPolicy);
  }
  return named;
}

export function invalidPrincipal(type: string, name: string): Error {
  return malformed(`Invalid principal in policy: "${type}":"${name}"`);
}

function checkActions(statement: Fields): void {
  const actions = statement.Action ?? statement.NotAction;
  if (actions === undefined) throw malformed("Missing required field Action");
  const list = strings(actions);
  if (list === undefined) throw malformed(syntaxErrors);
  if (!list.every((action) => action === "*" || action.toLowerCase().startsWith("sts:"))) {
    throw malformed("AssumeRole policy may only specify STS AssumeRole actions.");
  }
}

function checkPrincipal(principal: unknown): readonly string[] {
  if (principal === "*") return [];
  if (!isObject(principal)) throw malformed(syntaxErrors);
  const named: string[] = [];
  for (const [type, value] of Object.entries(principal)) {
    if (!principalTypes.has(type)) throw malformed(syntaxErrors);
    const names = strings(value);
    if (names === undefined) throw malformed(syntaxErrors);
    for (const name of names) {
      if (!principalForms[type]!.test(name))
        throw invalidPrincipal(type === "Service" ? "SERVICE" : type, name);
      if (/^arn:[^:]*:iam::\d{12}:(user|role)\//.test(name)) named.push(name);
    }
  }
  return named;
}

const principalForms: Readonly<Record<string, RegExp>> = {
  AWS: /^(\*|\d{12}|A[A-Z]{2}A[A-Z0-9]{12,}|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+)$/,
  Service: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  Federated: /^(arn:aws[a-z-]*:iam::\d{12}:(oidc|saml)-provider\/.+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/,
  CanonicalUser: /^[0-9a-f]{32,}$/,
};
