// The two models that every API has from the start.

import type { ModelState } from "./parts.ts";

export const defaultModels: readonly Omit<ModelState, "apiId" | "id">[] = [
  {
    name: "Empty",
    description: "This is a default empty schema model",
    contentType: "application/json",
    schema: `{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "title" : "Empty Schema",
  "type" : "object"
}`,
  },
  {
    name: "Error",
    description: "This is a default error schema model",
    contentType: "application/json",
    schema: `{
  "$schema" : "http://json-schema.org/draft-04/schema#",
  "title" : "Error Schema",
  "type" : "object",
  "properties" : {
    "message" : { "type" : "string" }
  }
}`,
  },
];
