// What HTTP tasks and calls of APIs share: how a body is written and an answer
// becomes a state's JSON.

import type { WebResponse } from "../../../core/ports/web.ts";
import type { Json } from "../asl/data/scope.ts";

/** `a=1&b=2&b=3`, from an object whose values are texts, numbers or lists of them. */
export function queryOf(parameters: Json | undefined): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((parameters ?? {}) as Readonly<Record<string, Json>>)) {
    for (const each of Array.isArray(value) ? (value as readonly Json[]) : [value])
      query.append(name, textOf(each));
  }
  return query.toString();
}

export function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** One text for each header; a list becomes one line. */
export function headersOf(headers: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries((headers ?? {}) as Readonly<Record<string, Json>>).map(([name, value]) => [
      name.toLowerCase(),
      (Array.isArray(value) ? (value as readonly Json[]).map(textOf).join(", ") : textOf(value)) as string,
    ]),
  );
}

/** JSON where the answer says that it is, and it is; text otherwise. */
export function bodyOf(response: WebResponse): Json {
  const text = Buffer.from(response.body).toString();
  if (!/[/+]json\b/i.test(response.headers["content-type"] ?? "application/json")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** AWS gives each header as a list. */
export function headerLists(response: WebResponse): Record<string, Json> {
  return Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, [value]]));
}

export function joined(address: string, query: string): string {
  if (query === "") return address;
  return `${address}${address.includes("?") ? "&" : "?"}${query}`;
}
