// The service's model, and the faults that several operations share. Each tells
// its code once more in its body.

import { type Fault, fault } from "../../core/fault.ts";
import type { Schemas } from "../../model/generated/schemas.d.ts";
import { modelOf } from "../../model/handle.ts";

export const schemas = modelOf<Schemas>("schemas");

export type Input<O extends keyof Schemas["operations"]> = Schemas["operations"][O]["input"];
export type Output<O extends keyof Schemas["operations"]> = Schemas["operations"][O]["output"];

function failure(code: Schemas["errors"], message: string): Fault {
  return fault(schemas, code, message, {
    fields: { Code: code.replace(/Exception$/, ""), Message: message },
  });
}

export const badRequest = (message: string): Fault => failure("BadRequestException", message);
export const conflict = (message: string): Fault => failure("ConflictException", message);
export const notFound = (message: string): Fault => failure("NotFoundException", message);
export const preconditionFailed = (message: string): Fault => failure("PreconditionFailedException", message);

export const nothing: Record<string, never> = {};

export function nextToken(page: { readonly cursor?: string }): { readonly NextToken?: string } {
  return page.cursor === undefined ? {} : { NextToken: page.cursor };
}

/** AWS leaves out tags where there are none. */
export function shownTags(tags: Readonly<Record<string, string>>) {
  return Object.keys(tags).length === 0 ? {} : { Tags: tags };
}
