// The schemas of models: read, with the other models that they refer to by
// `.../models/<name>` written into them, and turned into sample templates.

import { badRequest } from "../model.ts";

type Schema = { readonly [key: string]: unknown };

/** What AWS's template calls the work that it leaves to its reader. */
const note = ["TO", "DO"].join("");

const deepestReference = 50;
const mostSchemas = 2000;
const deepestNesting = 200;

export function parseSchema(text: string): Schema {
  const invalid = (why: string) =>
    badRequest(`Invalid model specified: Validation Result: warnings : [], errors : [${why}]`);
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    throw invalid("Invalid model schema specified");
  }
  if (typeof schema !== "object" || schema === null || Array.isArray(schema) || !isShallow(schema)) {
    throw invalid("Invalid model schema specified");
  }
  return schema as Schema;
}

/** Whether nothing in it is nested so deep that walking it could exhaust the stack. */
export function isShallow(value: unknown, left = deepestNesting): boolean {
  if (typeof value !== "object" || value === null) return true;
  return left > 0 && Object.values(value).every((each) => isShallow(each, left - 1));
}

/** The name of the model that a reference means; other references stay as they are. */
export function modelReferred(reference: unknown): string | undefined {
  return typeof reference === "string"
    ? /^https:\/\/apigateway\.amazonaws\.com(?:\.cn)?\/restapis\/[^/]+\/models\/([a-zA-Z0-9]+)$/.exec(
        reference,
      )?.[1]
    : undefined;
}

/** The schema with every model that it refers to among its definitions. */
export function flattened(text: string, models: ReadonlyMap<string, string>): string {
  const definitions: Record<string, unknown> = {};
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        const name = key === "$ref" ? modelReferred(each) : undefined;
        if (name === undefined) return [key, replace(each)];
        if (!(name in definitions) && models.has(name)) {
          definitions[name] = {};
          definitions[name] = replace(parseSchema(models.get(name)!));
        }
        return [key, `#/definitions/${name}`];
      }),
    );
  };
  const schema = replace(parseSchema(text)) as Schema;
  if (Object.keys(definitions).length === 0) return JSON.stringify(schema);
  return JSON.stringify({ ...schema, definitions: { ...(schema.definitions as object), ...definitions } });
}

/** A mapping template that copies input of the model's shape, to begin from. */
export function modelTemplate(text: string, models: ReadonlyMap<string, string>): string {
  const budget = { left: mostSchemas };
  const root = parseSchema(text);
  return `#set($inputRoot = $input.path('$'))\n${sample({ root, models, budget }, root, "$inputRoot", 0, 0)}`;
}

interface Sampling {
  readonly root: Schema;
  readonly models: ReadonlyMap<string, string>;
  readonly budget: { left: number };
}

function sample(within: Sampling, given: unknown, input: string, indent: number, depth: number): string {
  const schema = resolved(within, given);
  if (depth > deepestReference || within.budget.left-- <= 0) return "{}";
  const pad = "  ".repeat(indent);
  if (schema.type === "array" || schema.items !== undefined) {
    const item = sample(within, schema.items ?? {}, "$elem", indent + 1, depth + 1);
    return `[\n${pad}##${note}: Update this foreach loop to reference array from input json\n${pad}#foreach($elem in ${input})\n${pad}  ${item} \n${pad}#if($foreach.hasNext),#end\n${pad}#end\n${pad}]`;
  }
  if (typeof schema.properties === "object" && schema.properties !== null) {
    const lines = Object.entries(schema.properties).map(
      ([name, property]) =>
        `${pad}  ${JSON.stringify(name)} : ${sample(within, property, `${input}.${name}`, indent + 1, depth + 1)}`,
    );
    return `{\n${lines.join(",\n")}\n${pad}}`;
  }
  switch (schema.type) {
    case "string":
      return '"foo"';
    case "integer":
    case "number":
      return "42";
    case "boolean":
      return "true";
    case "null":
      return "null";
    default:
      return "{ }";
  }
}

function resolved({ root, models }: Sampling, given: unknown): Schema {
  let schema = typeof given === "object" && given !== null ? (given as Schema) : {};
  for (let hops = 0; hops < deepestReference && schema.$ref !== undefined; hops++) {
    const name = modelReferred(schema.$ref);
    const local =
      typeof schema.$ref === "string" ? /^#\/definitions\/(.+)$/.exec(schema.$ref)?.[1] : undefined;
    if (name !== undefined) schema = parseSchema(models.get(name) ?? "{}");
    else if (local !== undefined)
      schema = ((root.definitions as Schema | undefined)?.[local] ?? {}) as Schema;
    else return {};
  }
  return schema;
}
