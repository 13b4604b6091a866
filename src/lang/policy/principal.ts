// Principal elements: whom a statement speaks of
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).

import type { PrincipalElement } from "./document.ts";

/** A caller as policies see it; nobody in particular has no member at all. */
export interface PolicyPrincipal {
  readonly account?: string | undefined;
  /** The user's, or the session's. */
  readonly arn?: string | undefined;
  /** Of a session of a role, the role's own. */
  readonly roleArn?: string | undefined;
  /** Unique ids, which stand in policies whose user or role was deleted. */
  readonly userId?: string | undefined;
  /** `lambda.amazonaws.com`. */
  readonly service?: string | undefined;
  /** The provider of a federated user. */
  readonly federated?: string | undefined;
  /** S3's name of the account. */
  readonly canonicalId?: string | undefined;
}

export type PrincipalTest = (principal: PolicyPrincipal) => boolean;

export function compilePrincipal(element: PrincipalElement): PrincipalTest {
  if (element === "*") return () => true;
  const tests = Object.entries(element).flatMap(([kind, names]) => names.map((name) => testOf(kind, name)));
  return (principal) => tests.some((test) => test(principal));
}

function testOf(kind: string, name: string): PrincipalTest {
  switch (kind) {
    case "Service":
      return ({ service }) => service === name;
    case "Federated":
      return ({ federated }) => federated === name;
    case "CanonicalUser":
      return ({ canonicalId }) => canonicalId === name;
    default:
      return awsTest(name);
  }
}

function awsTest(name: string): PrincipalTest {
  if (name === "*") return () => true;
  const whole = /^(\d{12})$|^arn:[^:]+:iam::(\d{12}):root$/.exec(name);
  if (whole !== null) {
    const account = whole[1] ?? whole[2];
    // A service that acts for an account is not that account.
    return (principal) => principal.account === account && principal.service === undefined;
  }
  return ({ arn, roleArn, userId }) =>
    arn === name || roleArn === name || (userId !== undefined && userId.split(":")[0] === name);
}
