// What API Gateway lends its mapping templates: `$input`, `$context`, `$util`
// and `$stageVariables`.
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html)

import {
  emptyMap,
  isMap,
  Lent,
  memberOf,
  putMember,
  textOf,
  type Value,
  type ValueMap,
} from "../../../../lang/vtl/value.ts";
import type { Exchange } from "../exchange.ts";
import { headerOf, queryOf } from "../request/request.ts";
import { type Body, pathIn } from "./body.ts";

export function templateVariables(exchange: Exchange, body: Body): Readonly<Record<string, Value>> {
  return {
    input: inputVariable(exchange, body),
    context: memberVariable("context", exchange.context),
    stageVariables: memberVariable("stageVariables", exchange.stage.variables),
    util,
  };
}

/** What is missing in it prints as nothing. */
function memberVariable(name: string, members: ValueMap | Readonly<Record<string, string>>): Lent {
  const map = members as ValueMap;
  return new Lent(name, {
    printsNothing: true,
    property: (member) => (Object.hasOwn(map, member) ? map[member] : undefined),
    methods: { get: (member = null) => memberOf(map, textOf(member)) },
    text: () => textOf(map),
  });
}

function inputVariable(exchange: Exchange, body: Body): Lent {
  return new Lent("input", {
    printsNothing: true,
    property: (name) => (name === "body" ? body.text() : undefined),
    methods: {
      body: () => body.text(),
      json: (path = "$") => JSON.stringify(pathIn(body, textOf(path)) ?? ""),
      path: (path = "$") => pathIn(body, textOf(path)),
      params: (name) => (name === undefined ? allParameters(exchange) : parameter(exchange, textOf(name))),
    },
  });
}

/** Looked for in the path, then in the query, then among the headers. */
function parameter({ request, route }: Exchange, name: string): string {
  return route?.pathParameters[name] ?? queryOf(request, name) ?? headerOf(request, name) ?? "";
}

function allParameters({ request, route }: Exchange): ValueMap {
  const [path, querystring, header] = [emptyMap(), emptyMap(), emptyMap()];
  for (const [name, value] of Object.entries(route?.pathParameters ?? {})) putMember(path, name, value);
  for (const [name, values] of request.query) putMember(querystring, name, values.at(-1)!);
  for (const { name, values } of request.headers.values()) putMember(header, name, values.at(-1)!);
  return { path, querystring, header };
}

const util = new Lent("util", {
  methods: {
    base64Decode: (text = "") => Buffer.from(textOf(text), "base64").toString(),
    base64Encode: (text = "") => Buffer.from(textOf(text)).toString("base64"),
    escapeJavaScript: (text = "") => escapeJavaScript(textOf(text)),
    parseJson: (text = "") => {
      try {
        return JSON.parse(textOf(text)) as Value;
      } catch {
        return null;
      }
    },
    urlDecode: (text = "") => {
      try {
        return decodeURIComponent(textOf(text).replaceAll("+", " "));
      } catch {
        return null;
      }
    },
    urlEncode: (text = "") => urlEncode(textOf(text)),
  },
});

/** As Java's URLEncoder: a blank is a plus. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

const escapes: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\n": "\\n",
  "\t": "\\t",
  "\f": "\\f",
  "\r": "\\r",
  "'": "\\'",
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
};

/** As Apache Commons' StringEscapeUtils, single quotes and slashes included. */
export function escapeJavaScript(text: string): string {
  return text.replace(
    /[\b\n\t\f\r'"\\/]|[^\x20-\x7e]/g,
    (letter) => escapes[letter] ?? `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}

/** What a template wrote into one of `$context`'s overrides. */
export function overrides(
  context: ValueMap,
  kind: "requestOverride" | "responseOverride",
  of: string,
): ValueMap {
  const override = context[kind];
  const member = override !== undefined && isMap(override) ? override[of] : undefined;
  return member !== undefined && isMap(member) ? member : noOverrides;
}

const noOverrides: ValueMap = {};
