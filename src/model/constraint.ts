// What a single value must satisfy by itself, apart from what it contains: the
// test, and AWS's words for it.

import { withFurther } from "./further-values.ts";
import { patternTest } from "./pattern.ts";
import type { Shape } from "./shapes.ts";

export interface Constraint {
  readonly holds: (value: unknown) => boolean;
  /** `Member must have length greater than or equal to 1` */
  readonly text: string;
}

const none: readonly Constraint[] = [];
const cache = new WeakMap<Shape, readonly Constraint[]>();

/** The constraints of a shape in the order in which AWS lists them within brackets. */
export function constraintsOf(shape: Shape): readonly Constraint[] {
  let constraints = cache.get(shape);
  if (constraints === undefined) {
    constraints = find(shape);
    cache.set(shape, constraints);
  }
  return constraints;
}

/** One test for all constraints of a shape; undefined where it has none. */
export function constraintTest(shape: Shape): ((value: unknown) => boolean) | undefined {
  const [first, second, ...rest] = constraintsOf(shape).map((each) => each.holds);
  if (first === undefined) return undefined;
  if (second === undefined) return first;
  if (rest.length === 0) return (value) => first(value) && second(value);
  return (value) => first(value) && second(value) && rest.every((holds) => holds(value));
}

function find(shape: Shape): readonly Constraint[] {
  switch (shape.kind) {
    case "string":
      return [...characterCounts(shape), ...patterns(shape.pattern), ...enums(shape.enum)];
    case "list":
      return lengths(shape, (value) => (value as readonly unknown[]).length);
    case "map":
      return lengths(shape, (value) => Object.keys(value as object).length);
    case "blob":
      // The length of a stream is not known before it has been read.
      return shape.streaming ? none : lengths(shape, (value) => (value as Uint8Array).byteLength);
    case "integer":
    case "long":
    case "float":
    case "double":
      return ranges(shape);
    default:
      return none;
  }
}

type Bounds = { readonly min?: number; readonly max?: number };

function lengths({ min, max }: Bounds, lengthOf: (value: unknown) => number): Constraint[] {
  const found: Constraint[] = [];
  if (max !== undefined) found.push({ holds: (value) => lengthOf(value) <= max, text: tooLong(max) });
  if (min !== undefined) found.push({ holds: (value) => lengthOf(value) >= min, text: tooShort(min) });
  return found;
}

/**
 * A character outside the basic plane counts once but takes two places in a
 * string, so counting is needed only where the places alone do not decide.
 */
function characterCounts({ min, max }: Bounds): Constraint[] {
  const found: Constraint[] = [];
  if (max !== undefined) {
    found.push({
      holds: (value) => (value as string).length <= max || characters(value as string) <= max,
      text: tooLong(max),
    });
  }
  if (min !== undefined) {
    found.push({
      holds: (value) => {
        const { length } = value as string;
        return length >= 2 * min || (length >= min && characters(value as string) >= min);
      },
      text: tooShort(min),
    });
  }
  return found;
}

function characters(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    const pair = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
    if (pair) count--;
  }
  return count;
}

const tooLong = (max: number) => `Member must have length less than or equal to ${max}`;
const tooShort = (min: number) => `Member must have length greater than or equal to ${min}`;

function ranges(shape: Bounds & { readonly kind: string }): Constraint[] {
  const fraction = shape.kind === "float" || shape.kind === "double";
  const print = (bound: number) => (fraction && Number.isInteger(bound) ? `${bound}.0` : `${bound}`);
  const { min, max } = shape;
  const found: Constraint[] = [];
  if (max !== undefined) {
    found.push({
      holds: (value) => !((value as number) > max),
      text: `Member must have value less than or equal to ${print(max)}`,
    });
  }
  if (min !== undefined) {
    found.push({
      holds: (value) => !((value as number) < min),
      text: `Member must have value greater than or equal to ${print(min)}`,
    });
  }
  return found;
}

function patterns(pattern: string | undefined): readonly Constraint[] {
  if (pattern === undefined) return none;
  const test = patternTest(pattern);
  if (test === undefined) return none;
  const text = `Member must satisfy regular expression pattern: ${pattern}`;
  return [{ holds: (value) => test(value as string), text }];
}

function enums(values: readonly string[] | undefined): readonly Constraint[] {
  if (values === undefined) return none;
  const known = new Set<unknown>(withFurther(values));
  return [
    {
      holds: (value) => known.has(value),
      text: `Member must satisfy enum value set: [${values.join(", ")}]`,
    },
  ];
}
