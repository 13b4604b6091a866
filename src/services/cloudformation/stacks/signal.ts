// Signals to resources that wait for them: from SignalResource, from the
// addresses of wait condition handles, from custom resources.

import { defineResource } from "../../../core/resource.ts";

export interface SignalState {
  /** What is signalled: a stack's key and a logical id, or the token of an address. */
  readonly group: string;
  readonly uniqueId: string;
  readonly status: "SUCCESS" | "FAILURE";
  readonly reason?: string | undefined;
  readonly data?: unknown;
}

export const SignalRecord = defineResource<SignalState>()({
  service: "cloudformation",
  type: "signal",
  key: ({ group, uniqueId }) => [group, uniqueId],
});

export function signalTopic(group: string): string {
  return `cloudformation.signal.${group}`;
}

/** An address that was given out and is still waited at: signals to others are refused. */
export const AddressRecord = defineResource<{ readonly token: string }>()({
  service: "cloudformation",
  type: "signal-address",
  key: ({ token }) => [token],
});
