// Writes an HttpResponse to Node's response: one header block and one body for
// most, back-pressure for streams, and a destroyed socket rather than a seeming
// success where a stream fails half-way.

import { type ServerResponse, STATUS_CODES } from "node:http";
import { pipeline, Readable } from "node:stream";
import type { HttpResponse } from "../core/http.ts";
import type { ByteStream } from "../model/shapes.ts";

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
  cutSlowReader(outgoing, options.idleMilliseconds);
  const readable = body instanceof Readable ? body : Readable.from(body, { objectMode: false });
  pipeline(readable, outgoing, (error) => {
    if (error === null || error === undefined) return;
    outgoing.destroy();
    // A client that has read enough is no failure of ours.
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") options.onStreamError(error);
  });
}

/** Node ends the time-out with the response; a socket that has nothing to send may rest as long as it likes. */
function cutSlowReader(outgoing: ServerResponse, idleMilliseconds: number): void {
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
