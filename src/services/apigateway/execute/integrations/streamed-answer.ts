// An answer that a function streams, as the client gets it.

import { splitHead } from "../../../../base/streamed-head.ts";
import type { InvokeWithResponseStreamResponseEvent } from "../../../../model/generated/lambda.d.ts";
import type { Answer } from "../answer/answer.ts";
import { internalError } from "../answer/refusal.ts";
import type { Exchange } from "../exchange.ts";
import { noteFailure } from "./outcome.ts";
import { answerHead } from "./proxy-answer.ts";

const longestHead = 64 * 1024;

type Events = AsyncIterable<InvokeWithResponseStreamResponseEvent>;

/** Throws a refusal where there is no head. */
export async function streamedAnswer(exchange: Exchange, events: Events | undefined): Promise<Answer> {
  const answer = await splitHead(payloads(events ?? none()), longestHead);
  if (answer === undefined) throw withoutHead(exchange);
  return { ...answerHead(exchange, { ...prelude(exchange, answer.head) }), body: answer.body };
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

function prelude(exchange: Exchange, head: string): object {
  try {
    const given = JSON.parse(head) as Prelude;
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
