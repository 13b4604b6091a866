// The registry, as far as it is true here: the resource types that services
// define, which are AWS's own public ones.

import { fault } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  DescribeTypeInput,
  DescribeTypeOutput,
  ListTypesInput,
  ListTypesOutput,
} from "../../../model/generated/cloudformation.d.ts";
import type { ResourceSchema, SchemaType } from "../../../model/resource-schema.ts";
import { cloudformation, validationError } from "../model.ts";

const arnOf = (type: string, region: string): string =>
  `arn:aws:cloudformation:${region}::type/resource/${type.replaceAll("::", "-")}`;

export async function listTypes(input: ListTypesInput, ctx: Waiting): Promise<ListTypesOutput> {
  const others = input.Visibility !== "PUBLIC" || (input.Type !== undefined && input.Type !== "RESOURCE");
  // Nobody has registered a type of their own.
  if (others) return { TypeSummaries: [] };
  const prefix = input.Filters?.TypeNamePrefix ?? "";
  const names = ctx.resourceTypes.filter((name) => name.startsWith(prefix));
  const from = input.NextToken === undefined ? 0 : Number(input.NextToken);
  if (!Number.isInteger(from) || from < 0) throw validationError("NextToken is not valid");
  const size = input.MaxResults ?? 100;
  return {
    TypeSummaries: names.slice(from, from + size).map((TypeName) => ({
      Type: "RESOURCE" as const,
      TypeName,
      TypeArn: arnOf(TypeName, ctx.region),
      IsActivated: true,
    })),
    ...(from + size < names.length ? { NextToken: String(from + size) } : {}),
  };
}

export async function describeType(input: DescribeTypeInput, ctx: Waiting): Promise<DescribeTypeOutput> {
  const name = input.TypeName ?? input.Arn?.split("/").at(-1)?.replaceAll("-", "::");
  if (name === undefined) throw validationError("Either TypeName or Arn must be specified");
  const found = await ctx.resourceType(name);
  if (found === undefined || (input.Type !== undefined && input.Type !== "RESOURCE"))
    throw fault(cloudformation, "TypeNotFoundException", `The type '${name}' cannot be found.`);
  const { definition, schema } = found;
  return {
    Arn: arnOf(name, ctx.region),
    Type: "RESOURCE",
    TypeName: name,
    Schema: schema === undefined ? undefined : JSON.stringify(jsonSchema(name, schema)),
    ProvisioningType: definition.update === undefined ? "IMMUTABLE" : "FULLY_MUTABLE",
    DeprecatedStatus: "LIVE",
    Visibility: "PUBLIC",
    IsActivated: true,
  };
}

/** The schema as providers publish theirs. */
function jsonSchema(typeName: string, schema: ResourceSchema): object {
  const objectOf = (properties: ResourceSchema["properties"]) => ({
    type: "object",
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, [type]]) => [name, schemaOf(type)]),
    ),
    required: Object.entries(properties).flatMap(([name, [, flags]]) => (flags?.includes("!") ? [name] : [])),
    additionalProperties: false,
  });
  const paths = (names: readonly string[]) => names.map((name) => `/properties/${name.replaceAll(".", "/")}`);
  return {
    typeName,
    ...objectOf(schema.properties),
    definitions: {
      ...Object.fromEntries(Object.entries(schema.definitions).map(([name, each]) => [name, objectOf(each)])),
      Tag: { type: "object", properties: { Key: { type: "string" }, Value: { type: "string" } } },
    },
    primaryIdentifier: paths(schema.identifier),
    readOnlyProperties: paths(schema.attributes),
    createOnlyProperties: paths(
      Object.entries(schema.properties).flatMap(([name, [, flags]]) => (flags?.includes("R") ? [name] : [])),
    ),
  };
}

const simple: Readonly<Record<string, object>> = {
  s: { type: "string" },
  i: { type: "integer" },
  n: { type: "number" },
  b: { type: "boolean" },
  j: { type: "object" },
  d: { type: "string" },
  t: { $ref: "#/definitions/Tag" },
};

function schemaOf(type: SchemaType): object {
  if (typeof type === "string") return simple[type] ?? {};
  if (Array.isArray(type)) return { type: "array", items: schemaOf(type[0]) };
  if ("r" in type) return { $ref: `#/definitions/${type.r}` };
  if ("m" in type) return { type: "object", additionalProperties: schemaOf(type.m) };
  return { anyOf: (type as { readonly u: readonly SchemaType[] }).u.map(schemaOf) };
}
