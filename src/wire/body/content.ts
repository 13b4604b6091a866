// Gives a routed and authenticated request the body that its operation reads:
// decompressed, out of its `aws-chunked` framing, checked against the signed
// hash; whole, or as a stream for a streaming input.

import { createHash } from "node:crypto";
import { Fault } from "../../core/fault.ts";
import type { ByteStream, OperationModel } from "../../model/shapes.ts";
import { type Identity, wrongPayload } from "../authenticate.ts";
import type { WireRequest } from "../request.ts";
import { type ChunkSigning, readChunked } from "../sigv4/chunked.ts";
import type { SignatureClaim } from "../sigv4/claim.ts";
import { type ChunkedPayload, chunkedPayload } from "../sigv4/payload.ts";
import type { Refusal } from "../sigv4/refusal.ts";
import { removeChunkedEncoding } from "./encoding.ts";

/** Whether the operation takes its body as a stream: a streaming blob, or events. */
export function streamsInput(operation: OperationModel): boolean {
  const { input } = operation;
  if (input === undefined) return false;
  const payload = input.payload === undefined ? undefined : input.members.get(input.payload)?.shape;
  if (payload === undefined) return false;
  return payload.kind === "blob" ? payload.streaming : payload.kind === "structure" && payload.eventStream;
}

export interface Arriving {
  readonly request: WireRequest;
  readonly claim: SignatureClaim | Refusal | undefined;
  readonly identity: Identity;
  readonly source: ByteStream;
  readonly refuse: (refused: Refusal) => Fault;
  readonly onTrailers: (trailers: Readonly<Record<string, string>>) => void;
}

/** The content of a body that is still to be read. */
export function contentOf(arriving: Arriving): ByteStream {
  const chunked = chunkedPayload(arriving.request.headers);
  if (chunked !== undefined) return unchunked(arriving, chunked);
  const expected = arriving.identity.payloadHash;
  return expected === undefined ? arriving.source : hashed(arriving, expected);
}

function unchunked(
  { request, claim, identity, source, onTrailers }: Arriving,
  chunked: ChunkedPayload,
): ByteStream {
  const { headers } = request;
  const decodedLength = headers["x-amz-decoded-content-length"];
  const announced = headers["x-amz-trailer"];
  removeChunkedEncoding(headers);
  // From here on the length is the content's: operations take it as input.
  if (decodedLength !== undefined) headers["content-length"] = decodedLength;
  return readChunked(source, {
    signing: chunked.signed ? signingOf(identity, claim) : undefined,
    decodedLength: decodedLength === undefined ? undefined : Number(decodedLength),
    announcedTrailers:
      announced === undefined
        ? []
        : announced
            .split(",")
            .map((each) => each.trim().toLowerCase())
            .filter((each) => each !== ""),
    onTrailers: (trailers) => {
      Object.assign(headers, trailers);
      onTrailers(trailers);
    },
  });
}

function signingOf(identity: Identity, claim: Arriving["claim"]): ChunkSigning | undefined {
  if (identity.key === undefined || claim?.kind !== "claim") return undefined;
  return { key: identity.key, timestamp: claim.timestamp, scope: claim.scope, seed: claim.signature };
}

/** Fails at the end where the body is not the one that was signed. */
async function* hashed({ source, refuse }: Arriving, expected: string): AsyncGenerator<Uint8Array> {
  const digest = createHash("sha256");
  for await (const piece of source) {
    digest.update(piece);
    yield piece;
  }
  const computed = digest.digest("hex");
  if (computed !== expected) throw refuse(wrongPayload(expected, computed));
}

/** The whole content, for an operation that does not stream; at most `limit` bytes. */
export async function collect(content: ByteStream, limit: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    length += piece.length;
    if (length > limit) {
      throw new Fault("wire", "RequestEntityTooLarge", `The request body is larger than ${limit} bytes.`, {
        status: 413,
      });
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}
