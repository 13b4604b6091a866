// A streamed response on its way from the function to the caller. When the
// caller reads slowly, the function is made to wait rather than kept in memory.

import type { ByteStream } from "../model/shapes.ts";

const fullBytes = 1024 * 1024;

export class ResponseStream implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;
  #failure: Error | undefined;
  #abandoned = false;
  #paused = false;
  #wake: (() => void) | undefined;
  readonly #pause: () => void;
  readonly #resume: () => void;

  constructor(pause: () => void, resume: () => void) {
    this.#pause = pause;
    this.#resume = resume;
  }

  push(chunk: Uint8Array): void {
    // The reader left: the function finishes for itself, as on AWS.
    if (this.#abandoned) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= fullBytes && !this.#paused) {
      this.#paused = true;
      this.#pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  fail(failure: Error): void {
    this.#failure ??= failure;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#take();
        if (chunk !== undefined) yield chunk;
        else if (this.#failure !== undefined) throw this.#failure;
        else if (this.#ended) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.#abandoned = true;
      this.#chunks.length = 0;
      this.#release();
    }
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#bytes -= chunk.length;
    if (this.#bytes < fullBytes / 2) this.#release();
    return chunk;
  }

  #release(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#resume();
  }
}

/** Reads a stream to its end, for a caller who wants the response whole; past the limit it is only counted. */
export async function whole(stream: ByteStream, limit: number): Promise<{ bytes: Buffer; length: number }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks), length };
}
