// Where mapped values come from: `$request.header.name`, `$context.requestId`,
// texts with `${request.path.id}` in between, or a text alone
// (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html).

import { contextVariable } from "../context.ts";
import type { Exchange } from "../exchange.ts";

/** What an integration answered, for the mapping of responses. */
export interface ResponseSource {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: () => unknown;
}

/** Undefined where the source has no value. */
export function mappedValue(
  expression: string,
  exchange: Exchange,
  response?: ResponseSource,
): string | undefined {
  if (/^\$(request|response|context|stageVariables)\b/.test(expression)) {
    return valueAt(expression.slice(1), exchange, response);
  }
  if (!expression.includes("${")) return expression;
  return expression.replace(
    /\$\{((?:request|response|context|stageVariables)[^}]*)\}/g,
    (_all, path: string) => valueAt(path, exchange, response) ?? "",
  );
}

function valueAt(path: string, exchange: Exchange, response: ResponseSource | undefined): string | undefined {
  const { request, pathParameters, served } = exchange;
  const [, scope = "", rest = ""] = /^([a-zA-Z]+)\.?(.*)$/s.exec(path) ?? [];
  if (scope === "context") return asText(contextVariable(exchange, rest));
  if (scope === "stageVariables") return own(served.stage.StageVariables, rest);
  const [, part = "", name = ""] = /^(\w+)\.?(.*)$/s.exec(rest) ?? [];
  if (scope === "response") {
    if (part === "header") return own(response?.headers ?? {}, name.toLowerCase());
    return part === "body" ? asText(bodyAt(response?.body(), name)) : undefined;
  }
  switch (part) {
    case "header":
      return own(request.headers, name.toLowerCase());
    case "querystring": {
      const values = request.query.filter(([key]) => key === name).map(([, value]) => value);
      return values.length === 0 ? undefined : values.join(",");
    }
    case "path":
      return name === "" ? request.path : own(pathParameters, name);
    case "body":
      return name === "" ? request.body.toString() : asText(bodyAt(requestBody(exchange), name));
    default:
      return undefined;
  }
}

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function requestBody({ request }: Exchange): unknown {
  try {
    return JSON.parse(request.body.toString());
  } catch {
    return undefined;
  }
}

/** The plain steps of a JSON path: `name`, `a.b`, `items[0].id`. */
export function bodyAt(body: unknown, path: string): unknown {
  if (path === "") return body;
  let at = body;
  for (const step of path.split(/\.|\[|\]/).filter((each) => each !== "")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
