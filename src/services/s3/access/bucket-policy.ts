// What a bucket's policy may say, in S3's words.

import { type PolicyDocument, type PolicyStatement, readPolicy } from "../../../lang/policy/document.ts";
import { PolicyError } from "../../../lang/policy/error.ts";
import { compilePattern } from "../../../lang/policy/pattern.ts";
import { compilePolicy } from "../../../lang/policy/policy.ts";
import { s3Fault } from "../faults.ts";
import { actionLevel } from "./action-level.ts";

const largestPolicy = 20 * 1024;

/** Throws `MalformedPolicy`. `resources`: the ARNs that it may speak of begin with one of these. */
export function checkPolicy(text: string, isOwn: (resource: string) => boolean): PolicyDocument {
  if (Buffer.byteLength(text) > largestPolicy) {
    throw malformed("Policy has exceeded the maximum allowed document size");
  }
  const document = parsed(text);
  for (const statement of document.statements) checkStatement(statement, isOwn);
  return document;
}

function parsed(text: string): PolicyDocument {
  try {
    compilePolicy(text);
    return readPolicy(text);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw s3Fault("MalformedPolicy", {}, wording(error));
  }
}

/** Undefined for the usual words. */
function wording({ flaw, culprit }: PolicyError): string | undefined {
  switch (flaw) {
    case "json":
    case "document":
      return undefined;
    case "unknown-field":
      return `Unknown field ${culprit}`;
    case "version":
      return "The policy must contain a valid version string";
    case "no-statement":
      return "Could not parse the policy: Statement is empty!";
    case "statement":
    case "sid":
      return "Policy has invalid statement";
    case "repeated-sid":
      return `Duplicate Statement ID ${culprit}`;
    case "effect":
      return `Invalid effect: ${culprit}`;
    case "missing":
      return `Missing required field ${culprit}`;
    case "contradiction":
      return `Statement has both ${culprit} and Not${culprit}`;
    case "principal":
      return "Invalid principal in policy";
    case "action":
      return "Policy has invalid action";
    case "resource":
      return "Policy has invalid resource";
    case "operator":
      return `Invalid Condition type : ${culprit}`;
    case "condition":
      return "Policy has an invalid condition";
  }
}

function checkStatement(statement: PolicyStatement, isOwn: (resource: string) => boolean): void {
  const { principal, notPrincipal, action, notAction, resource, notResource } = statement;
  const who = principal ?? notPrincipal;
  if (who === undefined) throw malformed("Missing required field Principal");
  const resources = resource ?? notResource;
  if (resources === undefined) throw malformed("Missing required field Resource");
  if (who !== "*") checkPrincipals(who);
  const actions = action ?? notAction ?? [];
  if (!actions.every((each) => each === "*" || actionLevel(each) !== "none")) {
    throw malformed("Policy has invalid action");
  }
  if (!resources.every(isOwn)) throw malformed("Policy has invalid resource");
  if (action !== undefined && resource !== undefined) checkFit(action, resource);
}

const forms: Readonly<Record<string, RegExp>> = {
  AWS: /^(?:\*|\d{12}|A[A-Z]{2}A[A-Z0-9]{12,}|arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|[a-z-]+\/.+)|arn:aws[a-z-]*:iam::cloudfront:user\/.+)$/,
  Service: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
  Federated: /./,
  CanonicalUser: /^[0-9a-f]{64}$/,
};

function checkPrincipals(principals: Readonly<Record<string, readonly string[]>>): void {
  for (const [kind, names] of Object.entries(principals)) {
    for (const name of names) {
      if (forms[kind]?.test(name) === true) continue;
      throw s3Fault("MalformedPolicy", { Detail: `"${kind}" : "${name}"` }, "Invalid principal in policy");
    }
  }
}

/** An action on objects needs a resource that can be an object, one on the bucket a resource that can be the bucket. */
function checkFit(actions: readonly string[], resources: readonly string[]): void {
  const objects = resources.some((each) => each.includes("/") || /\*/.test(each));
  const buckets = resources.some(
    (each) => !each.replace(/^arn:[^:]*:s3:[^:]*:[^:]*:(accesspoint\/)?/, "").includes("/"),
  );
  for (const action of actions) {
    const level = action === "*" ? "both" : actionLevel(action);
    if ((level === "object" && !objects) || (level === "bucket" && !buckets)) {
      throw malformed("Action does not apply to any resource(s) in statement");
    }
  }
}

/** Whether an ARN in the bucket's policy speaks of the bucket or of what is in it. */
export function ofBucket(name: string): (resource: string) => boolean {
  return (resource) => {
    if (resource === "*") return true;
    const pattern = /^arn:aws[a-z-]*:s3:::([^/]*)/.exec(resource)?.[1];
    return pattern !== undefined && compilePattern(pattern, { variables: false })(name, () => undefined);
  };
}

function malformed(message: string): Error {
  return s3Fault("MalformedPolicy", {}, message);
}
