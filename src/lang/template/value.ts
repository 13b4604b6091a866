// Values in templates: JSON, and two things that evaluation may leave in it.

export type Value =
  | string
  | number
  | boolean
  | null
  | typeof noValue
  | typeof unresolved
  | readonly Value[]
  | { readonly [name: string]: Value };

export type Fields = { readonly [name: string]: Value };

/** What `AWS::NoValue` leaves: the property or item that holds it is dropped. */
export const noValue: unique symbol = Symbol("AWS::NoValue");

/** What only a resource that does not exist yet can say. */
export const unresolved: unique symbol = Symbol("known after the deployment");

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether all of a value is known. */
export function isKnown(value: Value): boolean {
  if (value === unresolved) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return isFields(value) ? Object.values(value).every(isKnown) : true;
}
