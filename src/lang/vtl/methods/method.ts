// What a table of methods is made of.

import type { Value } from "../value.ts";

export type Method<T extends Value> = (on: T, ...parameters: readonly Value[]) => Value | undefined;

export function methodNamed<T extends Value>(
  methods: Readonly<Record<string, Method<T>>>,
  name: string,
): Method<T> | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** A parameter where Java takes an int; what is none counts as nought. */
export function int(value: Value | undefined): number {
  return typeof value === "number" ? Math.trunc(value) : 0;
}
