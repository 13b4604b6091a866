// The sizes that AWS allows. Measuring costs more than most states do, so a
// rough upper bound decides wherever it can.

import { type Json, StateError } from "./data/scope.ts";

/** Of a payload, in bytes of UTF-8. */
export const maximumDataBytes = 262_144;
export const maximumEvents = 25_000;

/** Whether the value, written as JSON, has more than `maximumDataBytes`. */
export function tooLarge(value: Json): boolean {
  return (
    bound(value, maximumDataBytes) > maximumDataBytes &&
    Buffer.byteLength(JSON.stringify(value)) > maximumDataBytes
  );
}

/** At least as much as the value's JSON has bytes; ends early beyond the limit. */
function bound(value: Json, limit: number): number {
  if (typeof value === "string") return value.length * 6 + 2;
  if (typeof value !== "object" || value === null) return 24;
  let sum = 2;
  if (Array.isArray(value)) {
    for (const each of value) {
      sum += bound(each, limit - sum) + 1;
      if (sum > limit) return sum;
    }
    return sum;
  }
  for (const key in value) {
    sum += key.length * 6 + 4 + bound((value as { readonly [key: string]: Json })[key]!, limit - sum);
    if (sum > limit) return sum;
  }
  return sum;
}

/** `what`: the state's name, or its resource where a task's answer is meant. */
export function dataLimitExceeded(what: string): StateError {
  return new StateError(
    "States.DataLimitExceeded",
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
