// A request that the fast path has recognised, whole in memory, and its answer:
// written at once where that is ordinary too, else left to Node's parser and
// response, which are shown the same request for it.

import { validateHeaderName, validateHeaderValue } from "node:http";
import type { HttpResponse } from "../../core/http.ts";
import { type AnswerOptions, discard, isStream } from "../answer.ts";
import { BodyAtHand } from "../body/at-hand.ts";
import type { Arrival } from "./arrival.ts";
import { ordinaryAnswer } from "./ordinary-answer.ts";
import { type OrdinaryRequest, rawHeadersOf } from "./ordinary-request.ts";

/** What an arrival needs of the connection that it came on. */
export interface Carrier {
  readonly gone: boolean;
  readonly remoteAddress: string;
  readonly closingLines: string;
  /** Ends the request under way. */
  send(data: string | Uint8Array, encoding: "latin1" | "utf8"): void;
  /** Leaves connection and answer to Node. */
  sendThroughNode(response: HttpResponse, options: AnswerOptions): void;
  destroy(): void;
}

export class OrdinaryArrival implements Arrival {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: BodyAtHand;
  readonly #lines: string;
  readonly #carrier: Carrier;
  #onClose: ((answered: boolean) => void) | undefined;
  #answered = false;
  #closed = false;

  constructor(request: OrdinaryRequest, carrier: Carrier) {
    this.method = request.method;
    this.target = request.target;
    this.headers = request.headers;
    this.body = new BodyAtHand(request.body, request.headers);
    this.#lines = request.lines;
    this.#carrier = carrier;
  }

  get rawHeaders(): readonly string[] {
    return rawHeadersOf(this.#lines);
  }

  get remoteAddress(): string {
    return this.#carrier.remoteAddress;
  }

  get gone(): boolean {
    return this.#closed || this.#carrier.gone;
  }

  onClose(listener: (answered: boolean) => void): void {
    this.#onClose = listener;
  }

  /** Told by the connection, or by Node's response. */
  closed(answered: boolean): void {
    this.#closed = true;
    const listener = this.#onClose;
    this.#onClose = undefined;
    listener?.(answered);
  }

  answer(response: HttpResponse, options: AnswerOptions): void {
    if (this.#answered || this.#carrier.gone) {
      if (isStream(response.body)) discard(response.body);
      return;
    }
    const ordinary =
      options.headers.connection === undefined
        ? ordinaryAnswer(response, options, this.#carrier.closingLines)
        : undefined;
    if (ordinary !== undefined) {
      this.#answered = true;
      this.#carrier.send(ordinary.data, ordinary.encoding);
      return;
    }
    // Node would find it out when the exchange is over, and could not tell it any more.
    validateHead(response);
    this.#answered = true;
    this.#carrier.sendThroughNode(response, options);
  }

  destroy(): void {
    this.#carrier.destroy();
  }
}

function validateHead({ status, headers }: HttpResponse): void {
  if (!(status >= 100 && status <= 999)) throw new RangeError(`Invalid status code: ${status}`);
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    for (const each of typeof value === "string" ? [value] : value) validateHeaderValue(name, each);
  }
}
