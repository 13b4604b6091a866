// The fast path in front of Node's HTTP server: takes its new connections,
// serves their ordinary requests, and hands the others on. See
// docs/decisions/0004-fast-path.md.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { HttpResponse } from "../../core/http.ts";
import { type AnswerOptions, answer, discard, isStream } from "../answer.ts";
import type { BodyWatch } from "../body/watch.ts";
import type { FrontLimits } from "../limits.ts";
import type { Arrival } from "./arrival.ts";
import { ClosingLines } from "./closing-lines.ts";
import { FastConnection, type FastPath } from "./fast-connection.ts";
import { Http2Connections } from "./http2-connections.ts";
import type { OrdinaryArrival } from "./ordinary-arrival.ts";

/** An answer on its way to Node's response for the same request. */
interface Waiting {
  give(outgoing: ServerResponse): void;
}

export class FastConnections implements FastPath {
  readonly headerBytes: number;
  readonly freshLooks: number;
  readonly idleLooks: number;
  readonly #server: Server;
  readonly #serve: (arrival: Arrival) => void;
  readonly #ordinarily: (socket: Socket) => void;
  readonly #connections = new Set<FastConnection>();
  readonly #waiting = new WeakMap<Socket, Waiting>();
  readonly #closing: ClosingLines;
  readonly #http2: Http2Connections;
  readonly #timer: NodeJS.Timeout;

  constructor(
    server: Server,
    limits: FrontLimits,
    clock: { now(): number; wall?(): number },
    watch: BodyWatch,
    serve: (arrival: Arrival) => void,
  ) {
    this.#server = server;
    this.#serve = serve;
    this.#http2 = new Http2Connections(limits, watch, serve);
    this.#closing = new ClosingLines(clock, limits.keepAliveMilliseconds);
    this.headerBytes = limits.headerBytes;
    const { headersMilliseconds, keepAliveMilliseconds } = limits;
    const period = Math.max(10, Math.min(5000, headersMilliseconds / 4, keepAliveMilliseconds / 4));
    this.freshLooks = Math.ceil(headersMilliseconds / period);
    // One more, since the first look may follow at once: never earlier than was promised.
    this.idleLooks = Math.ceil(keepAliveMilliseconds / period) + 1;
    // Node's server hears of connections as anybody else would; from now on it hears of those handed on.
    const listeners = server.listeners("connection") as ((socket: Socket) => void)[];
    server.removeAllListeners("connection");
    this.#ordinarily = (socket) => {
      for (const listener of listeners) listener.call(server, socket);
    };
    server.on("connection", (socket: Socket) => this.#connections.add(new FastConnection(this, socket)));
    // One timer for all: sockets live in the machine's time, not in the cloud's.
    this.#timer = setInterval(() => {
      for (const connection of this.#connections) connection.look();
    }, period);
    this.#timer.unref();
  }

  get closingLines(): string {
    return this.#closing.lines;
  }

  serve(arrival: OrdinaryArrival): void {
    this.#serve(arrival);
  }

  forget(connection: FastConnection): void {
    this.#connections.delete(connection);
  }

  speakHttp2(socket: Socket): void {
    if (!socket.destroyed) this.#http2.take(socket);
  }

  handOver(socket: Socket): void {
    if (socket.destroyed) return;
    this.#ordinarily(socket);
    socket.resume();
  }

  answerThroughNode(
    socket: Socket,
    arrival: OrdinaryArrival,
    response: HttpResponse,
    options: AnswerOptions,
  ): void {
    // The client may be gone before Node has read the request.
    const lose = (): void => {
      this.#waiting.delete(socket);
      if (isStream(response.body)) discard(response.body);
      arrival.closed(false);
    };
    socket.once("close", lose);
    this.#waiting.set(socket, {
      give: (outgoing) => {
        socket.off("close", lose);
        outgoing.once("close", () => arrival.closed(outgoing.writableFinished));
        try {
          answer(outgoing, response, options);
        } catch (error) {
          options.onStreamError(error as Error);
          outgoing.destroy();
        }
      },
    });
    this.handOver(socket);
  }

  /** True where the request that Node has read is one that was served here, and is answered now. */
  answers(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    const waiting = this.#waiting.get(incoming.socket);
    if (waiting === undefined) return false;
    this.#waiting.delete(incoming.socket);
    waiting.give(outgoing);
    return true;
  }

  refuseSlow(socket: Socket): void {
    const error = Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
    this.#server.emit("clientError", error, socket);
    // Its end is still to come.
    socket.on("error", () => socket.destroy());
    socket.resume();
  }

  closeIdle(): void {
    for (const connection of this.#connections) if (connection.idle) connection.destroy();
    this.#http2.closeIdle();
  }

  closeAll(): void {
    for (const connection of this.#connections) connection.destroy();
    this.#http2.closeAll();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
