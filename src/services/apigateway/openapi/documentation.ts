// Documentation that a document carries in OpenAPI's own fields: descriptions
// and summaries become parts, and parts become descriptions again
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-documenting-api-quick-start-import-export.html).

import type {
  DocumentationPartLocation,
  DocumentationPartType,
} from "../../../model/generated/apigateway.d.ts";
import type { DocumentationVersionState } from "../apis/parts.ts";
import type { ApiDescription } from "./description.ts";
import { type Document, defined, followed, type Json, list, object, string } from "./document.ts";
import { schemesOf } from "./security.ts";

type Part = ApiDescription["documentationParts"][number];

const parameterTypes: Readonly<Record<string, DocumentationPartType>> = {
  path: "PATH_PARAMETER",
  query: "QUERY_PARAMETER",
  header: "REQUEST_HEADER",
  body: "REQUEST_BODY",
};

/** The part for a location, if any of those fields is there. */
function partOf(location: DocumentationPartLocation, given: Json, fields = ["description"]): readonly Part[] {
  const entries = fields.map((field) => [field, given[field]]).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? [] : [{ location, properties: JSON.stringify(Object.fromEntries(entries)) }];
}

/** What is said of the API, its models and authorizers. */
export function generalParts(document: Document): readonly Part[] {
  const { root, version } = document;
  const schemas = object(version === 2 ? root.definitions : object(root.components).schemas);
  const description = string(object(root.info).description);
  return [
    ...(description === undefined ? [] : partOf({ type: "API" }, { info: { description } }, ["info"])),
    ...Object.entries(schemas).flatMap(([name, schema]) => partOf({ type: "MODEL", name }, object(schema))),
    ...Object.entries(schemesOf(document)).flatMap(([name, scheme]) =>
      partOf({ type: "AUTHORIZER", name }, object(scheme)),
    ),
  ];
}

/** What is said of a method, its parameters and responses. */
export function methodParts(
  document: Document,
  path: string,
  method: string,
  operation: Json,
): readonly Part[] {
  const parameters = list(operation.parameters).map((each) => followed(document, each));
  return [
    ...partOf({ type: "METHOD", path, method }, operation, ["tags", "summary", "description"]),
    ...partOf({ type: "REQUEST_BODY", path, method }, followed(document, operation.requestBody)),
    ...parameters.flatMap((parameter) => {
      const type = parameterTypes[string(parameter.in) ?? ""];
      if (type === undefined) return [];
      const name = type === "REQUEST_BODY" ? undefined : string(parameter.name);
      return partOf(defined({ type, path, method, name }), parameter);
    }),
    ...Object.entries(object(operation.responses))
      .filter(([statusCode]) => /^[1-5]\d\d$/.test(statusCode))
      .flatMap(([statusCode, given]) => {
        const response = followed(document, given);
        return [
          ...partOf({ type: "RESPONSE", path, method, statusCode }, response),
          ...Object.entries(object(response.headers)).flatMap(([name, header]) =>
            partOf({ type: "RESPONSE_HEADER", path, method, statusCode, name }, object(header)),
          ),
        ];
      }),
  ];
}

/** One part for each location: a later one adds to an earlier one. */
export function mergedParts(parts: readonly Part[]): readonly Part[] {
  const byLocation = new Map<string, Part>();
  for (const part of parts) {
    const key = keyOf(part.location);
    const before = byLocation.get(key);
    byLocation.set(key, before === undefined ? part : { ...part, properties: merged(before, part) });
  }
  return [...byLocation.values()];
}

function merged(one: Part, other: Part): string {
  return JSON.stringify({ ...readObject(one.properties), ...readObject(other.properties) });
}

function readObject(text: string): Json {
  try {
    return object(JSON.parse(text));
  } catch {
    // What is no object is refused when the part is made.
    return {};
  }
}

function keyOf({ type, path, method, statusCode, name }: DocumentationPartLocation): string {
  return JSON.stringify([type, path ?? "", method ?? "", statusCode ?? "", name ?? ""]);
}

/** Looks up what a version says of a location. */
export function documented(
  version: DocumentationVersionState | undefined,
): (location: DocumentationPartLocation) => Json {
  const byLocation = new Map(
    version?.parts.map(({ location, properties }) => [keyOf(location), readObject(properties)]),
  );
  return (location) => byLocation.get(keyOf(location)) ?? {};
}
