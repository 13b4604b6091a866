// The two forms of a request's body: whole, as the front reads it for most
// operations, and as it arrives, for streaming inputs.

import { assert } from "../../core/fault.ts";
import type { HttpRequest } from "../../core/http.ts";
import type { ByteStream } from "../../model/shapes.ts";

export function wholeBody(request: HttpRequest): Uint8Array {
  assert(request.body instanceof Uint8Array, "the body of a request without streaming input is read whole");
  return request.body;
}

export function streamedBody(request: HttpRequest): ByteStream {
  const { body } = request;
  return body instanceof Uint8Array ? streamOf(body) : body;
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
