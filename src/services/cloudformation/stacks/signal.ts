// Signals to resources that wait for them: from SignalResource, from the
// addresses of wait condition handles, from custom resources.

import { defineResource } from "../../../core/resource.ts";
import type { ResourceState } from "./stack-resource.ts";

export interface SignalState {
  /** What is signalled: a stack's key, a logical id and a token, or the token of an address. */
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

/** Signals to a resource are to one making of it: what replaces it, or comes after it, begins without any. */
export function resourceGroup({ stack, logicalId, attempt, current }: ResourceState): string {
  return `${stack}/${logicalId}/${attempt?.token ?? current?.token ?? ""}`;
}

export function signalTopic(group: string): string {
  return `cloudformation.signal.${group}`;
}

/** An address that was given out and is still waited at: signals to others are refused. */
export const AddressRecord = defineResource<{ readonly token: string }>()({
  service: "cloudformation",
  type: "signal-address",
  key: ({ token }) => [token],
});
