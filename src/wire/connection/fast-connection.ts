// One connection on the fast path. It stays there as long as its requests are
// ordinary and come one after another; with the first that is not, the socket
// and every byte not yet served go to Node's own parser, for good.

import type { Socket } from "node:net";
import type { HttpResponse } from "../../core/http.ts";
import type { AnswerOptions } from "../answer.ts";
import { beginsHttp2 } from "./http2-connections.ts";
import { type Carrier, OrdinaryArrival } from "./ordinary-arrival.ts";
import { ordinaryRequest } from "./ordinary-request.ts";

/** What all connections of a front share. */
export interface FastPath {
  readonly headerBytes: number;
  readonly closingLines: string;
  readonly freshLooks: number;
  readonly idleLooks: number;
  serve(arrival: OrdinaryArrival): void;
  /** Gives the socket to Node's HTTP/2. */
  speakHttp2(socket: Socket): void;
  /** Gives the socket to Node's parser. */
  handOver(socket: Socket): void;
  /** As `handOver`, where the first request in the socket has its answer already. */
  answerThroughNode(
    socket: Socket,
    arrival: OrdinaryArrival,
    response: HttpResponse,
    options: AnswerOptions,
  ): void;
  /** Tells a client that has sent nothing that it was too slow. */
  refuseSlow(socket: Socket): void;
  forget(connection: FastConnection): void;
}

export class FastConnection implements Carrier {
  readonly remoteAddress: string;
  readonly #path: FastPath;
  readonly #socket: Socket;
  #current: OrdinaryArrival | undefined;
  /** The bytes of the request under way, and what has come after it. */
  #bytes: Buffer | undefined;
  #ahead: Buffer[] | undefined;
  #fresh = true;
  #looksLeft: number;

  constructor(path: FastPath, socket: Socket) {
    this.#path = path;
    this.#socket = socket;
    // A closed socket no longer knows it.
    this.remoteAddress = socket.remoteAddress ?? "";
    this.#looksLeft = path.freshLooks;
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("error", this.#onError);
    socket.on("close", this.#onClose);
  }

  get gone(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  get closingLines(): string {
    return this.#path.closingLines;
  }

  get idle(): boolean {
    return this.#current === undefined;
  }

  send(data: string | Uint8Array, encoding: "latin1" | "utf8"): void {
    const arrival = this.#current;
    if (typeof data === "string") this.#socket.write(data, encoding);
    else this.#socket.write(data);
    this.#current = undefined;
    this.#bytes = undefined;
    this.#looksLeft = this.#path.idleLooks;
    arrival?.closed(true);
    // A client that reads too slowly, or sends too fast, needs a watch that Node keeps.
    if (this.#ahead !== undefined || this.#socket.writableLength > 0) this.#leave();
  }

  sendThroughNode(response: HttpResponse, options: AnswerOptions): void {
    const arrival = this.#current!;
    const socket = this.#release();
    this.#path.answerThroughNode(socket, arrival, response, options);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Called a few times a minute: ends a connection that has been quiet for too long. */
  look(): void {
    if (this.#current !== undefined) return;
    this.#looksLeft -= 1;
    if (this.#looksLeft > 0) return;
    if (this.#fresh) this.#path.refuseSlow(this.#release());
    else this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#current !== undefined) {
      this.#socket.pause();
      this.#ahead ??= [];
      this.#ahead.push(bytes);
      return;
    }
    this.#bytes = bytes;
    const request = ordinaryRequest(bytes, this.#path.headerBytes);
    if (request === undefined) {
      if (this.#fresh && beginsHttp2(bytes)) this.#path.speakHttp2(this.#release());
      else this.#leave();
      return;
    }
    this.#fresh = false;
    this.#current = new OrdinaryArrival(request, this);
    this.#path.serve(this.#current);
  };

  /** As Node does: who ends its side is not answered any more. */
  readonly #onEnd = (): void => {
    this.#socket.end();
  };

  readonly #onError = (): void => {
    this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#path.forget(this);
    this.#current?.closed(false);
    this.#current = undefined;
  };

  #leave(): void {
    this.#path.handOver(this.#release());
  }

  /** Gives up the socket, with all bytes that are not served back in it. */
  #release(): Socket {
    const socket = this.#socket;
    socket.pause();
    socket.off("data", this.#onData);
    socket.off("end", this.#onEnd);
    socket.off("error", this.#onError);
    socket.off("close", this.#onClose);
    this.#path.forget(this);
    const unread = [...(this.#bytes === undefined ? [] : [this.#bytes]), ...(this.#ahead ?? [])];
    if (unread.length > 0) socket.unshift(unread.length === 1 ? unread[0] : Buffer.concat(unread));
    this.#bytes = undefined;
    this.#ahead = undefined;
    this.#current = undefined;
    return socket;
  }
}
