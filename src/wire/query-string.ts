// Reads query strings as they travel. Routing and signatures look at one or two
// parameters of a request, so nothing is parsed that nobody asks for.

import { Fault } from "../core/fault.ts";

/** Name and value as decoded; a parameter without `=` has an empty value. */
export type QueryParameter = readonly [name: string, value: string];

/** The value of the first parameter of that name, decoded, in a query string or form. */
export function queryParameter(query: string, name: string): string | undefined {
  for (let start = 0; start < query.length; ) {
    let end = query.indexOf("&", start);
    if (end < 0) end = query.length;
    if (query.startsWith(name, start)) {
      const after = start + name.length;
      if (after === end) return "";
      if (query.charCodeAt(after) === 61) return decodeComponent(query.slice(after + 1, end));
    }
    start = end + 1;
  }
  return undefined;
}

/** All parameters in their order. */
export function queryParameters(query: string): QueryParameter[] {
  const parameters: QueryParameter[] = [];
  for (const part of query.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    if (equals < 0) parameters.push([decodeComponent(part), ""]);
    else parameters.push([decodeComponent(part.slice(0, equals)), decodeComponent(part.slice(equals + 1))]);
  }
  return parameters;
}

/** Percent-decoding of a form or query component, where `+` is a space. */
export function decodeComponent(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** Percent-decoding of a path segment, where `+` is itself. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Fault("wire", "InvalidURI", "Couldn't parse the specified URI.", { status: 400 });
  }
}
