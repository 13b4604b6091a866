// What a function answered to an event, as the client gets it.

import { mediaType } from "../../../../gateway/mapping/templates.ts";
import { type Answer, clientHeader, headerNamed } from "../answer/answer.ts";
import { internalError } from "../answer/refusal.ts";
import type { Exchange } from "../exchange.ts";
import { headerOf } from "../request/request.ts";
import { noteFailure } from "./outcome.ts";

interface ProxyResponse {
  readonly statusCode?: unknown;
  readonly headers?: unknown;
  readonly multiValueHeaders?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

const members = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);

export type AnswerHead = Omit<Answer, "body">;

const malformed = (exchange: Exchange, why: string): Error => {
  noteFailure(exchange, `Execution failed due to configuration error: ${why}`);
  return internalError("DEFAULT_5XX", 502);
};

/** Throws a refusal where the value is no proxy response. */
export function proxyAnswer(exchange: Exchange, payload: Uint8Array): Answer {
  const value = parsed(payload);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed(exchange, "Malformed Lambda proxy response");
  }
  // Whoever returns something else has not written for this kind of integration.
  if (Object.keys(value).some((name) => !members.has(name))) {
    throw malformed(exchange, "Malformed Lambda proxy response");
  }
  const response: ProxyResponse = value;
  const head = answerHead(exchange, response);
  const { body, isBase64Encoded } = response;
  if (body === undefined || body === null) return { ...head, body: "" };
  if (typeof body !== "string") throw malformed(exchange, "Malformed Lambda proxy response");
  if (isBase64Encoded !== true && isBase64Encoded !== "true") return { ...head, body };
  return { ...head, body: decodes(exchange, head) ? Buffer.from(body, "base64") : body };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString());
  } catch {
    return undefined;
  }
}

/** The first type that the client accepts decides, and the answer's own where it accepts anything. */
function decodes({ api, request }: Exchange, { headers }: AnswerHead): boolean {
  const [first = ""] = (headerOf(request, "accept") ?? "").split(",");
  if (api.isBinary(mediaType(first))) return true;
  const accepted = mediaType(first);
  return (
    (accepted === "" || accepted === "*/*") &&
    api.isBinary(mediaType(headerNamed(headers, "content-type") ?? ""))
  );
}

export function answerHead(exchange: Exchange, response: ProxyResponse): AnswerHead {
  const status = response.statusCode === undefined ? 200 : Number(response.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) {
    throw malformed(exchange, "Malformed Lambda proxy response");
  }
  const collected = new Map<string, { readonly name: string; values: string[] }>();
  const add = (name: string, values: readonly unknown[]): void => {
    const shown = clientHeader(name);
    if (shown === undefined) return;
    if (values.some((value) => typeof value === "object" && value !== null)) {
      throw malformed(exchange, "Malformed Lambda proxy response");
    }
    const key = shown.toLowerCase();
    const known = collected.get(key) ?? { name: shown, values: [] };
    for (const value of values) {
      if (value !== null && value !== undefined && !known.values.includes(String(value)))
        known.values.push(String(value));
    }
    collected.set(key, known);
  };
  for (const [name, values] of entriesOf(exchange, response.multiValueHeaders)) {
    add(name, Array.isArray(values) ? values : [values]);
  }
  for (const [name, value] of entriesOf(exchange, response.headers)) add(name, [value]);
  const headers: Record<string, string | readonly string[]> = {};
  for (const { name, values } of collected.values()) {
    if (values.length > 0) headers[name] = values.length === 1 ? values[0]! : values;
  }
  if (!collected.has("content-type")) headers["Content-Type"] = "application/json";
  headers["X-Amzn-Trace-Id"] ??= exchange.trace;
  return { status, headers };
}

function entriesOf(exchange: Exchange, headers: unknown): readonly (readonly [string, unknown])[] {
  if (headers === undefined || headers === null) return [];
  if (typeof headers !== "object") throw malformed(exchange, "Malformed Lambda proxy response");
  return Object.entries(headers);
}
