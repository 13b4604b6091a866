// HTTP/2 on the same port, for clients that begin with it (the SDK for
// JavaScript with Kinesis). Node's server for it is made when the first comes.

import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { BodyWatch } from "../body/watch.ts";
import type { FrontLimits } from "../limits.ts";
import type { Arrival } from "./arrival.ts";
import { Http2Arrival } from "./http2-arrival.ts";

/** How a client that knows it speaks HTTP/2 begins (RFC 9113, 3.4). */
const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");
const endStream = 1;
const mostStreams = 256;

export function beginsHttp2(bytes: Buffer): boolean {
  if (bytes[0] !== preface[0]) return false;
  const length = Math.min(bytes.length, preface.length);
  return bytes.compare(preface, 0, length, 0, length) === 0;
}

export class Http2Connections {
  readonly #limits: FrontLimits;
  readonly #watch: BodyWatch;
  readonly #serve: (arrival: Arrival) => void;
  readonly #sessions = new Set<ServerHttp2Session>();
  #server: Promise<Http2Server> | undefined;

  constructor(limits: FrontLimits, watch: BodyWatch, serve: (arrival: Arrival) => void) {
    this.#limits = limits;
    this.#watch = watch;
    this.#serve = serve;
  }

  /** A socket whose unread bytes begin with the preface. */
  take(socket: Socket): void {
    const lost = (): void => void socket.destroy();
    socket.once("error", lost);
    this.#server ??= this.#makeServer();
    void this.#server.then((server) => {
      socket.off("error", lost);
      if (!socket.destroyed) server.emit("connection", socket);
    });
  }

  closeIdle(): void {
    // Streams under way are finished.
    for (const session of this.#sessions) session.close();
  }

  closeAll(): void {
    for (const session of this.#sessions) session.destroy();
  }

  async #makeServer(): Promise<Http2Server> {
    // Nobody should pay for it at the start.
    const { createServer } = await import("node:http2");
    const server = createServer({
      settings: { maxConcurrentStreams: mostStreams, maxHeaderListSize: this.#limits.headerBytes },
    });
    server.on("session", (session) => this.#keep(session));
    server.on("sessionError", (_error, session) => session.destroy());
    server.on("stream", (stream, headers, flags, rawHeaders?: readonly string[]) => {
      this.#begin(stream, headers, flags, rawHeaders ?? []);
    });
    return server;
  }

  #keep(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    let streams = 0;
    session.on("stream", (stream) => {
      streams++;
      stream.once("close", () => streams--);
    });
    session.setTimeout(this.#limits.keepAliveMilliseconds, () => {
      if (streams === 0) session.close();
    });
    session.once("close", () => this.#sessions.delete(session));
  }

  #begin(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    flags: number,
    rawHeaders: readonly string[],
  ): void {
    // What fails in a stream closes it; the exchange hears of that.
    stream.on("error", () => undefined);
    const hasBody = (flags & endStream) === 0;
    this.#serve(new Http2Arrival(stream, headers, rawHeaders, hasBody, this.#watch));
  }
}
