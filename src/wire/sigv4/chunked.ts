// Reads `aws-chunked` bodies: chunks with their own signatures, each continuing
// the one before, and trailing headers. Nothing is buffered but chunk headers
// and trailers; a wrong signature fails the stream, and with it the upload.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html

import { createHash, type Hash } from "node:crypto";
import { Fault } from "../../core/fault.ts";
import type { ByteStream } from "../../model/shapes.ts";
import type { SigningKey } from "./signing-key.ts";
import { isSignature } from "./verify.ts";

export interface ChunkSigning {
  readonly key: SigningKey;
  readonly timestamp: string;
  readonly scope: string;
  /** The signature of the request, which the first chunk continues. */
  readonly seed: string;
}

export interface ChunkedOptions {
  /** Undefined where chunks are not signed, or where there is no secret to verify by. */
  readonly signing: ChunkSigning | undefined;
  /** The length of the content, where the client announced it. */
  readonly decodedLength: number | undefined;
  /** Lower-case names of the trailers that the client announced; others are refused. */
  readonly announcedTrailers: readonly string[];
  /** Called once, when the trailers are read and found genuine. */
  readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void;
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const longestHeader = 4096;
const longestTrailers = 16 * 1024;

export async function* readChunked(source: ByteStream, options: ChunkedOptions): AsyncGenerator<Uint8Array> {
  const input = new Input(source);
  const signing = options.signing;
  let previous = signing?.seed ?? "";
  let total = 0;
  for (;;) {
    const header = readChunkHeader(await input.line(longestHeader));
    const content = signing === undefined ? undefined : createHash("sha256");
    yield* pieces(input, header.size, content);
    total += header.size;
    if (signing !== undefined) {
      const signature = header.signature ?? "";
      verify(signing, signature, chunkText(signing, previous, content!.digest("hex")));
      previous = signature;
    }
    if (header.size === 0) break;
    if ((await input.line(2)) !== "") throw incomplete();
  }
  if (options.decodedLength !== undefined && options.decodedLength !== total) throw incomplete();
  await readTrailers(input, options, previous);
}

async function* pieces(input: Input, size: number, content: Hash | undefined): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const piece = await input.atMost(left);
    content?.update(piece);
    left -= piece.length;
    yield piece;
  }
}

interface ChunkHeader {
  readonly size: number;
  readonly signature: string | undefined;
}

/** `10000;chunk-signature=ad80...`. */
function readChunkHeader(line: string): ChunkHeader {
  const semicolon = line.indexOf(";");
  const digits = (semicolon < 0 ? line : line.slice(0, semicolon)).trim();
  if (!/^[0-9a-fA-F]{1,12}$/.test(digits)) throw malformed();
  const marker = line.indexOf("chunk-signature=", semicolon);
  return {
    size: Number.parseInt(digits, 16),
    signature: semicolon < 0 || marker < 0 ? undefined : line.slice(marker + 16).trim(),
  };
}

async function readTrailers(input: Input, options: ChunkedOptions, previous: string): Promise<void> {
  const trailers: Record<string, string> = {};
  let canonical = "";
  let signature: string | undefined;
  for (let read = 0; read < longestTrailers; ) {
    const line = await input.lastLine(longestHeader);
    // An empty line, or the end of the body: some clients leave out the last line end.
    if (line === undefined || line === "") break;
    read += line.length;
    const colon = line.indexOf(":");
    if (colon < 0) throw malformedTrailer();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") {
      signature = value;
    } else {
      // An unannounced name could overwrite a header that has been verified.
      if (!options.announcedTrailers.includes(name)) throw malformedTrailer();
      trailers[name] = value;
      canonical += `${name}:${value}\n`;
    }
  }
  await input.drain();
  if (options.signing !== undefined && canonical !== "") {
    verify(options.signing, signature ?? "", trailerText(options.signing, previous, canonical));
  }
  if (options.announcedTrailers.some((name) => !Object.hasOwn(trailers, name))) throw malformedTrailer();
  options.onTrailers(trailers);
}

function chunkText(signing: ChunkSigning, previous: string, contentHash: string): string {
  return `AWS4-HMAC-SHA256-PAYLOAD\n${signing.timestamp}\n${signing.scope}\n${previous}\n${emptyHash}\n${contentHash}`;
}

function trailerText(signing: ChunkSigning, previous: string, canonical: string): string {
  const digest = createHash("sha256").update(canonical, "latin1").digest("hex");
  return `AWS4-HMAC-SHA256-TRAILER\n${signing.timestamp}\n${signing.scope}\n${previous}\n${digest}`;
}

function verify(signing: ChunkSigning, signature: string, toSign: string): void {
  if (isSignature(signing.key, toSign, signature)) return;
  throw new Fault(
    "s3",
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    { status: 403, fields: { StringToSign: toSign, SignatureProvided: signature } },
  );
}

/** Pulls lines and bounded pieces out of a stream of arbitrary pieces. */
class Input {
  readonly #source: AsyncIterator<Uint8Array>;
  #current: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(source: ByteStream) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Up to `limit` bytes, at least one; fails at the end of the body. */
  async atMost(limit: number): Promise<Uint8Array> {
    if (!(await this.#fill())) throw incomplete();
    const end = Math.min(this.#current.length, this.#at + limit);
    const piece = this.#current.subarray(this.#at, end);
    this.#at = end;
    return piece;
  }

  /** The text up to the next line end. */
  async line(limit: number): Promise<string> {
    const line = await this.lastLine(limit);
    if (line === undefined) throw incomplete();
    return line;
  }

  /** As `line`, but what is left at the end of the body is a line as well; undefined where nothing is. */
  async lastLine(limit: number): Promise<string | undefined> {
    let text = "";
    for (;;) {
      if (!(await this.#fill())) return text === "" ? undefined : text;
      const found = this.#current.indexOf(10, this.#at);
      const end = found < 0 ? this.#current.length : found;
      if (text.length + end - this.#at > limit) throw malformed();
      text += Buffer.from(this.#current.subarray(this.#at, end)).toString("latin1");
      this.#at = found < 0 ? end : found + 1;
      if (found >= 0) return text.endsWith("\r") ? text.slice(0, -1) : text;
    }
  }

  /** Reads to the end, so that the connection can carry the next request; there must not be much. */
  async drain(): Promise<void> {
    for (let left = longestHeader; await this.#fill(); ) {
      left -= this.#current.length - this.#at;
      if (left < 0) throw malformed();
      this.#at = this.#current.length;
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#current.length) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#current = next.value;
      this.#at = 0;
    }
    return true;
  }
}

function incomplete(): Fault {
  return new Fault(
    "s3",
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    { status: 400 },
  );
}

function malformed(): Fault {
  return new Fault("s3", "InvalidChunkSizeError", "The chunk header of the body could not be read.", {
    status: 400,
  });
}

function malformedTrailer(): Fault {
  return new Fault(
    "s3",
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    { status: 400 },
  );
}
