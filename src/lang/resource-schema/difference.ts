// What differs between two sets of properties, and whether the difference can be
// mended in place or needs another resource.

import type { ResourceSchema, SchemaProperties, SchemaType } from "../../model/resource-schema.ts";

/** In change sets' words. */
export type RequiresRecreation = "Never" | "Conditionally" | "Always";

export interface PropertyDifference {
  /** `["Code", "S3Key"]`. */
  readonly path: readonly string[];
  readonly requires: RequiresRecreation;
}

type Values = Readonly<Record<string, unknown>>;

/** Without a schema, every difference is mended in place. */
export function differences(
  schema: ResourceSchema | undefined,
  before: Values,
  after: Values,
): readonly PropertyDifference[] {
  const found: PropertyDifference[] = [];
  within(before, after, schema?.properties ?? {}, schema, [], found);
  const replacing = schema?.replacing ?? [];
  return found.map((each) =>
    replacing.some((path) => path.every((part, at) => part === "*" || each.path[at] === part))
      ? { ...each, requires: "Always" }
      : each,
  );
}

function within(
  before: Values,
  after: Values,
  known: SchemaProperties,
  schema: ResourceSchema | undefined,
  path: readonly string[],
  found: PropertyDifference[],
): void {
  for (const name of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const [old, fresh] = [before[name], after[name]];
    if (same(old, fresh)) continue;
    const [type, flags = ""] = known[name] ?? ["j"];
    const here = [...path, name];
    if (flags.includes("R")) found.push({ path: here, requires: "Always" });
    else if (flags.includes("C")) found.push({ path: here, requires: "Conditionally" });
    else {
      const definition = definitionOf(type, schema);
      if (definition !== undefined && isObject(old) && isObject(fresh))
        within(old, fresh, definition, schema, here, found);
      else found.push({ path: here, requires: "Never" });
    }
  }
}

function definitionOf(type: SchemaType, schema: ResourceSchema | undefined): SchemaProperties | undefined {
  if (typeof type === "string" || Array.isArray(type)) return undefined;
  if ("r" in type) return schema?.definitions[type.r];
  if ("u" in type) {
    for (const each of type.u) {
      const found = definitionOf(each, schema);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, at) => same(each, b[at]))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const name of names) if (!same(a[name], b[name])) return false;
  return true;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
