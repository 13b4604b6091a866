// An output with an event stream: the service's async iterable of events as a
// streaming response, one frame per event.

import { Fault } from "../../../core/fault.ts";
import type { HttpResponse } from "../../../core/http.ts";
import type { Member, StructureShape } from "../../../model/shapes.ts";
import { compiled } from "../compiled.ts";
import { messageMember } from "../errors.ts";
import { encodeFrame, type Headers, type HeaderValue } from "./frame.ts";
import type { PayloadForm } from "./payload.ts";

const empty = new Uint8Array(0);
export const eventStreamType = "application/vnd.amazon.eventstream";

/** The member that is an event stream, where the structure has one. */
export const streamMember = compiled((shape: StructureShape): Member | undefined => {
  for (const member of shape.members.values()) {
    if (member.shape.kind === "structure" && member.shape.eventStream) return member;
  }
  return undefined;
});

/** The response of an RPC protocol, whose other members travel in an `initial-response` event. */
export function encodeEventOutput(
  shape: StructureShape,
  output: object,
  requestId: string,
  form: PayloadForm,
): HttpResponse {
  const member = streamMember(shape) as Member;
  const { [member.name]: events, ...initial } = output as Record<string, unknown>;
  const headers = eventHeaders("initial-response", form.contentType);
  const first = encodeFrame(headers, form.encode(shape, initial));
  return {
    status: 200,
    headers: { "content-type": eventStreamType, "x-amzn-requestid": requestId },
    body: frames(member.shape as StructureShape, events as AsyncIterable<object>, form, first),
  };
}

/** The frames of a stream; a modelled fault thrown by the iterable is its last, an exception event. */
export async function* frames(
  union: StructureShape,
  events: AsyncIterable<object> | undefined,
  form: PayloadForm,
  first?: Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (first !== undefined) yield first;
  if (events === undefined) return;
  try {
    for await (const event of events) yield encodeEvent(union, event, form);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    yield encodeException(union, error, form);
  }
}

function eventHeaders(type: string, contentType: string | undefined): Record<string, HeaderValue> {
  return {
    ":message-type": "event",
    ":event-type": type,
    ...(contentType === undefined ? {} : { ":content-type": contentType }),
  };
}

function encodeEvent(union: StructureShape, event: object, form: PayloadForm): Uint8Array {
  for (const [name, value] of Object.entries(event)) {
    const member = union.members.get(name);
    if (member === undefined || value === undefined || member.shape.kind !== "structure") continue;
    return encodeEventMember(member.wireName, member.shape, value as Record<string, unknown>, form);
  }
  throw new Error(`An event of ${union.name} has none of its members.`);
}

function encodeEventMember(
  type: string,
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  form: PayloadForm,
): Uint8Array {
  const bound: Record<string, HeaderValue> = {};
  const rest: Record<string, unknown> = {};
  let payload: Member | undefined;
  for (const member of shape.members.values()) {
    const content = value[member.name];
    if (member.eventPayload === true) payload = member;
    else if (content === undefined || content === null) continue;
    else if (member.eventHeader === true) bound[member.wireName] = headerValue(member, content);
    else rest[member.name] = content;
  }
  const hasBody = payload !== undefined || [...shape.members.values()].some((each) => !each.eventHeader);
  const [bytes, contentType]: [Uint8Array, string?] =
    payload !== undefined
      ? encodePayload(payload, value[payload.name], form)
      : hasBody
        ? [form.encode(shape, rest), form.contentType]
        : [empty];
  const headers: Headers = { ...eventHeaders(type, contentType), ...bound };
  return encodeFrame(headers, bytes);
}

function encodePayload(member: Member, content: unknown, form: PayloadForm): [Uint8Array, string] {
  if (typeof content === "string") return [Buffer.from(content), "text/plain"];
  if (member.shape.kind === "structure") return [form.encode(member.shape, content ?? {}), form.contentType];
  return [content instanceof Uint8Array ? content : empty, "application/octet-stream"];
}

function headerValue(member: Member, content: unknown): HeaderValue {
  if (member.shape.kind === "timestamp") return new Date(content as number);
  if (member.shape.kind === "long") return BigInt(content as number);
  return content as HeaderValue;
}

function encodeException(union: StructureShape, error: Fault, form: PayloadForm): Uint8Array {
  for (const { wireName, shape } of union.members.values()) {
    if (shape.kind !== "structure" || (shape.name !== error.code && shape.error?.code !== error.code))
      continue;
    const headers: Headers = {
      ":message-type": "exception",
      ":exception-type": wireName,
      ":content-type": form.contentType,
    };
    const value = { [messageMember(shape)]: error.message, ...error.fields };
    return encodeFrame(headers, form.encode(shape, value));
  }
  const headers: Headers = {
    ":message-type": "error",
    ":error-code": error.code,
    ":error-message": error.message,
  };
  return encodeFrame(headers, empty);
}
