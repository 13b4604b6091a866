// The fast half of validation: shapes compiled to closures that say only whether
// a value is right, and allocate nothing. Parts of an input that the model does
// not constrain have no closure and are not visited.

import { constraintsOf, constraintTest } from "./constraint.ts";
import type { MapShape, Shape, StructureShape } from "./shapes.ts";

/** Whether a value, which is neither undefined nor null, satisfies all constraints within it. */
export type Check = (value: unknown) => boolean;

const cache = new WeakMap<Shape, Check | undefined>();
const constrained = new WeakMap<Shape, boolean>();

/** The check of a shape, or undefined where nothing in it is constrained. */
export function checkOf(shape: Shape): Check | undefined {
  if (cache.has(shape)) return cache.get(shape);
  if (!isConstrained(shape)) {
    cache.set(shape, undefined);
    return undefined;
  }
  // A shape may contain itself: whoever meets it while it is compiled calls it through this.
  let compiled: Check | undefined;
  cache.set(shape, (value) => (compiled as Check)(value));
  compiled = compileShape(shape);
  cache.set(shape, compiled);
  return compiled;
}

function compileShape(shape: Shape): Check {
  switch (shape.kind) {
    case "structure":
      return structureCheck(shape);
    case "list": {
      const own = constraintTest(shape);
      const inner = checkOf(shape.member.shape);
      if (inner === undefined) return own ?? always;
      return (value) => {
        if (own !== undefined && !own(value)) return false;
        for (const each of value as readonly unknown[]) {
          if (each !== undefined && each !== null && !inner(each)) return false;
        }
        return true;
      };
    }
    case "map":
      return mapCheck(shape);
    default:
      return constraintTest(shape) ?? always;
  }
}

const always: Check = () => true;

function structureCheck(shape: StructureShape): Check {
  const names: string[] = [];
  const required: boolean[] = [];
  const checks: Check[] = [];
  for (const member of shape.members.values()) {
    const check = checkOf(member.shape);
    if (check === undefined && !member.required) continue;
    names.push(member.name);
    required.push(member.required);
    checks.push(check ?? always);
  }
  const count = names.length;
  return (value) => {
    const members = value as Record<string, unknown>;
    for (let at = 0; at < count; at++) {
      const member = members[names[at] as string];
      if (member === undefined || member === null) {
        if (required[at]) return false;
      } else if (!(checks[at] as Check)(member)) {
        return false;
      }
    }
    return true;
  };
}

function mapCheck(shape: MapShape): Check {
  const own = constraintTest(shape);
  const keyCheck = checkOf(shape.key.shape);
  const valueCheck = checkOf(shape.value.shape);
  if (keyCheck === undefined && valueCheck === undefined) return own ?? always;
  return (value) => {
    if (own !== undefined && !own(value)) return false;
    const entries = value as Record<string, unknown>;
    for (const key in entries) {
      if (keyCheck !== undefined && !keyCheck(key)) return false;
      const each = entries[key];
      if (valueCheck !== undefined && each !== undefined && each !== null && !valueCheck(each)) return false;
    }
    return true;
  };
}

/** Whether a constraint can be reached from a shape. */
function isConstrained(shape: Shape): boolean {
  const known = constrained.get(shape);
  if (known !== undefined) return known;
  const seen = new Set<Shape>([shape]);
  let found = false;
  for (const each of seen) {
    if (constrained.get(each) === false) continue;
    if (constraintsOf(each).length > 0 || constrained.get(each)) found = true;
    if (each.kind === "structure") {
      for (const member of each.members.values()) {
        if (member.required) found = true;
        seen.add(member.shape);
      }
    } else if (each.kind === "list") {
      seen.add(each.member.shape);
    } else if (each.kind === "map") {
      seen.add(each.key.shape).add(each.value.shape);
    }
    if (found) break;
  }
  // All that was seen without finding any is free as well; what was found says nothing of the rest.
  if (found) constrained.set(shape, true);
  else for (const each of seen) constrained.set(each, false);
  return found;
}
