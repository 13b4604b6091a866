// The service's model, and the faults that several operations share.

import { fault } from "../../core/fault.ts";
import type { Codedeploy } from "../../model/generated/codedeploy.d.ts";
import { modelOf } from "../../model/handle.ts";

export const codedeploy = modelOf<Codedeploy>("codedeploy");

export type Input<O extends keyof Codedeploy["operations"]> = Codedeploy["operations"][O]["input"];
export type Output<O extends keyof Codedeploy["operations"]> = Codedeploy["operations"][O]["output"];

export const failure = (code: Codedeploy["errors"], message: string) => fault(codedeploy, code, message);

export const nothing: Record<string, never> = {};

export function nextToken(page: { readonly cursor?: string }): { readonly nextToken?: string } {
  return page.cursor === undefined ? {} : { nextToken: page.cursor };
}
