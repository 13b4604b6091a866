// Whether a resource's policy is public, as S3's Block Public Access and all
// that follow its definition judge: it opens the resource to everybody, and no
// condition narrows that with a fixed value
// (docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
// "The meaning of public").

import { readOperator } from "./condition.ts";
import type { PolicyDocument, PolicyStatement, PrincipalElement } from "./document.ts";

const narrowing =
  /^(?:aws:(?:sourceip|sourcearn|sourcevpc|sourcevpce|sourceowner|sourceaccount|principalaccount|principalarn|principalorgid|principalorgpaths|userid|username)|s3:dataaccesspoint(?:arn|account)|s3:x-amz-server-side-encryption-aws-kms-key-id)$/i;

const narrowingOperators =
  /^(?:String(?:Equals|Like)|StringEqualsIgnoreCase|Arn(?:Equals|Like)|IpAddress|Numeric(?:Equals)|Bool)$/;

export function isPublic(policy: PolicyDocument): boolean {
  return policy.statements.some(opens);
}

function opens(statement: PolicyStatement): boolean {
  const { effect, principal, notPrincipal, condition } = statement;
  if (effect !== "Allow") return false;
  if (notPrincipal === undefined && !(principal !== undefined && meansAll(principal))) return false;
  return !Object.entries(condition).some(([operator, keys]) =>
    Object.entries(keys).some(([key, values]) => narrowing.test(key) && narrows(operator, key, values)),
  );
}

function meansAll(principal: PrincipalElement): boolean {
  return principal === "*" || Object.values(principal).some((names) => names.includes("*"));
}

/** A wildcard is no fixed value, nor is what a statement is not to match, nor a whole internet of addresses. */
function narrows(operator: string, key: string, values: readonly string[]): boolean {
  const { base, ifExists, set } = readOperator(operator);
  if (ifExists || set === "ForAllValues" || !narrowingOperators.test(base)) return false;
  return values.every((value) =>
    /sourceip$/i.test(key) ? !isBroad(value) : !/[*?]|\$\{/.test(fixedPart(key, value)),
  );
}

/** More than a /8 of version 4 or a /32 of version 6 is taken for the whole internet. */
function isBroad(network: string): boolean {
  const [address = "", bits] = network.split("/");
  return bits !== undefined && Number(bits) < (address.includes(":") ? 32 : 8);
}

/** An ARN may hold wildcards behind its account; one that leaves the account open is anybody's. */
function fixedPart(key: string, value: string): string {
  if (!/arn$/i.test(key)) return value;
  const account = value.split(":")[4] ?? "*";
  // A bucket's ARN has no account in it: then all of it must be fixed.
  return account === "" ? value : account;
}
