// What intrinsic functions demand of their arguments.

import type { Json } from "../scope.ts";

export function arrayOf(value: Json | undefined, position: number): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new Error(`Argument ${position} must be an array`);
}

export function textOf(value: Json | undefined, position: number): string {
  if (typeof value === "string") return value;
  throw new Error(`Argument ${position} must be a string`);
}

/** AWS rounds to the nearest integer where it wants one. */
export function integerOf(value: Json | undefined, position: number): number {
  if (typeof value !== "number") throw new Error(`Argument ${position} must be a number`);
  return Math.round(value);
}
