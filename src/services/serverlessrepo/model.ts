// The service's model, and the faults that several operations share. Each tells
// its code once more in its body.

import { type Fault, fault } from "../../core/fault.ts";
import type { Serverlessrepo } from "../../model/generated/serverlessrepo.d.ts";
import { modelOf } from "../../model/handle.ts";

export const serverlessrepo = modelOf<Serverlessrepo>("serverlessrepo");

export type Input<O extends keyof Serverlessrepo["operations"]> = Serverlessrepo["operations"][O]["input"];
export type Output<O extends keyof Serverlessrepo["operations"]> = Serverlessrepo["operations"][O]["output"];

function failure(code: Serverlessrepo["errors"], message: string): Fault {
  return fault(serverlessrepo, code, message, {
    fields: { ErrorCode: code.replace(/Exception$/, ""), Message: message },
  });
}

export const badRequest = (message: string): Fault => failure("BadRequestException", message);
export const conflict = (message: string): Fault => failure("ConflictException", message);
export const notFound = (message: string): Fault => failure("NotFoundException", message);

export const nothing: Record<string, never> = {};

export function nextToken(page: { readonly cursor?: string }): { readonly NextToken?: string } {
  return page.cursor === undefined ? {} : { NextToken: page.cursor };
}

export const isoTime = (at: number): string => new Date(at).toISOString();
