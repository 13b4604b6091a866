// Selection expressions: how a message, or a response, picks one of several
// routes, models, templates or responses.
// (docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html)

/** What expressions look into; each answers undefined for what is not there. */
export interface Selectable {
  /** The body's parts by their names, where it is JSON. */
  readonly body?: ((path: readonly string[]) => unknown) | undefined;
  /** Any other variable: `context.routeKey`, `integration.response.statuscode`, `stageVariables.version`. */
  readonly variable?: ((name: string) => string | undefined) | undefined;
}

export type Selection = (from: Selectable) => string | undefined;

/** A variable alone, `$request.body.action`, or any within a text, `${request.body.service}-${request.body.action}`. */
const variables =
  /\\\$|\$\{([\w.[\]-]+)\}|\$((?:request|integration|context|stageVariables|route)\.[\w.[\]-]+)/g;

/** Undefined comes of an expression whose variables lead nowhere. */
export function compileSelection(expression: string): Selection {
  const pieces: (string | ((from: Selectable) => string | undefined))[] = [];
  let at = 0;
  for (const match of expression.matchAll(variables)) {
    pieces.push(expression.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[1] ?? match[2];
    // An escaped dollar is one.
    pieces.push(name === undefined ? "$" : variable(name));
  }
  pieces.push(expression.slice(at));
  return (from) => {
    let text = "";
    for (const piece of pieces) {
      const value = typeof piece === "string" ? piece : piece(from);
      if (value === undefined) return undefined;
      text += value;
    }
    return text;
  };
}

function variable(name: string): (from: Selectable) => string | undefined {
  if (!name.startsWith("request.body.")) return (from) => from.variable?.(name);
  const path = name
    .slice("request.body.".length)
    .split(/[.[\]]+/)
    .filter((part) => part !== "");
  return (from) => {
    const value = from.body?.(path);
    return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
  };
}

/** Looks into a JSON text, which is parsed when something looks. */
export function partsOf(text: string): (path: readonly string[]) => unknown {
  let parsed: { readonly value: unknown } | undefined;
  return (path) => {
    parsed ??= { value: parse(text) };
    let value = parsed.value;
    for (const name of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[name];
    }
    return value;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
