// A request that came over HTTP/2: a stream of its own on a shared connection.

import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { HttpResponse } from "../../core/http.ts";
import type { ByteStream } from "../../model/shapes.ts";
import { type AnswerOptions, discard, isStream, sendStream } from "../answer.ts";
import type { ArrivingBody } from "../body/arriving.ts";
import { ClientGone, readWhole } from "../body/read.ts";
import type { BodyWatch } from "../body/watch.ts";
import type { Arrival } from "./arrival.ts";

/** Headers that speak of an HTTP/1 connection; HTTP/2 forbids them. */
const ofConnections = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

export class Http2Arrival implements Arrival {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly rawHeaders: readonly string[];
  readonly body: ArrivingBody;
  readonly remoteAddress: string;
  readonly #stream: ServerHttp2Stream;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    hasBody: boolean,
    watch: BodyWatch,
  ) {
    this.#stream = stream;
    this.method = headers[":method"] ?? "GET";
    this.target = headers[":path"] ?? "/";
    this.headers = plainHeaders(headers);
    this.rawHeaders = rawHeaders.filter((_each, at) => rawHeaders[at - (at % 2)]?.startsWith(":") !== true);
    this.remoteAddress = stream.session?.socket.remoteAddress ?? "";
    this.body = new Http2Body(stream, this.headers, hasBody, watch);
  }

  get gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  onClose(listener: (answered: boolean) => void): void {
    const stream = this.#stream;
    stream.once("close", () => listener(stream.writableFinished && !stream.aborted));
  }

  answer(response: HttpResponse, options: AnswerOptions): void {
    const stream = this.#stream;
    const { body } = response;
    if (this.gone || stream.headersSent) {
      if (isStream(body)) discard(body);
      return;
    }
    const headers: OutgoingHttpHeaders = { ":status": response.status };
    for (const [name, value] of Object.entries({ ...response.headers, ...options.headers })) {
      if (!ofConnections.has(name.toLowerCase())) headers[name] = value as string | string[];
    }
    if (isStream(body)) {
      stream.respond(headers, { endStream: options.head });
      if (options.head) discard(body);
      else sendStream(stream, body, options);
      return;
    }
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    const bodiless = response.status === 204 || response.status === 304;
    if (!bodiless) headers["content-length"] ??= bytes?.length ?? 0;
    const empty = options.head || bodiless || bytes === undefined || bytes.length === 0;
    stream.respond(headers, { endStream: empty });
    if (!empty) stream.end(bytes);
  }

  destroy(): void {
    this.#stream.destroy();
  }
}

/** As HTTP/1 would have brought them: without the colon's headers, and with a host. */
function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(":")) continue;
    plain[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const authority = headers[":authority"];
  if (authority !== undefined) {
    plain.host ??= authority;
    // Some clients sign it.
    plain[":authority"] = authority;
  }
  return plain;
}

class Http2Body implements ArrivingBody {
  readonly present: boolean;
  readonly awaitsContinue = false;
  readonly #stream: ServerHttp2Stream;
  readonly #length: number | undefined;
  readonly #watch: BodyWatch;

  constructor(
    stream: ServerHttp2Stream,
    headers: Readonly<Record<string, string>>,
    present: boolean,
    watch: BodyWatch,
  ) {
    this.present = present;
    this.#stream = stream;
    const length = headers["content-length"];
    this.#length = length === undefined ? undefined : Number(length);
    this.#watch = watch;
  }

  whole(limit: number): Promise<Uint8Array> {
    return readWhole(this.#stream, this.#length, limit, this.#watch);
  }

  async *stream(): ByteStream & AsyncGenerator<Uint8Array> {
    const stream = this.#stream;
    const watched = this.#watch.streamed(() => stream.destroy());
    let length = 0;
    try {
      for await (const piece of stream.iterator({ destroyOnReturn: false })) {
        this.#watch.progress(watched);
        length += (piece as Uint8Array).length;
        yield piece as Uint8Array;
      }
    } catch {
      throw new ClientGone();
    } finally {
      this.#watch.release(watched);
    }
    if (stream.aborted || (this.#length !== undefined && this.#length !== length)) throw new ClientGone();
  }
}
