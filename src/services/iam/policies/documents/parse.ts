// What is common to all policy documents: JSON, a version, statements.

import { type Fault, fault } from "../../../../core/fault.ts";
import { iam } from "../../model.ts";

export type Fields = Readonly<Record<string, unknown>>;

const versions = ["2012-10-17", "2008-10-17"];
const documentFields = new Set(["Version", "Id", "Statement"]);

export function malformed(message: string): Fault {
  return fault(iam, "MalformedPolicyDocument", message);
}

export const syntaxErrors = "Syntax errors in policy.";

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One or many, as policies write it; undefined where it is not a list of strings. */
export function strings(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "string") ? list : undefined;
}

/** The statements of a document whose frame is sound. `notJson` is what AWS says of text that is not JSON. */
export function statements(document: string, notJson: string): readonly Fields[] {
  let policy: unknown;
  try {
    policy = JSON.parse(document);
  } catch {
    throw malformed(notJson);
  }
  if (!isObject(policy)) throw malformed(syntaxErrors);
  if (!Object.keys(policy).every((field) => documentFields.has(field))) throw malformed(syntaxErrors);
  if (policy.Version !== undefined && !versions.includes(policy.Version as string)) {
    throw malformed(syntaxErrors);
  }
  const list = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (list.length === 0 || !list.every(isObject)) throw malformed(syntaxErrors);
  checkIds(list);
  for (const statement of list) {
    if (statement.Effect !== "Allow" && statement.Effect !== "Deny") throw malformed(syntaxErrors);
    checkCondition(statement.Condition);
  }
  return list;
}

function checkIds(list: readonly Fields[]): void {
  const seen = new Set<string>();
  for (const { Sid } of list) {
    if (Sid === undefined || Sid === "") continue;
    if (typeof Sid !== "string") throw malformed(syntaxErrors);
    if (!/^[0-9A-Za-z]*$/.test(Sid)) {
      throw malformed(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
      );
    }
    if (seen.has(Sid)) throw malformed("Statement IDs (SID) in a single policy must be unique.");
    seen.add(Sid);
  }
}

function checkCondition(condition: unknown): void {
  if (condition === undefined) return;
  if (!isObject(condition)) throw malformed(syntaxErrors);
  for (const keys of Object.values(condition)) {
    if (!isObject(keys)) throw malformed(syntaxErrors);
    for (const value of Object.values(keys)) {
      const scalars = Array.isArray(value) ? value : [value];
      if (scalars.some((scalar) => typeof scalar === "object")) throw malformed(syntaxErrors);
    }
  }
}
