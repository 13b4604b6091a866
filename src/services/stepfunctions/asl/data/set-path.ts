// ResultPath: puts a value into the state's input at a reference path, and
// makes the objects on the way.

import { compileJsonPath } from "../../../../lang/json-path/compile.ts";
import type { Segment } from "../../../../lang/json-path/segment.ts";
import { type Json, StateError } from "./scope.ts";

/** Puts `value` there; `target` itself is not changed. */
export type SetPath = (target: Json, value: Json) => Json;

export function compileSetPath(referencePath: string): SetPath {
  const { segments } = compileJsonPath(referencePath);
  return (target, value) => put(target, segments, 0, value, referencePath, target);
}

/** As `compileSetPath`, once. */
export function setPath(target: Json, referencePath: string, value: Json): Json {
  return compileSetPath(referencePath)(target, value);
}

function put(
  at: Json | undefined,
  segments: readonly Segment[],
  position: number,
  value: Json,
  path: string,
  whole: Json,
): Json {
  const segment = segments[position];
  if (segment === undefined) return value;
  const fail = (): StateError =>
    new StateError(
      "States.ResultPathMatchFailure",
      `Unable to apply ReferencePath ${path} to input ${JSON.stringify(whole)}`,
    );
  if (segment.kind === "index") {
    const index = segment.indexes[0]!;
    // An array is never made or made longer: only what is there can be replaced.
    if (!Array.isArray(at) || index >= at.length) throw fail();
    const items = at as readonly Json[];
    return items.with(index, put(items[index], segments, position + 1, value, path, whole));
  }
  if (segment.kind !== "name") throw fail();
  const name = segment.names[0]!;
  if (at !== undefined && (typeof at !== "object" || at === null || Array.isArray(at))) throw fail();
  const object = (at ?? {}) as Readonly<Record<string, Json>>;
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  return { ...object, [name]: put(inner, segments, position + 1, value, path, whole) };
}
