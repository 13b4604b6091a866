// The authorization step. Every call passes it with its principal, action and
// resource; the policy engine will decide here, and nowhere else.

import type { Call } from "./call.ts";
import type { AnyResource } from "./resource.ts";

export interface AuthorizationRequest {
  readonly call: Call;
  /** `sqs:SendMessage`, with the prefix that policies use. */
  readonly action: string;
  /** The ARN that the input names, or `*`. */
  readonly resource: string;
}

/** Throws a fault where the call is not allowed. */
export type Authorizer = (request: AuthorizationRequest) => Promise<void> | void;

/** The ARN that an input names among a service's resources, or `*`. */
export function namedResource(resources: readonly AnyResource[], call: Call): string {
  for (const resource of resources) {
    const arn = resource.named?.(call.input as Readonly<Record<string, unknown>>, call);
    if (arn !== undefined) return arn;
  }
  return "*";
}
