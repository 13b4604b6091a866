// Brings the properties of a resource to the types that its schema says, as
// CloudFormation does ("30" where a number is wanted), and says in its words
// what cannot be.

import type { ResourceSchema, SchemaProperties, SchemaType } from "../../model/resource-schema.ts";

export interface Conformed {
  readonly properties: Readonly<Record<string, unknown>>;
  /** `#/DelaySeconds: expected type: Integer, found: String`. */
  readonly failures: readonly string[];
}

export function conform(schema: ResourceSchema, given: Readonly<Record<string, unknown>>): Conformed {
  const failures: string[] = [];
  const properties = object(given, schema.properties, schema, "#", failures);
  return { properties: properties as Conformed["properties"], failures };
}

function object(
  given: unknown,
  known: SchemaProperties,
  schema: ResourceSchema,
  path: string,
  failures: string[],
): unknown {
  if (!isObject(given)) return wrong("JSONObject", given, path, failures);
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const property = known[name];
    if (property === undefined) failures.push(`${path}: extraneous key [${name}] is not permitted`);
    else if (value !== undefined && value !== null) {
      result[name] = conformValue(value, property[0], schema, `${path}/${name}`, failures);
    }
  }
  for (const [name, [, flags]] of Object.entries(known)) {
    if (flags?.includes("!") === true && result[name] === undefined && !(name in given))
      failures.push(`${path}: required key [${name}] not found`);
  }
  return result;
}

function conformValue(
  value: unknown,
  type: SchemaType,
  schema: ResourceSchema,
  path: string,
  failures: string[],
): unknown {
  if (typeof type === "string") return scalar(value, type, path, failures);
  if (Array.isArray(type)) {
    // A single value where a list is wanted is a list of one.
    const items = Array.isArray(value) ? value : [value];
    if (!Array.isArray(value) && isObject(value)) return wrong("JSONArray", value, path, failures);
    return items.map((item, at) => conformValue(item, type[0], schema, `${path}/${at}`, failures));
  }
  if ("r" in type) return object(value, schema.definitions[type.r] ?? {}, schema, path, failures);
  if ("m" in type) {
    if (!isObject(value)) return wrong("JSONObject", value, path, failures);
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        conformValue(each, type.m, schema, `${path}/${name}`, failures),
      ]),
    );
  }
  return alternative(value, (type as { readonly u: readonly SchemaType[] }).u, schema, path, failures);
}

/** The first alternative that fits; where none does, what the first one misses. */
function alternative(
  value: unknown,
  types: readonly SchemaType[],
  schema: ResourceSchema,
  path: string,
  failures: string[],
): unknown {
  const precise = [...types].sort((a, b) => Number(a === "j") - Number(b === "j"));
  let first: readonly string[] | undefined;
  for (const type of precise) {
    const missed: string[] = [];
    const result = conformValue(value, type, schema, path, missed);
    if (missed.length === 0) return result;
    first ??= missed;
  }
  failures.push(...(first ?? []));
  return value;
}

const tagProperties: SchemaProperties = { Key: ["s", "!"], Value: ["s", "!"], PropagateAtLaunch: ["b"] };

function scalar(value: unknown, type: SchemaType & string, path: string, failures: string[]): unknown {
  switch (type) {
    case "j":
      return value;
    case "t":
      return object(value, tagProperties, noSchema, path, failures);
    case "b":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      return wrong("Boolean", value, path, failures);
    case "i":
    case "n": {
      const wanted = type === "i" ? "Integer" : "Number";
      if (typeof value !== "number" && (typeof value !== "string" || value.trim() === ""))
        return wrong(wanted, value, path, failures);
      const number = Number(value);
      if (Number.isNaN(number) || (type === "i" && !Number.isInteger(number)))
        return wrong(wanted, value, path, failures);
      return number;
    }
    default:
      if (typeof value === "string") return value;
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      return wrong("String", value, path, failures);
  }
}

const noSchema: ResourceSchema = { properties: {}, definitions: {}, attributes: [], identifier: [] };

function wrong(wanted: string, value: unknown, path: string, failures: string[]): unknown {
  failures.push(`${path}: expected type: ${wanted}, found: ${kindOf(value)}`);
  return value;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "JSONArray";
  if (typeof value === "object") return value === null ? "Null" : "JSONObject";
  if (typeof value === "number") return Number.isInteger(value) ? "Integer" : "Number";
  return typeof value === "boolean" ? "Boolean" : "String";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
