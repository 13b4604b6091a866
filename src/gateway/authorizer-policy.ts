// The policy that a Lambda authorizer answers: whether it lets a request
// through.

import { PolicyError } from "../lang/policy/error.ts";
import type { Context } from "../lang/policy/pattern.ts";
import { compilePolicy } from "../lang/policy/policy.ts";

const noContext: Context = () => undefined;

/**
 * Whether `document` allows `execute-api:Invoke` on the method's ARN
 * (`arn:aws:execute-api:us-east-1:123456789012:api/stage/GET/pets`); undefined where it is no policy.
 */
export function policyAllows(
  document: unknown,
  methodArn: string,
  context: Context = noContext,
): boolean | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  try {
    const policy = compilePolicy(JSON.stringify(document));
    const request = { action: "execute-api:Invoke", resource: methodArn, principal: {}, context };
    return policy.evaluate(request).effect === "allow";
  } catch (error) {
    if (error instanceof PolicyError) return undefined;
    throw error;
  }
}
