// A schema of either kind as JSON Schema draft 4.

import type { Type } from "../../../model/generated/schemas.d.ts";
import { badRequest } from "../model.ts";
import { componentsOf } from "./classes.ts";

export function toJsonSchema(content: string, type: Type): string {
  if (type === "JSONSchemaDraft4") return content;
  const { root, components } = componentsOf(content, type);
  if (root === undefined) throw badRequest("The schema has no components to export.");
  const { [root]: own, ...others } = components;
  const text = JSON.stringify({
    $schema: "http://json-schema.org/draft-04/schema#",
    title: root,
    definitions: others,
    ...own,
  });
  return text.replaceAll('"#/components/schemas/', '"#/definitions/');
}
