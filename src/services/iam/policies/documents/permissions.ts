// Documents that grant permissions to an identity: managed and inline policies.

import { limitExceeded } from "../../model.ts";
import { type Fields, malformed, statements, strings, syntaxErrors } from "./parse.ts";

const statementFields = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/** Throws AWS's fault unless the document can be stored. */
export function checkPermissions(document: string): void {
  for (const statement of statements(document, syntaxErrors)) {
    if ("Principal" in statement || "NotPrincipal" in statement) {
      throw malformed("Policy document should not specify a principal.");
    }
    if (!Object.keys(statement).every((field) => statementFields.has(field))) throw malformed(syntaxErrors);
    for (const action of oneOf(statement, "Action", "NotAction", "Policy statement must contain actions.")) {
      checkAction(action);
    }
    for (const resource of oneOf(
      statement,
      "Resource",
      "NotResource",
      "Policy statement must contain resources.",
    )) {
      checkResource(resource);
    }
  }
}

/** Quotas count what is written, not how it is laid out. */
export function policySize(document: string): number {
  return document.replace(/\s/g, "").length;
}

export function checkManagedSize(document: string): void {
  if (policySize(document) > 6144) throw limitExceeded("Cannot exceed quota for PolicySize: 6144");
}

function oneOf(statement: Fields, field: string, negated: string, missing: string): readonly string[] {
  if (field in statement && negated in statement) throw malformed(syntaxErrors);
  const value = statement[field] ?? statement[negated];
  if (value === undefined || (Array.isArray(value) && value.length === 0)) throw malformed(missing);
  const list = strings(value);
  if (list === undefined) throw malformed(syntaxErrors);
  return list;
}

function checkAction(action: string): void {
  if (action === "*") return;
  const [vendor, name, more] = action.split(":");
  if (name === undefined) {
    throw malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  }
  if (more !== undefined) throw malformed("Actions/Condition can contain only one colon.");
  if (!/^[a-zA-Z0-9-]+$/.test(vendor!)) throw malformed(`Vendor ${vendor} is not valid`);
  if (name === "") throw malformed(syntaxErrors);
}

function checkResource(resource: string): void {
  if (resource === "*") return;
  const parts = resource.split(":");
  if (parts[0] !== "arn" && !/^arn/.test(resource)) {
    throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
  if (parts.length < 6 && !resource.includes("*") && !resource.includes("${")) {
    throw malformed(`Resource ${resource} must be in ARN format or "*".`);
  }
  const partition = parts[1];
  if (partition !== undefined && !/[*?$]/.test(partition) && !/^aws[a-z-]*$/.test(partition)) {
    throw malformed(`Partition "${partition}" is not valid for resource "${resource}".`);
  }
}
