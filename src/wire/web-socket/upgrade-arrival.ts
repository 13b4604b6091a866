// A request to go on as a WebSocket, as the front sees any request that has
// arrived: it may be refused by an ordinary answer, which ends the connection.

import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { HttpResponse } from "../../core/http.ts";
import { type AnswerOptions, answer } from "../answer.ts";
import type { ArrivingBody } from "../body/arriving.ts";
import type { Arrival } from "../connection/arrival.ts";
import { emptyBody } from "../request.ts";

export class UpgradeArrival implements Arrival {
  readonly body: ArrivingBody = noBody;
  readonly #incoming: IncomingMessage;
  readonly #socket: Socket;
  readonly #listeners: ((answered: boolean) => void)[] = [];
  #over = false;

  constructor(incoming: IncomingMessage, socket: Socket) {
    this.#incoming = incoming;
    this.#socket = socket;
    // A client that goes away while its connection is decided; whoever takes the socket listens for itself.
    socket.on("error", this.#lost);
    socket.on("close", this.#lost);
  }

  get method(): string {
    return this.#incoming.method ?? "GET";
  }

  get target(): string {
    return this.#incoming.url ?? "/";
  }

  get headers(): Record<string, string> {
    return this.#incoming.headers as Record<string, string>;
  }

  get rawHeaders(): readonly string[] {
    return this.#incoming.rawHeaders;
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? "";
  }

  get gone(): boolean {
    return this.#socket.destroyed || !this.#socket.writable;
  }

  onClose(listener: (answered: boolean) => void): void {
    this.#listeners.push(listener);
  }

  answer(response: HttpResponse, options: AnswerOptions): void {
    const outgoing = new ServerResponse(this.#incoming);
    outgoing.shouldKeepAlive = false;
    outgoing.assignSocket(this.#socket);
    outgoing.once("finish", () => this.#socket.destroySoon());
    answer(outgoing, response, options);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The socket is somebody else's from now on. */
  release(): Socket {
    this.#socket.off("error", this.#lost);
    this.#socket.off("close", this.#lost);
    this.#end(true);
    return this.#socket;
  }

  readonly #lost = (): void => {
    this.#socket.destroy();
    this.#end(false);
  };

  #end(answered: boolean): void {
    if (this.#over) return;
    this.#over = true;
    for (const listener of this.#listeners) listener(answered);
  }
}

const noBody: ArrivingBody = {
  present: false,
  awaitsContinue: false,
  whole: () => emptyBody,
  async *stream() {},
};
