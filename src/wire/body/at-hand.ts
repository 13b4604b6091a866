// The body of a request that arrived in one piece: there is nothing to wait
// for, and nothing that could break off.

import type { ByteStream } from "../../model/shapes.ts";
import type { ArrivingBody } from "./arriving.ts";
import { isPresent, tooLarge } from "./read.ts";

export class BodyAtHand implements ArrivingBody {
  readonly present: boolean;
  readonly awaitsContinue = false;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, headers: Readonly<Record<string, string | undefined>>) {
    this.present = isPresent(headers);
    this.#bytes = bytes;
  }

  whole(limit: number): Uint8Array {
    if (this.#bytes.length > limit) throw tooLarge(limit);
    return this.#bytes;
  }

  async *stream(): ByteStream & AsyncGenerator<Uint8Array> {
    if (this.#bytes.length > 0) yield this.#bytes;
  }
}
