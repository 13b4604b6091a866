// What a resource is against what its stack made it: only what the template
// gives is compared, since services add defaults of their own.

import type { Properties } from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { PropertyDifference } from "../../../model/generated/cloudformation.d.ts";

/** Properties that the type's reader never tells cannot be compared, and are left out. */
export function drifted(expected: Properties, actual: Properties): readonly PropertyDifference[] {
  const found: PropertyDifference[] = [];
  for (const [name, value] of Object.entries(expected)) {
    // A reader leaves out what is empty, or what it does not look at; tags that it looks at it always tells.
    if (actual[name] === undefined) continue;
    compare(`/${name}`, value, actual[name], found);
  }
  return found;
}

function compare(path: string, expected: unknown, actual: unknown, found: PropertyDifference[]): void {
  if (actual === undefined) {
    found.push(difference(path, expected, null, "REMOVE"));
    return;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    // The order of a list is the service's own business.
    for (const [at, each] of expected.entries())
      if (!actual.some((other) => covers(each, other)))
        found.push(difference(`${path}/${at}`, each, null, "REMOVE"));
    for (const [at, each] of actual.entries())
      if (!expected.some((other) => covers(other, each)))
        found.push(difference(`${path}/${at}`, null, each, "ADD"));
    return;
  }
  if (isFields(expected) && isFields(actual)) {
    for (const [name, value] of Object.entries(expected))
      compare(`${path}/${name}`, value, actual[name], found);
    return;
  }
  if (!alike(expected, actual)) found.push(difference(path, expected, actual, "NOT_EQUAL"));
}

/** Whether the actual value is all that is expected, and maybe more. */
function covers(expected: unknown, actual: unknown): boolean {
  if (isFields(expected) && isFields(actual))
    return Object.entries(expected).every(([name, value]) => covers(value, actual[name]));
  if (Array.isArray(expected) && Array.isArray(actual))
    return expected.length === actual.length && expected.every((each, at) => covers(each, actual[at]));
  return alike(expected, actual);
}

/** Text that is JSON means what it says, however it is spaced; numbers may be text. */
function alike(a: unknown, b: unknown): boolean {
  if (same(a, b) || String(a) === String(b)) return true;
  return same(fromText(a), fromText(b));
}

function fromText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function difference(
  PropertyPath: string,
  expected: unknown,
  actual: unknown,
  DifferenceType: "ADD" | "REMOVE" | "NOT_EQUAL",
): PropertyDifference {
  const text = (value: unknown): string =>
    value === null ? "null" : typeof value === "string" ? value : JSON.stringify(value);
  return { PropertyPath, ExpectedValue: text(expected), ActualValue: text(actual), DifferenceType };
}

function isFields(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
