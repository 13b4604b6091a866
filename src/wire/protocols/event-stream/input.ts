// An input with an event stream: the request's frames as an async iterable of
// events, as they arrive.

import { Fault } from "../../../core/fault.ts";
import type { ByteStream, Member, StructureShape } from "../../../model/shapes.ts";
import { XmlError } from "../../xml/read.ts";
import { Unreadable } from "../unreadable.ts";
import { bufferOf } from "../values/base64.ts";
import { decodeFrame, type Frame, frameLength, type HeaderValue } from "./frame.ts";
import { streamMember } from "./output.ts";
import type { PayloadForm } from "./payload.ts";

/** `rpc` where the stream's first event may carry the other members (`initial-request`). */
export function decodeEventInput(
  shape: StructureShape,
  body: Uint8Array | ByteStream,
  form: PayloadForm,
  rpc: boolean,
): object {
  const member = streamMember(shape) as Member;
  const union = member.shape as StructureShape;
  if (rpc && body instanceof Uint8Array) {
    // Whole already: what the initial request carries is at hand.
    const all = [...takeFrames(body).frames].map(unsigned);
    const first = all.find((frame) => frame?.headers[":event-type"] === "initial-request");
    const initial = first === undefined ? {} : form.decode(shape, first.payload);
    return { ...initial, [member.name]: eventsOf(union, toAsync(all), form) };
  }
  return { [member.name]: eventsOf(union, framesOf(body), form) };
}

async function* toAsync(frames: readonly (Frame | undefined)[]): AsyncGenerator<Frame> {
  for (const frame of frames) if (frame !== undefined) yield frame;
}

async function* framesOf(body: Uint8Array | ByteStream): AsyncGenerator<Frame> {
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    const taken = takeFrames(pending.length === 0 ? chunk : Buffer.concat([pending, chunk]));
    pending = taken.rest;
    for (const frame of taken.frames) {
      const inner = unsigned(frame);
      if (inner !== undefined) yield inner;
    }
  }
  if (pending.length > 0) throw new Unreadable("Incomplete event stream message");
}

function takeFrames(bytes: Uint8Array): { readonly frames: readonly Frame[]; readonly rest: Uint8Array } {
  const frames: Frame[] = [];
  let at = 0;
  for (;;) {
    const rest = bytes.subarray(at);
    const length = frameLength(rest);
    if (length === undefined || length > rest.length) return { frames, rest };
    frames.push(decodeFrame(rest.subarray(0, length)));
    at += length;
  }
}

/** SigV4 wraps each event in a signed one, and ends the stream with a signed one that is empty. */
function unsigned(frame: Frame): Frame | undefined {
  if (!(":chunk-signature" in frame.headers)) return frame;
  return frame.payload.length === 0 ? undefined : decodeFrame(frame.payload);
}

/** Read while the handler runs, outside the codec: what cannot be read is the handler's fault to pass on. */
async function* eventsOf(
  union: StructureShape,
  frames: AsyncIterable<Frame>,
  form: PayloadForm,
): AsyncGenerator<object> {
  try {
    for await (const frame of frames) {
      if (frame.headers[":event-type"] !== "initial-request") yield eventOf(union, frame, form);
    }
  } catch (error) {
    if (!(error instanceof Unreadable || error instanceof XmlError)) throw error;
    throw new Fault("wire", "SerializationException", error.message, { status: 400 });
  }
}

function eventOf(union: StructureShape, frame: Frame, form: PayloadForm): object {
  const type = frame.headers[":event-type"];
  for (const { name, wireName, shape } of union.members.values()) {
    if (wireName === type && shape.kind === "structure") return { [name]: decodeEvent(shape, frame, form) };
  }
  throw new Unreadable(`Unknown event ${String(type)}`);
}

function decodeEvent(shape: StructureShape, frame: Frame, form: PayloadForm): object {
  const event: Record<string, unknown> = {};
  let payload: Member | undefined;
  for (const member of shape.members.values()) {
    if (member.eventPayload === true) payload = member;
    const header = frame.headers[member.wireName];
    if (member.eventHeader === true && header !== undefined) event[member.name] = plainValue(header);
  }
  if (payload === undefined) {
    return frame.payload.length === 0 ? event : Object.assign(event, form.decode(shape, frame.payload));
  }
  event[payload.name] =
    payload.shape.kind === "structure"
      ? form.decode(payload.shape, frame.payload)
      : payload.shape.kind === "string"
        ? bufferOf(frame.payload).toString()
        : frame.payload;
  return event;
}

function plainValue(value: HeaderValue): unknown {
  if (value instanceof Date) return value.getTime();
  return typeof value === "bigint" ? Number(value) : value;
}
