// The property schemas of resource types, compiled from AWS's published
// specification: one small file per service, read at the first use of one of
// its types.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { modelsDirectory } from "./directory.ts";

/**
 * A property's type, compactly: `s` text, `i` integer, `n` number, `b` boolean, `j` any JSON, `t` a tag,
 * `d` a date; a list `[type]`, a map `{ m: type }`, a definition `{ r: "Name" }`, alternatives `{ u: [...] }`.
 */
export type SchemaType =
  | "s"
  | "i"
  | "n"
  | "b"
  | "j"
  | "t"
  | "d"
  | readonly [SchemaType]
  | { readonly m: SchemaType }
  | { readonly r: string }
  | { readonly u: readonly SchemaType[] };

/** Flags: `!` required, `R` a change replaces the resource, `C` it may. */
export type SchemaProperty = readonly [type: SchemaType, flags?: string];

export type SchemaProperties = Readonly<Record<string, SchemaProperty>>;

export interface ResourceSchema {
  readonly properties: SchemaProperties;
  readonly definitions: Readonly<Record<string, SchemaProperties>>;
  /** What `Fn::GetAtt` may name. */
  readonly attributes: readonly string[];
  /** The property paths that make up the Cloud Control identifier: `QueueUrl`. */
  readonly identifier: readonly string[];
  /** The property that holds tags, and how: a list, a list with `PropagateAtLaunch`, a map. */
  readonly tags?: readonly [property: string, variant: "standard" | "asg" | "map"];
  /** Further paths of properties whose change replaces the resource. */
  readonly replacing?: readonly (readonly string[])[];
}

// Schemas are constants of the build, so a cache of them is not state.
const loaded = new Map<string, Readonly<Record<string, ResourceSchema>>>();

/** The schema of a type that a service defines; undefined where AWS publishes none. */
export function loadResourceSchema(service: string, type: string): ResourceSchema | undefined {
  let schemas = loaded.get(service);
  if (schemas === undefined) {
    const path = join(modelsDirectory(), "resource-types", `${service}.json`);
    schemas = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, ResourceSchema>>;
    loaded.set(service, schemas);
  }
  return schemas[type];
}
