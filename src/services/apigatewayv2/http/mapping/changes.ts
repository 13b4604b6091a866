// Parameter mapping: how an integration changes the request on its way out and
// the response on its way back.

import type { Answer } from "../answer.ts";
import type { Exchange } from "../exchange.ts";
import { mappedValue, type ResponseSource } from "./sources.ts";

type Mapping = Readonly<Record<string, string>>;

export interface OutgoingRequest {
  readonly headers: Record<string, string>;
  query: (readonly [string, string])[];
  /** Set by `overwrite:path`. */
  path: string | undefined;
}

export function changeRequest(mapping: Mapping, exchange: Exchange, request: OutgoingRequest): void {
  for (const [key, expression] of Object.entries(mapping)) {
    const [, action, place, name = ""] = /^(\w+):(\w+)\.?(.*)$/.exec(key) ?? [];
    const value = mappedValue(expression, exchange);
    if (place === "path") request.path = value;
    else if (place === "header") changeHeader(request.headers, action, name.toLowerCase(), value);
    else if (place === "querystring") request.query = changedQuery(request.query, action, name, value);
  }
}

function changedQuery(
  query: OutgoingRequest["query"],
  action: string | undefined,
  name: string,
  value: string | undefined,
): OutgoingRequest["query"] {
  if (action !== "remove" && value === undefined) return query;
  const kept = action === "append" ? query : query.filter(([each]) => each !== name);
  return action === "remove" || value === undefined ? kept : [...kept, [name, value]];
}

function changeHeader(
  headers: Record<string, string | readonly string[]>,
  action: string | undefined,
  name: string,
  value: string | undefined,
): void {
  if (action === "remove") {
    delete headers[name];
    return;
  }
  if (value === undefined || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return;
  const before = headers[name];
  headers[name] = action === "append" && before !== undefined ? `${String(before)},${value}` : value;
}

/** The answer as the mapping for its status changes it. */
export function changedAnswer(
  parameters: Readonly<Record<string, Mapping>> | undefined,
  exchange: Exchange,
  answer: Answer,
): Answer {
  const mapping = parameters?.[String(answer.status)];
  if (mapping === undefined) return answer;
  const headers: Record<string, string | readonly string[]> = { ...answer.headers };
  const source: ResponseSource = {
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    body: () => parsed(answer.body),
  };
  let { status } = answer;
  for (const [key, expression] of Object.entries(mapping)) {
    const [, action, place, name = ""] = /^(\w+):(\w+)\.?(.*)$/.exec(key) ?? [];
    const value = mappedValue(expression, exchange, source);
    if (place === "header") changeHeader(headers, action, name.toLowerCase(), value);
    else if (place === "statuscode" && /^[1-5]\d\d$/.test(value ?? "")) status = Number(value);
  }
  return { ...answer, status, headers };
}

function parsed(body: Answer["body"]): unknown {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return undefined;
  try {
    return JSON.parse(typeof body === "string" ? body : Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}
