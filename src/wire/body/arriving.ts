// The body of one request before anybody has read it: whether there is one, and
// the `100 Continue` that some clients wait for before they send it.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { ByteStream } from "../../model/shapes.ts";
import { declaredLength, isPresent, readWhole, streamBody } from "./read.ts";
import type { BodyWatch } from "./watch.ts";

export interface ArrivingBody {
  readonly present: boolean;
  /** True as long as the client has not been told to send the body: then none will come. */
  readonly awaitsContinue: boolean;
  /** Fails with a Fault beyond `limit` bytes, with ClientGone where the client goes away. */
  whole(limit: number): Promise<Uint8Array> | Uint8Array;
  /** Nothing is asked of the client before the first read. */
  stream(): ByteStream;
}

/** A body that Node's parser delivers piece by piece. */
export class IncomingBody implements ArrivingBody {
  readonly present: boolean;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #watch: BodyWatch;
  /** As received: for an `aws-chunked` body the header is replaced before the body is read. */
  readonly #length: number | undefined;
  #awaitsContinue: boolean;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    watch: BodyWatch,
    awaitsContinue: boolean,
  ) {
    this.present = isPresent(incoming.headers);
    this.#length = declaredLength(incoming);
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#watch = watch;
    this.#awaitsContinue = awaitsContinue;
  }

  get awaitsContinue(): boolean {
    return this.#awaitsContinue;
  }

  whole(limit: number): Promise<Uint8Array> {
    this.#continue();
    return readWhole(this.#incoming, this.#length, limit, this.#watch);
  }

  async *stream(): ByteStream & AsyncGenerator<Uint8Array> {
    this.#continue();
    yield* streamBody(this.#incoming, this.#length, this.#watch);
  }

  #continue(): void {
    if (!this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    this.#outgoing.writeContinue();
  }
}
