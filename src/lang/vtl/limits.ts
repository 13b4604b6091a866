// What a template may use up: a mistake in one, or a body sent to it, must not
// take the process along.

import { VtlError } from "./error.ts";
import type { Value } from "./value.ts";

/** Of one `#foreach`, as API Gateway has it: what is beyond is passed over. */
export const loopIterations = 1000;
/** Of all loops together. */
export const allIterations = 100_000;
/** Characters that come out, or that one text holds. */
export const longestText = 10 * 1024 * 1024;
/** Items of one list. */
export const longestList = 100_000;

/** The value, if it is not too big to be kept. */
export function bounded<T extends Value>(value: T): T {
  if (typeof value === "string" && value.length > longestText) {
    throw new VtlError("A text that the template makes is too long.");
  }
  if (Array.isArray(value) && value.length > longestList) {
    throw new VtlError("A list that the template makes is too long.");
  }
  return value;
}
