// Writes an HttpResponse to Node's response: one header block and one body for
// most, back-pressure for streams, and a destroyed socket rather than a seeming
// success where a stream fails half-way.

import { type ServerResponse, STATUS_CODES } from "node:http";
import { Readable, type Writable } from "node:stream";
import type { HttpResponse } from "../core/http.ts";
import { type ByteStream, canLend, type LendingStream } from "../model/shapes.ts";

export interface AnswerOptions {
  /** Added to the response's own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly head: boolean;
  /** A client that reads nothing for so long is cut off. */
  readonly idleMilliseconds: number;
  readonly onStreamError: (error: Error) => void;
}

type Headers = Record<string, string | readonly string[] | number>;

/** A body in memory beyond this may wait for a slow reader. */
export const largeBody = 64 * 1024;

export function answer(outgoing: ServerResponse, response: HttpResponse, options: AnswerOptions): void {
  const { body } = response;
  if (outgoing.destroyed || outgoing.headersSent) {
    if (isStream(body)) discard(body);
    return;
  }
  const headers: Headers = { ...response.headers, ...options.headers };
  if (isStream(body)) {
    writeStream(outgoing, response.status, headers, body, options);
    return;
  }
  const length = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
  const bodiless = response.status === 204 || response.status === 304;
  // The answer to HEAD tells the length of what GET would send.
  if (!bodiless && (headers["content-length"] === undefined || (!options.head && length > 0))) {
    headers["content-length"] = length;
  }
  outgoing.writeHead(response.status, reason(response.status), headers as never);
  if (options.head || bodiless || length === 0) {
    outgoing.end();
    return;
  }
  if (length > largeBody) cutSlowReader(outgoing, options.idleMilliseconds);
  outgoing.end(body);
}

function writeStream(
  outgoing: ServerResponse,
  status: number,
  headers: Headers,
  body: ByteStream,
  options: AnswerOptions,
): void {
  outgoing.writeHead(status, reason(status), headers as never);
  if (options.head) {
    discard(body);
    outgoing.end();
    return;
  }
  // The first event of a stream may be long in coming; its client waits for the headers.
  if (headers["content-length"] === undefined) outgoing.flushHeaders();
  sendStream(outgoing, body, options);
}

/** What a body is written to: Node's response, or a stream of HTTP/2. */
export type Outgoing = Writable & {
  setTimeout(milliseconds: number, callback: () => void): unknown;
  readonly socket?: { readonly writableLength: number } | null;
};

export function sendStream(outgoing: Outgoing, body: ByteStream, options: AnswerOptions): void {
  cutSlowReader(outgoing, options.idleMilliseconds);
  void (canLend(body) ? borrow(body, outgoing, options) : pump(body, outgoing, options));
}

/** One piece after another, each when the one before has room: a Readable in between would double the cost of a large body. */
async function pump(body: ByteStream, outgoing: Outgoing, options: AnswerOptions): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  let over = false;
  // A source that rests must hear that nobody waits for it any more.
  const leave = (): void => {
    if (over) return;
    over = true;
    pieces.return?.().catch(options.onStreamError);
  };
  outgoing.once("close", leave);
  // What fails in writing closes; nobody else listens.
  outgoing.on("error", leave);
  try {
    for (;;) {
      const { value, done } = await pieces.next();
      if (over) return;
      if (done === true) break;
      if (value.length > 0 && !outgoing.write(value)) await room(outgoing);
      if (over || outgoing.destroyed) return leave();
    }
    over = true;
    outgoing.end();
  } catch (error) {
    // A client that has read enough is no failure of ours.
    const failed = !over;
    over = true;
    outgoing.destroy();
    if (failed) options.onStreamError(error as Error);
  }
}

/** A piece is done with when the system has it. */
async function borrow(
  body: LendingStream,
  outgoing: Outgoing,
  { onStreamError }: AnswerOptions,
): Promise<void> {
  const gone = new Error("The client went away.");
  outgoing.on("error", () => undefined);
  try {
    await body.lend(
      (piece) =>
        new Promise((resolve, reject) => {
          if (outgoing.destroyed) reject(gone);
          else outgoing.write(piece, (error) => (error ? reject(gone) : resolve()));
        }),
    );
    outgoing.end();
  } catch (error) {
    outgoing.destroy();
    if (error !== gone) onStreamError(error as Error);
  }
}

function room(outgoing: Outgoing): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      outgoing.off("drain", settle);
      outgoing.off("close", settle);
      resolve();
    };
    outgoing.on("drain", settle);
    outgoing.on("close", settle);
  });
}

/** Node ends the time-out with the response; a socket that has nothing to send may rest as long as it likes. */
function cutSlowReader(outgoing: Outgoing, idleMilliseconds: number): void {
  outgoing.setTimeout(idleMilliseconds, () => {
    if (outgoing.writableLength > 0 || (outgoing.socket?.writableLength ?? 0) > 0) outgoing.destroy();
  });
}

/** Given each time: of an answer whose headers were refused, Node would keep the reason for the next. */
function reason(status: number): string {
  return STATUS_CODES[status] ?? "unknown";
}

export function isStream(body: HttpResponse["body"]): body is ByteStream {
  return body !== undefined && typeof body !== "string" && !(body instanceof Uint8Array);
}

/** Frees what an unread stream holds: a file, a lock, a process. */
export function discard(body: ByteStream): void {
  if (body instanceof Readable) body.destroy();
  else void body[Symbol.asyncIterator]().return?.();
}
