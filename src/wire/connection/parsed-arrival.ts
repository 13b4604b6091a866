// A request that Node's own parser has read: any that is valid, in any number
// of pieces.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpResponse } from "../../core/http.ts";
import { type AnswerOptions, answer } from "../answer.ts";
import { type ArrivingBody, IncomingBody } from "../body/arriving.ts";
import type { BodyWatch } from "../body/watch.ts";
import type { Arrival } from "./arrival.ts";

export class ParsedArrival implements Arrival {
  readonly body: ArrivingBody;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    watch: BodyWatch,
    awaitsContinue: boolean,
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.body = new IncomingBody(incoming, outgoing, watch, awaitsContinue);
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
    return this.#incoming.socket.remoteAddress ?? "";
  }

  get gone(): boolean {
    return this.#outgoing.destroyed || this.#outgoing.closed;
  }

  onClose(listener: (answered: boolean) => void): void {
    this.#outgoing.once("close", () => listener(this.#outgoing.writableFinished));
  }

  answer(response: HttpResponse, options: AnswerOptions): void {
    answer(this.#outgoing, response, options);
  }

  destroy(): void {
    this.#outgoing.destroy();
  }
}
