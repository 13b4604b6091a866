// Outputs for callers within the process: raw JSON, which the wire would copy
// unread, becomes the values that the model promises.

import { RawJson } from "../model/raw-json.ts";
import type { Shape } from "../model/shapes.ts";

/** The output itself where nothing in it is raw. */
export function plainOutput(shape: Shape | undefined, output: object): object {
  return shape === undefined ? output : (plain(shape, output) as object);
}

function plain(shape: Shape, value: unknown): unknown {
  if (value instanceof RawJson) return fromJson(shape, value.parse());
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return walked(shape, value, plain);
}

/** JSON as the wire has it, to values in memory: bytes are all that differs in a stored item. */
function fromJson(shape: Shape, value: unknown): unknown {
  if (shape.kind === "blob") return new Uint8Array(Buffer.from(String(value), "base64"));
  if (typeof value !== "object" || value === null) return value;
  return walked(shape, value, fromJson);
}

/** Copies only what changes. */
function walked(shape: Shape, value: object, visit: (shape: Shape, value: unknown) => unknown): object {
  if (Array.isArray(value)) {
    if (shape.kind !== "list") return value;
    const copy = value.map((each) => visit(shape.member.shape, each));
    return copy.some((each, at) => each !== value[at]) ? copy : value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const inner =
      shape.kind === "structure"
        ? shape.members.get(name)?.shape
        : shape.kind === "map"
          ? shape.value.shape
          : undefined;
    const visited = inner === undefined ? member : visit(inner, member);
    if (visited === member) continue;
    changed ??= { ...value };
    changed[name] = visited;
  }
  return changed ?? value;
}
