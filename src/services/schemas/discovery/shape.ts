// The shape of JSON values, learned from examples: what every example has is
// required, what differs becomes anything.

export type Shape =
  | {
      readonly kind: "object";
      readonly properties: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
    }
  | { readonly kind: "array"; readonly items: Shape }
  | { readonly kind: "string" | "date-time" | "number" | "boolean" | "any" };

const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Objects deeper than this are left unlooked at. */
const deepest = 30;

export function shapeOf(value: unknown, depth = 0): Shape {
  if (typeof value === "string") return { kind: isoTime.test(value) ? "date-time" : "string" };
  if (typeof value === "number") return { kind: "number" };
  if (typeof value === "boolean") return { kind: "boolean" };
  if (typeof value !== "object" || value === null || depth >= deepest) return { kind: "any" };
  if (Array.isArray(value)) {
    const items = value.map((each) => shapeOf(each, depth + 1));
    return { kind: "array", items: items.length === 0 ? { kind: "any" } : items.reduce(merge) };
  }
  const properties = Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, shapeOf(inner, depth + 1)]),
  );
  return { kind: "object", properties, required: Object.keys(properties) };
}

/** Fits whatever fits either. */
export function merge(left: Shape, right: Shape): Shape {
  if (left.kind === "object" && right.kind === "object") {
    const names = [...new Set([...Object.keys(left.properties), ...Object.keys(right.properties)])].sort();
    const properties = Object.fromEntries(
      names.map((name) => {
        const [a, b] = [left.properties[name], right.properties[name]];
        return [name, a === undefined ? b! : b === undefined ? a : merge(a, b)];
      }),
    );
    return {
      kind: "object",
      properties,
      required: left.required.filter((name) => right.required.includes(name)),
    };
  }
  if (left.kind === "array" && right.kind === "array") {
    // An empty list tells nothing of its items.
    const items =
      left.items.kind === "any"
        ? right.items
        : right.items.kind === "any"
          ? left.items
          : merge(left.items, right.items);
    return { kind: "array", items };
  }
  if (left.kind === right.kind) return left;
  const kinds = [left.kind, right.kind];
  if (kinds.every((kind) => kind === "string" || kind === "date-time")) return { kind: "string" };
  return { kind: "any" };
}
