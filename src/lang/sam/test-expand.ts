// What tests of the transform share: a template of some resources, expanded, and
// a function with no more than it needs.

import type { Fields } from "../template/value.ts";
import { expandServerless } from "./transform.ts";

export const input = { parameters: {}, region: "eu-central-1" };
export const base = { Handler: "a.b", Runtime: "nodejs20.x", InlineCode: "x" };

export type Resources = Record<
  string,
  { Type: string; Properties: Record<string, unknown> } & Record<string, unknown>
>;

export function expand(resources: object, more: object = {}): Resources {
  const template = {
    Transform: "AWS::Serverless-2016-10-31",
    Resources: resources,
    ...more,
  } as unknown as Fields;
  return expandServerless(template, input).Resources as unknown as Resources;
}

export const fn = (properties: object): object => ({
  Type: "AWS::Serverless::Function",
  Properties: { ...base, ...properties },
});
