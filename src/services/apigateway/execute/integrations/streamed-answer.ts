// An answer that a function streams: a head in JSON, eight zero bytes, and the
// body as it comes.

import type { InvokeWithResponseStreamResponseEvent } from "../../../../model/generated/lambda.d.ts";
import type { Answer } from "../answer/answer.ts";
import { internalError } from "../answer/refusal.ts";
import type { Exchange } from "../exchange.ts";
import { noteFailure } from "./outcome.ts";
import { answerHead } from "./proxy-answer.ts";

const delimiter = Buffer.alloc(8);
const longestHead = 64 * 1024;

type Events = AsyncIterable<InvokeWithResponseStreamResponseEvent>;

/** Throws a refusal where there is no head. */
export async function streamedAnswer(exchange: Exchange, events: Events | undefined): Promise<Answer> {
  const chunks = payloads(events ?? none())[Symbol.asyncIterator]();
  let seen = Buffer.alloc(0);
  for (;;) {
    const { value, done } = await chunks.next();
    if (done === true || seen.length > longestHead) throw withoutHead(exchange);
    seen = Buffer.concat([seen, value]);
    const end = seen.indexOf(delimiter);
    if (end < 0) continue;
    const head = answerHead(exchange, { ...prelude(exchange, seen.subarray(0, end)) });
    return { ...head, body: rest(seen.subarray(end + delimiter.length), chunks) };
  }
}

function withoutHead(exchange: Exchange): Error {
  noteFailure(exchange, "Execution failed due to configuration error: Malformed Lambda response stream");
  return internalError("DEFAULT_5XX", 502);
}

interface Prelude {
  readonly cookies?: readonly string[];
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly multiValueHeaders?: Readonly<Record<string, unknown>>;
}

function prelude(exchange: Exchange, bytes: Uint8Array): object {
  try {
    const given = JSON.parse(Buffer.from(bytes).toString()) as Prelude;
    if (given.cookies === undefined) return given;
    return { ...given, multiValueHeaders: { ...given.multiValueHeaders, "set-cookie": given.cookies } };
  } catch {
    throw withoutHead(exchange);
  }
}

/** What the function fails with in the middle cuts the answer off. */
async function* payloads(events: Events): AsyncGenerator<Uint8Array, void, void> {
  for await (const { PayloadChunk, InvokeComplete } of events) {
    if (PayloadChunk?.Payload !== undefined) yield PayloadChunk.Payload;
    if (InvokeComplete?.ErrorCode !== undefined) throw new Error(InvokeComplete.ErrorCode);
  }
}

async function* none(): Events {}

async function* rest(
  first: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (first.length > 0) yield first;
    for (;;) {
      const { value, done } = await chunks.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
}
