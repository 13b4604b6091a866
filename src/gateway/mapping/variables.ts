// What API Gateway lends its mapping templates, whatever kind of API they belong
// to: `$input`, `$util`, and maps such as `$context` and `$stageVariables`.
// (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html)

import { Lent, memberOf, textOf, type Value, type ValueMap } from "../../lang/vtl/value.ts";
import { type Body, pathIn } from "./body.ts";

export function memberVariable(name: string, members: ValueMap | Readonly<Record<string, string>>): Lent {
  const map = members as ValueMap;
  return new Lent(name, {
    property: (member) => (Object.hasOwn(map, member) ? map[member] : undefined),
    methods: { get: (member = null) => memberOf(map, textOf(member)) },
    text: () => textOf(map),
  });
}

/** `parameters` finds one by its name, or all of them. */
export function inputVariable(body: Body, parameters: (name: string | undefined) => Value): Lent {
  return new Lent("input", {
    property: (name) => (name === "body" ? body.text() : undefined),
    methods: {
      body: () => body.text(),
      json: (path = "$") => {
        const wanted = textOf(path);
        return wanted === "$" ? wholeJson(body) : JSON.stringify(pathIn(body, wanted) ?? "");
      },
      // Without a body there is nothing to look into, although `json` takes it for an empty object.
      path: (path = "$") => (body.text() === "" ? null : pathIn(body, textOf(path))),
      params: (name) => parameters(name === undefined ? undefined : textOf(name)),
    },
  });
}

/** The text itself without its blanks, so that numbers keep all their digits. */
function wholeJson(body: Body): string {
  const value = body.json();
  const text = body.text();
  if (text.trim() === "") return JSON.stringify(value);
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, "$1");
}

/** Of nothing there is nothing. */
const ofText =
  (method: (text: string) => Value) =>
  (value: Value = null): Value =>
    value === null ? null : method(textOf(value));

export const util = new Lent("util", {
  methods: {
    base64Decode: ofText((text) => Buffer.from(text, "base64").toString()),
    base64Encode: ofText((text) => Buffer.from(text).toString("base64")),
    escapeJavaScript: ofText(escapeJavaScript),
    parseJson: ofText((text) => {
      try {
        return JSON.parse(text) as Value;
      } catch {
        return null;
      }
    }),
    urlDecode: ofText((text) => {
      try {
        return decodeURIComponent(text.replaceAll("+", " "));
      } catch {
        return null;
      }
    }),
    urlEncode: ofText(urlEncode),
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
