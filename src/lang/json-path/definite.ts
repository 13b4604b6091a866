// The common paths, of names and indexes only, as closures without a loop over
// what was parsed.

import type { JsonValue } from "../../model/shapes.ts";
import type { Segment } from "./segment.ts";

/** Looks from a value; the root is what `$` means inside filters. */
export type Get = (value: JsonValue, root: JsonValue) => JsonValue | undefined;

export function getter(segments: readonly Segment[]): Get {
  const steps = segments.map(step);
  const [first, second, third] = steps;
  if (first === undefined) return (value) => value;
  if (second === undefined) return first;
  if (third === undefined) {
    return (value) => {
      const at = first(value);
      return at === undefined ? undefined : second(at);
    };
  }
  return (value) => {
    let at: JsonValue | undefined = value;
    for (const each of steps) {
      at = each(at);
      if (at === undefined) return undefined;
    }
    return at;
  };
}

type Step = (value: JsonValue) => JsonValue | undefined;

function step(segment: Segment): Step {
  if (segment.kind === "index") return (value) => elementAt(value, segment.indexes[0]!);
  const name = segment.kind === "name" ? segment.names[0]! : "";
  return (value) => member(value, name);
}

export function member(value: JsonValue, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}

/** Several members as one object, without those that are missing. */
export function members(value: JsonValue, names: readonly string[]): JsonValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const whole = value as Readonly<Record<string, JsonValue>>;
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(whole, name)).map((name) => [name, whole[name]!]),
  );
}

export function elementAt(value: JsonValue, index: number): JsonValue | undefined {
  return Array.isArray(value) ? (value as readonly JsonValue[]).at(index) : undefined;
}
