// The sizes that AWS allows. Measuring costs more than most states do, so a
// rough upper bound decides wherever it can.

import { type Json, StateError } from "./data/scope.ts";

/** Of a payload, in bytes of UTF-8. */
export const maximumDataBytes = 262_144;
export const maximumEvents = 25_000;
/** Of arrays and objects within each other, as AWS's JSON parser takes them. */
export const maximumDepth = 1_000;

/** Whether `text`, which is JSON, is nested more deeply than `maximumDepth`. Does not recurse. */
export function isTooDeep(text: string): boolean {
  if (text.length <= maximumDepth * 2) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") {
      if (++depth > maximumDepth) return true;
    } else if (character === "]" || character === "}") depth--;
  }
  return false;
}

/** Of all variables of a scope together, in bytes of UTF-8. */
export const maximumVariableBytes = 10 * 1024 * 1024;

/** Whether the value, written as JSON, has more bytes. Throws where it is nested too deeply. */
export function tooLarge(value: Json, bytes = maximumDataBytes): boolean {
  return bound(value, bytes, 0) > bytes && Buffer.byteLength(JSON.stringify(value)) > bytes;
}

/** At least as much as the value's JSON has bytes; ends early beyond the limit. */
function bound(value: Json, limit: number, depth: number): number {
  if (typeof value === "string") return value.length * 6 + 2;
  if (typeof value !== "object" || value === null) return 24;
  if (depth >= maximumDepth) {
    throw new StateError(
      "States.Runtime",
      `The data's nesting depth exceeds the maximum allowed (${maximumDepth}).`,
    );
  }
  let sum = 2;
  if (Array.isArray(value)) {
    for (const each of value) {
      sum += bound(each, limit - sum, depth + 1) + 1;
      if (sum > limit) return sum;
    }
    return sum;
  }
  for (const key in value) {
    sum +=
      key.length * 6 + 4 + bound((value as { readonly [key: string]: Json })[key]!, limit - sum, depth + 1);
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
