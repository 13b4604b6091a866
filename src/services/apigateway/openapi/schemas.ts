// Schemas of a document as models: references among them become references
// among models, and a schema written in place becomes a model of its own.

import { createHash } from "node:crypto";
import { type Document, type Json, object, string } from "./document.ts";

export interface SchemaModel {
  readonly name: string;
  readonly description?: string;
  readonly contentType: string;
  /** References as `#model/<name>`, until the API's id is known. */
  readonly schema: string;
}

/** Where references point until the API has an id. */
const pending = "#model/";

export class Schemas {
  readonly models = new Map<string, SchemaModel>();
  readonly #named: ReadonlyMap<string, string>;

  constructor({ version, root }: Document) {
    const schemas = object(version === 2 ? root.definitions : object(root.components).schemas);
    this.#named = new Map(Object.keys(schemas).map((name) => [name, modelName(name)]));
    for (const [name, schema] of Object.entries(schemas)) this.#add(modelName(name), object(schema));
  }

  /** The model of a schema within the document; undefined where there is none. */
  modelOf(schema: unknown): string | undefined {
    const given = object(schema);
    if (Object.keys(given).length === 0) return undefined;
    const referred = this.#referred(given.$ref);
    if (referred !== undefined) return referred;
    const text = JSON.stringify(this.#rewritten(given));
    const name = `MODEL${createHash("sha256").update(text).digest("hex").slice(0, 6)}`;
    if (!this.models.has(name)) this.#add(name, given);
    return name;
  }

  #add(name: string, schema: Json): void {
    const description = string(schema.description);
    this.models.set(name, {
      name,
      contentType: "application/json",
      schema: JSON.stringify(this.#rewritten(schema), undefined, 2),
      ...(description === undefined ? {} : { description }),
    });
  }

  #referred(reference: unknown): string | undefined {
    if (typeof reference !== "string") return undefined;
    const [, name] = /^#\/(?:definitions|components\/schemas)\/(.+)$/.exec(reference) ?? [];
    return name === undefined ? undefined : this.#named.get(decodeURIComponent(name));
  }

  #rewritten(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#rewritten(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        const referred = key === "$ref" ? this.#referred(each) : undefined;
        return [key, referred === undefined ? this.#rewritten(each) : `${pending}${referred}`];
      }),
    );
  }
}

/** The schema with its references to the models of that API. */
export function schemaWithin(apiId: string, schema: string): string {
  return schema.replaceAll(`"${pending}`, `"https://apigateway.amazonaws.com/restapis/${apiId}/models/`);
}

function modelName(name: string): string {
  return name.replace(/[^a-zA-Z0-9]/g, "");
}
