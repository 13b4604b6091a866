// Parameter mappings: `integration.request.header.x: method.request.querystring.y`
// and their kin, compiled to what finds the value.
// (docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html)

import { type Body, BodyError, pathIn } from "../../../../gateway/mapping/body.ts";
import { VtlError } from "../../../../lang/vtl/error.ts";
import { textOf, type Value } from "../../../../lang/vtl/value.ts";
import type { Exchange } from "../exchange.ts";
import { headerOf, queryOf } from "../request/request.ts";

/** What an integration answered, as far as mappings see it. */
export interface MappedResponse {
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Body;
}

export type Source = (
  exchange: Exchange,
  body: Body,
  response: MappedResponse | undefined,
) => string | readonly string[] | undefined;

export interface Mapping {
  readonly source: Source;
}

export interface RequestTarget {
  readonly location: "path" | "querystring" | "header";
  readonly name: string;
}

export function requestMappings(
  parameters: Readonly<Record<string, string>> | undefined,
): readonly (Mapping & { readonly target: RequestTarget })[] {
  return Object.entries(parameters ?? {}).flatMap(([key, text]) => {
    const target = /^integration\.request\.(path|querystring|header)\.(.+)$/.exec(key);
    if (target === null) return [];
    const location = target[1] as RequestTarget["location"];
    return [{ target: { location, name: target[2]! }, source: sourceOf(text) }];
  });
}

export function responseMappings(
  parameters: Readonly<Record<string, string>> | undefined,
): readonly (Mapping & { readonly name: string })[] {
  return Object.entries(parameters ?? {}).flatMap(([key, text]) => {
    const name = /^(?:method\.response|gatewayresponse)\.header\.(.+)$/.exec(key)?.[1];
    return name === undefined ? [] : [{ name, source: sourceOf(text) }];
  });
}

const methodRequest =
  /^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.(.+)$/;
const integrationHeader = /^integration\.response\.(header|multivalueheader)\.(.+)$/;
const bodyOf = /^(?:method\.request|integration\.response)\.body(?:\.?(.+))?$/;

export function sourceOf(text: string): Source {
  if (text.startsWith("'")) {
    const fixed = text.slice(1, text.endsWith("'") ? -1 : undefined);
    return () => fixed;
  }
  const request = methodRequest.exec(text);
  if (request !== null) return requestSource(request[1]!, request[2]!);
  const header = integrationHeader.exec(text);
  if (header !== null) {
    const name = header[2]!.toLowerCase();
    const many = header[1] === "multivalueheader";
    return (_exchange, _body, response) => {
      const values = response?.headers[name];
      return many ? values : values?.at(-1);
    };
  }
  if (text.startsWith("context.")) return contextSource(text.slice("context.".length).split("."));
  if (text.startsWith("stageVariables.")) {
    const name = text.slice("stageVariables.".length);
    return ({ stage }) => stage.variables[name];
  }
  const body = bodyOf.exec(text);
  if (body === null) return () => undefined;
  const path = body[1];
  return (_exchange, whole, response) => {
    const from = text.startsWith("integration") ? response?.body : whole;
    if (from === undefined) return undefined;
    return path === undefined ? from.text() : foundIn(from, jsonPath(path));
  };
}

/** `JSONPath` may be written with its dollar or without. */
function jsonPath(text: string): string {
  if (text.startsWith("$")) return text;
  return text.startsWith("[") ? `$${text}` : `$.${text}`;
}

/** Of what is no JSON, or by what is no path, nothing is found. */
function foundIn(body: Body, path: string): string | undefined {
  try {
    return found(pathIn(body, path));
  } catch (error) {
    if (error instanceof BodyError || error instanceof VtlError) return undefined;
    throw error;
  }
}

function found(value: Value): string | undefined {
  if (value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : textOf(value);
}

function requestSource(location: string, name: string): Source {
  switch (location) {
    case "path":
      return ({ route }) => route?.pathParameters[name];
    case "querystring":
      return ({ request }) => queryOf(request, name);
    case "multivaluequerystring":
      return ({ request }) => request.query.get(name);
    case "multivalueheader":
      return ({ request }) => request.headers.get(name.toLowerCase())?.values;
    default:
      return ({ request }) => headerOf(request, name);
  }
}

function contextSource(names: readonly string[]): Source {
  return ({ context }) => {
    let value: Value = context;
    for (const name of names) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as { readonly [name: string]: Value })[name] ?? null;
    }
    return found(value);
  };
}
