// Writes the ordinary answer: a whole body of moderate size under plain ASCII
// headers, as one piece, byte for byte what Node's ServerResponse would send.
// Any other answer is left to that.

import { STATUS_CODES } from "node:http";
import type { HttpResponse } from "../../core/http.ts";
import { type AnswerOptions, isStream, largeBody } from "../answer.ts";

export interface OrdinaryAnswer {
  readonly data: string | Uint8Array;
  /** Of a text; one that is ASCII throughout is written without being measured again. */
  readonly encoding: "latin1" | "utf8";
}

/** Headers that decide over framing or connection; Node knows what they entail. */
const unusual: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Undefined where the answer is not ordinary. `closing` are the lines at the end of every head. */
export function ordinaryAnswer(
  response: HttpResponse,
  options: AnswerOptions,
  closing: string,
): OrdinaryAnswer | undefined {
  const { status, body } = response;
  if (options.head || isStream(body) || !hasBody(status)) return undefined;
  const length = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
  if (length > largeBody) return undefined;
  const head = headOf(response, options.headers, length, closing);
  if (head === undefined) return undefined;
  if (body === undefined) return { data: head, encoding: "latin1" };
  if (typeof body === "string") {
    return { data: head + body, encoding: length === body.length ? "latin1" : "utf8" };
  }
  const data = Buffer.allocUnsafe(head.length + length);
  data.write(head, 0, "latin1");
  data.set(body, head.length);
  return { data, encoding: "latin1" };
}

function headOf(
  response: HttpResponse,
  added: Readonly<Record<string, string>>,
  length: number,
  closing: string,
): string | undefined {
  let text = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}\r\n`;
  let measured = false;
  for (const name in response.headers) {
    const value = response.headers[name];
    if (name === "content-length") {
      // Without a body the length may be that of something else.
      if (length === 0 && value !== "0") return undefined;
      measured = true;
      text += `content-length: ${length}\r\n`;
    } else {
      if (typeof value !== "string" || !isPlain(value) || !isUsual(name)) return undefined;
      if (added[name] !== undefined) return undefined;
      text += `${name}: ${value}\r\n`;
    }
  }
  for (const name in added) {
    const value = added[name]!;
    if (!isPlain(value) || !isUsual(name)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  if (!measured) text += `content-length: ${length}\r\n`;
  return text + closing;
}

function hasBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304 && STATUS_CODES[status] !== undefined;
}

function isPlain(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 32 || code > 126) return false;
  }
  return true;
}

function isUsual(name: string): boolean {
  const before = known.get(name);
  if (before !== undefined) return before;
  const usual = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) && !unusual.has(name.toLowerCase());
  if (known.size < 500) known.set(name, usual);
  return usual;
}

/** Nearly all names are constants of the codecs; a cache of pure results, bounded. */
const known = new Map<string, boolean>();
