// Reads a policy document: JSON, its frame and the elements of its statements.
// What they mean is compiled elsewhere; which of them a service allows is the
// service's to say
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).

import { PolicyError } from "./error.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** `"*"`, or lists of names by kind: `AWS`, `Service`, `Federated`, `CanonicalUser`. */
export type PrincipalElement = "*" | Readonly<Record<string, readonly string[]>>;

/** By operator, by condition key: the values, as texts. */
export type ConditionElement = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface PolicyStatement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly principal: PrincipalElement | undefined;
  readonly notPrincipal: PrincipalElement | undefined;
  readonly action: readonly string[] | undefined;
  readonly notAction: readonly string[] | undefined;
  readonly resource: readonly string[] | undefined;
  readonly notResource: readonly string[] | undefined;
  readonly condition: ConditionElement;
}

export interface PolicyDocument {
  readonly version: "2012-10-17" | "2008-10-17";
  readonly id: string | undefined;
  readonly statements: readonly PolicyStatement[];
}

const documentFields = new Set(["Version", "Id", "Statement"]);
const statementFields = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One or many, as policies write it; undefined where it is not a list of strings. */
export function strings(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "string") ? list : undefined;
}

/** The frame alone: JSON, the document's own fields, and each statement as it was written. */
export function readFrame(text: string): {
  readonly document: Fields;
  readonly statements: readonly Fields[];
} {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new PolicyError("json");
  }
  if (!isObject(document)) throw new PolicyError("document");
  for (const field of Object.keys(document)) {
    if (!documentFields.has(field)) throw new PolicyError("unknown-field", field);
  }
  const { Version: version, Statement: given } = document;
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    throw new PolicyError("version", String(version));
  }
  if (given === undefined) throw new PolicyError("missing", "Statement");
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (statements.length === 0) throw new PolicyError("no-statement");
  const known = new Set<string>();
  for (const statement of statements) {
    if (!isObject(statement)) throw new PolicyError("statement");
    if (statement.Effect !== undefined && statement.Effect !== "Allow" && statement.Effect !== "Deny") {
      throw new PolicyError("effect", String(statement.Effect));
    }
    checkSid(statement.Sid, known);
  }
  return { document, statements: statements as readonly Fields[] };
}

function checkSid(sid: unknown, known: Set<string>): void {
  if (sid === undefined || sid === "") return;
  if (typeof sid !== "string") throw new PolicyError("statement");
  if (known.has(sid)) throw new PolicyError("repeated-sid", sid);
  known.add(sid);
}

export function readPolicy(text: string): PolicyDocument {
  const { document, statements } = readFrame(text);
  return {
    version: (document.Version as PolicyDocument["version"] | undefined) ?? "2008-10-17",
    id: typeof document.Id === "string" ? document.Id : undefined,
    statements: statements.map(readStatement),
  };
}

function readStatement(fields: Fields): PolicyStatement {
  for (const field of Object.keys(fields)) {
    if (!statementFields.has(field)) throw new PolicyError("unknown-field", field);
  }
  for (const field of ["Principal", "Action", "Resource"] as const) {
    if (fields[field] !== undefined && fields[`Not${field}`] !== undefined) {
      throw new PolicyError("contradiction", field);
    }
  }
  if (fields.Effect === undefined) throw new PolicyError("missing", "Effect");
  if (fields.Action === undefined && fields.NotAction === undefined) {
    throw new PolicyError("missing", "Action");
  }
  return {
    sid: typeof fields.Sid === "string" ? fields.Sid : undefined,
    effect: fields.Effect as "Allow" | "Deny",
    principal: readPrincipal(fields.Principal),
    notPrincipal: readPrincipal(fields.NotPrincipal),
    action: readList(fields.Action, "action"),
    notAction: readList(fields.NotAction, "action"),
    resource: readList(fields.Resource, "resource"),
    notResource: readList(fields.NotResource, "resource"),
    condition: readConditions(fields.Condition),
  };
}

function readList(value: unknown, flaw: "action" | "resource"): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const list = strings(value);
  if (list === undefined || list.includes("")) throw new PolicyError(flaw, describe(value));
  return list;
}

function readPrincipal(value: unknown): PrincipalElement | undefined {
  if (value === undefined) return undefined;
  if (value === "*") return value;
  if (!isObject(value) || Object.keys(value).length === 0) {
    throw new PolicyError("principal", describe(value));
  }
  return Object.fromEntries(
    Object.entries(value).map(([kind, names]) => {
      const list = strings(names);
      if (!principalKinds.has(kind) || list === undefined)
        throw new PolicyError("principal", describe(names));
      return [kind, list];
    }),
  );
}

const principalKinds = new Set(["AWS", "Service", "Federated", "CanonicalUser"]);

/** Throws unless it has the form of a condition; operators are checked where they are compiled. */
export function readConditions(value: unknown): ConditionElement {
  if (value === undefined) return {};
  if (!isObject(value)) throw new PolicyError("condition", describe(value));
  return Object.fromEntries(
    Object.entries(value).map(([operator, keys]) => {
      if (!isObject(keys)) throw new PolicyError("condition", operator);
      const read = Object.entries(keys).map(([key, given]) => {
        const list: readonly unknown[] = Array.isArray(given) ? given : [given];
        if (list.some((each) => typeof each === "object")) throw new PolicyError("condition", key);
        return [key, list.map(String)] as const;
      });
      return [operator, Object.fromEntries(read)];
    }),
  );
}

function describe(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
