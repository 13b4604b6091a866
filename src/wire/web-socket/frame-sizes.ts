// Watches the sizes that a client's frames declare, beside the reader that
// unpacks them: API Gateway limits single frames more tightly than messages.
// https://www.rfc-editor.org/rfc/rfc6455#section-5.2

/** The longest head: two bytes, eight of length, four of mask. */
const longestHead = 14;

export class FrameSizes {
  readonly #limit: number;
  readonly #head = new Uint8Array(longestHead);
  #headBytes = 0;
  /** Bytes of the payload under way that are still to come. */
  #payload = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next bytes of the stream; false from the moment on that a frame declares more than the limit. */
  accepts(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#payload > 0) {
        const skipped = Math.min(this.#payload, bytes.length - at);
        this.#payload -= skipped;
        at += skipped;
        continue;
      }
      this.#head[this.#headBytes++] = bytes[at++]!;
      const length = this.#declared();
      if (length === undefined) continue;
      if (length > this.#limit) return false;
      this.#headBytes = 0;
      this.#payload = length;
    }
    return true;
  }

  /** Undefined until the head is whole. */
  #declared(): number | undefined {
    const head = this.#head;
    if (this.#headBytes < 2) return undefined;
    const short = head[1]! & 127;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = (head[1]! & 128) === 0 ? 0 : 4;
    if (this.#headBytes < 2 + lengthBytes + maskBytes) return undefined;
    if (lengthBytes === 0) return short;
    let length = 0;
    for (let at = 2; at < 2 + lengthBytes; at++) length = length * 256 + head[at]!;
    return length;
  }
}
