// An answer on its way to the client: a status, headers that keep their names'
// case, and a body.

import type { ByteStream } from "../../../../model/shapes.ts";

export interface Answer {
  readonly status: number;
  /** By name, one value or several. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | string | ByteStream;
}

/** What a client may not be sent under its own name (docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html). */
const remapped = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "upgrade",
  "user-agent",
  "via",
  "warning",
  "www-authenticate",
  "x-amzn-requestid",
]);

/** The header's name as clients get to see it; undefined where they do not. */
export function clientHeader(name: string): string | undefined {
  const key = name.toLowerCase();
  if (key === "transfer-encoding" || key === "keep-alive") return undefined;
  if (!remapped.has(key)) return name;
  const capital = key.startsWith("x-")
    ? name
    : key.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
  return `x-amzn-Remapped-${capital}`;
}

/** One value, or the list. */
export function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? values[0]! : values;
}

export function headerNamed(
  headers: Readonly<Record<string, string | readonly string[]>>,
  name: string,
): string | undefined {
  for (const [each, value] of Object.entries(headers)) {
    if (each.toLowerCase() === name) return typeof value === "string" ? value : value.at(-1);
  }
  return undefined;
}

const plain = /^[\t\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a header.
const control = /[\0-\x08\x0a-\x1f\x7f]+/g;

/** A header's value as HTTP can carry it: on one line, and in the bytes of UTF-8. */
export function headerText(value: string): string {
  if (plain.test(value)) return value;
  return Buffer.from(value.replace(control, " ").trim()).toString("latin1");
}

/** Whether HTTP can carry a header of that name. */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
}
