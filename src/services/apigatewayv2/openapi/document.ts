// OpenAPI documents as text: JSON or YAML, read and written.

import { badRequest } from "../model.ts";

export type Fields = Readonly<Record<string, unknown>>;

const largestDocument = 6_291_456;

export async function readDocument(text: string): Promise<Fields> {
  if (text.length > largestDocument) throw badRequest("Invalid OpenAPI input. The document is too large.");
  const document = await parsed(text);
  if (!isFields(document)) throw badRequest("Invalid OpenAPI input.");
  if (!/^3\.\d+\.\d+$/.test(String(document.openapi))) {
    throw badRequest("Invalid OpenAPI input. Only OpenAPI 3.0 definitions are supported for HTTP APIs.");
  }
  return document;
}

async function parsed(text: string): Promise<unknown> {
  try {
    if (text.trimStart().startsWith("{")) return JSON.parse(text);
    const { parse } = await import("yaml");
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw badRequest(`Invalid OpenAPI input. ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function writeDocument(document: object, format: "JSON" | "YAML"): Promise<Uint8Array> {
  if (format === "JSON") return Buffer.from(JSON.stringify(document, undefined, 2));
  const { stringify } = await import("yaml");
  return Buffer.from(stringify(document, { aliasDuplicateObjects: false }));
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

/** What `#/components/...` leads to within the document. */
export function resolved(document: Fields, value: unknown): Fields {
  const { $ref: reference, ...own } = fields(value);
  if (typeof reference !== "string" || !reference.startsWith("#/")) return fields(value);
  let at: unknown = document;
  for (const step of reference.slice(2).split("/")) {
    at = fields(at)[step.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  if (!isFields(at)) throw badRequest(`Invalid OpenAPI input. ${reference} does not exist.`);
  return { ...at, ...own };
}
