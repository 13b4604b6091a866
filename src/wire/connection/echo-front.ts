// A front whose one data plane says what it has received, and answers in every
// form that an answer can have; for the tests that compare the fast path with
// Node's parser.

import { connect } from "node:net";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { FrontOptions } from "../front.ts";
import { type RecordingFront, startRecordingFront } from "../recording-front.ts";

export function startEchoFront(options: Partial<FrontOptions>): Promise<RecordingFront> {
  return startRecordingFront({
    newRequestId: () => "the-request",
    endpoints: [{ matches: ({ path }) => path.startsWith("/echo"), handle: echo }],
    control: async (request) => (request.path === "/_control" ? echo(request) : undefined),
    ...options,
  });
}

async function echo(request: HttpRequest): Promise<HttpResponse> {
  const pieces: Uint8Array[] = [];
  if (request.body instanceof Uint8Array) pieces.push(request.body);
  else for await (const piece of request.body) pieces.push(piece);
  // Late enough for the next bytes to come before the answer.
  if (request.headers.accept !== undefined) {
    for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  const { method, path, query, headers, rawHeaders, host, remoteAddress } = request;
  const body = Buffer.concat(pieces).toString("latin1");
  const seen = { method, path, query, headers: { ...headers }, rawHeaders, host, remoteAddress, body };
  const text = JSON.stringify(seen);
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: text,
    ...forms[query]?.(text),
  };
}

/** What the query asks the answer to be. */
const forms: Readonly<Record<string, (text: string) => Partial<HttpResponse>>> = {
  bytes: (text) => ({ body: Buffer.from(text) }),
  unicode: (text) => ({ body: `${text} – ü 😀` }),
  stream: (text) => ({ body: streamOf(text, 5) }),
  measured: (text) => ({
    headers: { "content-length": String(Buffer.byteLength(text) * 2) },
    body: streamOf(text, 2),
  }),
  large: (text) => ({ body: text.repeat(Math.ceil(200_000 / text.length)) }),
  nothing: () => ({ status: 204, headers: {}, body: "" }),
  empty: () => ({ body: "" }),
  unmodified: () => ({ status: 304, headers: { etag: '"e"' }, body: "" }),
  missing: () => ({ status: 404 }),
  unknown: () => ({ status: 599 }),
  repeated: () => ({ headers: { "set-cookie": ["a=1", "b=2"], "x-two": ["1", "2"] } }),
  close: () => ({ headers: { connection: "close" } }),
  dated: () => ({ headers: { Date: "Thu, 01 Jan 1970 00:00:00 GMT" } }),
  length: () => ({ headers: { "content-length": "7", "x-more": "1" } }),
  latin: () => ({ headers: { "x-latin": "ü" } }),
  invalid: () => ({ headers: { "x-invalid": "a\r\nb: c" } }),
  nameless: () => ({ headers: { "x y": "z" } }),
};

export const formNames = Object.keys(forms);

async function* streamOf(text: string, times: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < times; at++) yield Buffer.from(text);
}

/**
 * All that the server says on a new connection to these pieces, each sent on
 * its own, until it ends the connection; without dates, which differ.
 */
export async function conversation(port: number, pieces: readonly Buffer[]): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let text = "";
  let ended = false;
  socket.on("data", (data) => {
    text += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  const end = new Promise<void>((resolve) => {
    socket.once("close", () => {
      ended = true;
      resolve();
    });
  });
  for (const piece of pieces) {
    if (ended) break;
    await new Promise((resolve) => socket.write(piece, resolve));
    // Some turns of the event loop, in which the server, in this same process, reads and perhaps answers.
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  await end;
  return text.replace(/\r\nDate: (?!Thu, 01 Jan 1970)[^\r]*GMT\r\n/g, "\r\nDate: now\r\n");
}
