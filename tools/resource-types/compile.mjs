// Compiles the property schemas of those resource types that services define,
// from AWS's published specification: what a type takes, what it gives, and
// which changes replace a resource. One compact file per service.

import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";

const simple = {
  string: "s",
  integer: "i",
  number: "n",
  boolean: "b",
  json: "j",
  tag: "t",
  "date-time": "d",
  null: "j",
};

/** @param types by service: `{ sqs: ["AWS::SQS::Queue"] }`. @returns the text of each service's file. */
export function compileSchemas(types) {
  const db = loadAwsServiceSpecSync();
  const byType = new Map([...db.all("resource")].map((each) => [each.cloudFormationType, each]));
  const files = new Map();
  for (const [service, names] of Object.entries(types)) {
    const lines = [];
    for (const name of [...names].sort()) {
      const resource = byType.get(name);
      if (resource !== undefined) {
        lines.push(`${JSON.stringify(name)}: ${JSON.stringify(compileResource(db, resource))}`);
      }
    }
    if (names.length > 0) files.set(service, `{\n${lines.join(",\n")}\n}\n`);
  }
  return files;
}

function compileResource(db, resource) {
  const definitions = {};
  const named = new Map();
  const typeOf = (type) => {
    switch (type.type) {
      case "array":
        return [typeOf(type.element)];
      case "map":
        return { m: typeOf(type.element) };
      case "union":
        return { u: type.types.map(typeOf) };
      case "ref":
        return { r: definition(type.reference.$ref) };
      default:
        if (simple[type.type] === undefined) throw new Error(`No such property type: ${type.type}`);
        return simple[type.type];
    }
  };
  const definition = (reference) => {
    if (!named.has(reference)) {
      const found = db.get("typeDefinition", reference);
      let name = found.name;
      while (name in definitions) name += "_";
      named.set(reference, name);
      definitions[name] = {};
      definitions[name] = properties(found.properties);
    }
    return named.get(reference);
  };
  const properties = (given) =>
    Object.fromEntries(
      Object.entries(given)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, property]) => {
          // What a property once was is still accepted: a list of definitions that became a union with JSON.
          const types = [property.type, ...(property.previousTypes ?? [])].map(typeOf);
          const distinct = [...new Set(types.map((each) => JSON.stringify(each)))].map((text) =>
            JSON.parse(text),
          );
          const flat = distinct.flatMap((each) => each.u ?? [each]);
          const unique = [...new Set(flat.map((each) => JSON.stringify(each)))].map((text) =>
            JSON.parse(text),
          );
          const type = unique.length === 1 ? unique[0] : { u: unique };
          const replaces = { yes: "R", maybe: "C" }[property.causesReplacement] ?? "";
          const flags = `${property.required ? "!" : ""}${replaces}`;
          return [name, flags === "" ? [type] : [type, flags]];
        }),
    );
  const tags = resource.tagInformation;
  return {
    properties: properties(resource.properties),
    definitions,
    attributes: Object.keys(resource.attributes).sort(),
    identifier: resource.primaryIdentifier ?? [],
    ...(tags === undefined ? {} : { tags: [tags.tagPropertyName, tags.variant] }),
    ...(resource.additionalReplacementProperties === undefined
      ? {}
      : { replacing: resource.additionalReplacementProperties }),
  };
}
