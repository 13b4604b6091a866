// Compression of answers, where the API wants those of a size compressed and the
// client takes them so.

import { deflateSync, gzipSync } from "node:zlib";
import type { Exchange } from "../exchange.ts";
import { headerOf } from "../request/request.ts";
import { type Answer, headerNamed } from "./answer.ts";

export function compressed({ api, request }: Exchange, answer: Answer): Answer {
  const least = api.snapshot.api.minimumCompressionSize;
  const { body, headers } = answer;
  if (least === undefined || !(typeof body === "string" || body instanceof Uint8Array)) return answer;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const accepted = headerOf(request, "accept-encoding") ?? "";
  const encoding = /\b(?:gzip|deflate)\b/.exec(accepted)?.[0];
  if (encoding === undefined || bytes.length < least || bytes.length === 0) return answer;
  if (headerNamed(headers, "content-encoding") !== undefined) return answer;
  return {
    status: answer.status,
    headers: { ...headers, "Content-Encoding": encoding },
    body: encoding === "gzip" ? gzipSync(bytes) : deflateSync(bytes),
  };
}
