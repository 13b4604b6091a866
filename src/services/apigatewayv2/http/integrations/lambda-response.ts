// From what a function returned to the response of an HTTP API; undefined where
// the function did not keep to the format.

import type { Answer } from "../answer.ts";

type Headers = Record<string, string | readonly string[]>;
type Fields = Readonly<Record<string, unknown>>;

const defaultType = "text/plain; charset=utf-8";

/** What belongs to the connection is the server's to set. */
const hopByHop = new Set(["connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"]);

/** With a `statusCode` the value describes the response; without one it is the body of a 200, as JSON. */
export function answerOfFormat2(payload: Uint8Array): Answer | undefined {
  const value = parsed(payload);
  if (value === undefined) return undefined;
  if (!isFields(value) || value.statusCode === undefined) {
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: typeof value === "string" ? value : asText(payload),
    };
  }
  const headers = headersOf(value.headers);
  if (headers === undefined) return undefined;
  const { cookies } = value;
  if (Array.isArray(cookies) && cookies.length > 0) {
    headers["set-cookie"] = cookies.map(String);
    if (!cookies.every((each) => fieldValue.test(String(each)))) return undefined;
  }
  return answerOf(value, headers);
}

export function answerOfFormat1(payload: Uint8Array): Answer | undefined {
  const value = parsed(payload);
  if (!isFields(value) || value.statusCode === undefined) return undefined;
  const headers = headersOf(value.headers);
  const several = headersOf(value.multiValueHeaders);
  if (headers === undefined || several === undefined) return undefined;
  return answerOf(value, { ...headers, ...several });
}

function answerOf({ statusCode, body, isBase64Encoded }: Fields, headers: Headers): Answer | undefined {
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== "string") return undefined;
  headers["content-type"] ??= defaultType;
  const text = body ?? "";
  return { status, headers, body: isBase64Encoded === true ? Buffer.from(text, "base64") : text };
}

function headersOf(value: unknown): Headers | undefined {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) return undefined;
  const headers: Headers = {};
  for (const [given, content] of Object.entries(value)) {
    const name = given.toLowerCase();
    if (hopByHop.has(name) || content === undefined || content === null) continue;
    const values = Array.isArray(content) ? content.map(String) : String(content);
    if (!fieldName.test(name) || ![values].flat().every((each) => fieldValue.test(each))) return undefined;
    headers[name] = values;
  }
  return headers;
}

/** What HTTP can carry: another could end its line and begin one of its own. */
const fieldName = /^[\w!#$%&'*+.^`|~-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(asText(payload));
  } catch {
    return undefined;
  }
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
