// The link to Cumulet's own runtime clients: frames over a socket that the
// process inherits. The descriptor itself says whose environment speaks, so no
// other process can take its invocations, and a frame costs a fraction of an
// HTTP request. See runtimes/nodejs/frames.cjs for the other end.

import type { Duplex } from "node:stream";
import { type InvocationHeader, maxResponseBytes, type RuntimeEvents, type RuntimeLink } from "./link.ts";

/** Four bytes of length, little-endian, and one of type. */
const headerSize = 5;

/** What the process is told when it becomes a function. */
export interface Assignment {
  readonly environment: Readonly<Record<string, string>>;
  readonly taskRoot: string;
  readonly handler: string;
  /** Python: what stands on `sys.path` before the standard library. */
  readonly modulePath?: readonly string[];
  /** Node.js 24 takes no callback handlers. */
  readonly rejectCallbacks?: boolean;
}

export interface FrameLink extends RuntimeLink {
  assign(assignment: Assignment): void;
}

export function frameLink(socket: Duplex, events: RuntimeEvents): FrameLink {
  const decode = frameDecoder(maxResponseBytes + 1024, (type, payload, length) =>
    onFrame(events, type, payload, length),
  );
  socket.on("data", decode);
  // The process's death is told by its exit; a broken pipe on the way there is no news.
  socket.on("error", () => undefined);
  return {
    assign: (assignment) => socket.write(encodeFrame("A", Buffer.from(JSON.stringify(assignment)))),
    invoke: (header, payload) => socket.write(encodeInvocation(header, payload)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.destroy(),
  };
}

const frames: Readonly<Record<string, (events: RuntimeEvents, payload: Buffer, length: number) => void>> = {
  W: (events) => events.waiting(),
  N: (events, payload) => events.next(payload.length === 0 ? undefined : Number(payload.toString("latin1"))),
  R(events, payload, length) {
    if (length > maxResponseBytes) events.responseTooLarge(length);
    else events.response(payload);
  },
  E: (events, payload) => events.error(payload),
  I: (events, payload) => events.initError(payload),
  S: (events, payload) => events.streamBegin(payload.toString()),
  C(events, payload, length) {
    if (payload.length < length) events.violation("an over-long chunk");
    else events.streamChunk(payload);
  },
  F: (events) => events.streamEnd(),
  X: (events, payload) => events.streamError(payload),
  L: (events, payload) => events.log(payload.toString()),
};

function onFrame(events: RuntimeEvents, type: string, payload: Buffer, length: number): void {
  const known = frames[type];
  if (known === undefined) events.violation(`frame type ${JSON.stringify(type)}`);
  else known(events, payload, length);
}

export function encodeFrame(type: string, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerSize + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame[4] = type.charCodeAt(0);
  frame.set(payload, headerSize);
  return frame;
}

function encodeInvocation(header: InvocationHeader, payload: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const body = Buffer.allocUnsafe(4 + text.length + payload.length);
  body.writeUInt32LE(text.length, 0);
  body.set(text, 4);
  body.set(payload, 4 + text.length);
  return encodeFrame("V", body);
}

type FrameSink = (type: string, payload: Buffer, length: number) => void;

/**
 * Cuts what arrives into frames. A frame longer than `limit` is read past and
 * delivered cut to the limit, with its true length: user code must not be able to
 * fill Cumulet's memory.
 */
export function frameDecoder(limit: number, sink: FrameSink): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  /** Bytes of an over-long frame that are still to come and are not kept. */
  let skip = 0;

  const wholeFrames = (data: Buffer): Buffer => {
    let at = 0;
    while (data.length - at >= headerSize) {
      const length = data.readUInt32LE(at);
      const kept = Math.min(length, limit);
      if (data.length - at - headerSize < kept) break;
      const start = at + headerSize;
      const type = String.fromCharCode(data[at + 4]!);
      const end = Math.min(data.length, start + length);
      sink(type, data.subarray(start, start + kept), length);
      skip = start + length - end;
      at = end;
    }
    return data.subarray(at);
  };

  return (chunk) => {
    let rest = chunk;
    if (skip > 0) {
      const dropped = Math.min(skip, rest.length);
      skip -= dropped;
      rest = rest.subarray(dropped);
    }
    if (rest.length === 0) return;
    parts.push(rest);
    held += rest.length;
    // Joined only when the frame at the front is complete: a long frame arrives in many chunks.
    if (held < neededBytes(parts, limit)) return;
    const left = wholeFrames(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    parts = left.length === 0 ? [] : [left];
    held = left.length;
  };
}

function neededBytes(parts: readonly Buffer[], limit: number): number {
  const first = parts[0]!;
  if (first.length < headerSize) return headerSize;
  return headerSize + Math.min(first.readUInt32LE(0), limit);
}
