// An OpenAPI document, of version 2 or 3, as it was sent: JSON or YAML, with
// its own references followed.

import { isShallow } from "../apis/model-schema.ts";
import { badRequest } from "../model.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Document {
  readonly version: 2 | 3;
  readonly root: Json;
}

const deepestReference = 20;

export async function readDocument(body: Uint8Array): Promise<Document> {
  const source = Buffer.from(body).toString("utf8").trim();
  const root = object(source.startsWith("{") ? parseJson(source) : await parseYaml(source));
  if (!isShallow(root)) throw badRequest("Invalid OpenAPI input.");
  if (root.swagger === "2.0" || root.swagger === 2) return { version: 2, root };
  if (typeof root.openapi === "string" && root.openapi.startsWith("3.")) return { version: 3, root };
  throw badRequest("Invalid OpenAPI input.");
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw badRequest("Invalid OpenAPI input.");
  }
}

async function parseYaml(source: string): Promise<unknown> {
  const { parse } = await import("yaml");
  try {
    // Aliases are limited: a small text must not become a large document.
    return parse(source, { maxAliasCount: 1000 });
  } catch {
    throw badRequest("Invalid OpenAPI input.");
  }
}

/** What a local reference means; the value itself where it is none. */
export function followed({ root }: Document, value: unknown): Json {
  let found = object(value);
  for (let hops = 0; hops < deepestReference && typeof found.$ref === "string"; hops++) {
    if (!found.$ref.startsWith("#/")) return {};
    let at: unknown = root;
    for (const part of found.$ref.slice(2).split("/")) {
      at = object(at)[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")];
    }
    found = object(at);
  }
  return found;
}

export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

export function number(value: unknown): number | undefined {
  const found = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

export function boolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : value === "true" ? true : value === "false" ? false : undefined;
}

/** An object of texts. */
export function strings(value: unknown): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(object(value)).map(([name, each]) => [
    name,
    typeof each === "string" ? each : JSON.stringify(each),
  ]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Without what is undefined. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
