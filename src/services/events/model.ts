// The service's model, and the faults that several operations share. The words
// are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Events } from "../../model/generated/events.d.ts";
import { modelOf } from "../../model/handle.ts";

export const events = modelOf<Events>("events");

export type Input<O extends keyof Events["operations"]> = Events["operations"][O]["input"];
export type Output<O extends keyof Events["operations"]> = Events["operations"][O]["output"];

export function notFound(message: string): Fault {
  return fault(events, "ResourceNotFoundException", message);
}

export function alreadyExists(message: string): Fault {
  return fault(events, "ResourceAlreadyExistsException", message);
}

export function invalid(message: string): Fault {
  return fault(events, "ValidationException", message);
}

export function limitExceeded(message: string): Fault {
  return fault(events, "LimitExceededException", message);
}

/** What an operation without an answer answers. */
export const nothing: Record<string, never> = {};

/** The page token, where there is a next page. */
export function nextToken(page: { readonly cursor?: string }): { readonly NextToken?: string } {
  return page.cursor === undefined ? {} : { NextToken: page.cursor };
}

/** The members that are set. */
export function present<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
