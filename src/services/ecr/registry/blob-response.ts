// A layer as HTTP answers it, whole or a range of it.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { LayerState } from "../layers/layer.ts";

export async function blobResponse(
  ctx: Waiting,
  { method, headers }: HttpRequest,
  { blob, size, digest }: LayerState,
): Promise<HttpResponse> {
  const range = readRange(headers["range"], size);
  if (range === null) return { status: 416, headers: { "content-range": `bytes */${size}` } };
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const answer = {
    status: range === undefined ? 200 : 206,
    headers: {
      "content-type": "application/octet-stream",
      "content-length": String(end - start + 1),
      "docker-content-digest": digest,
      "accept-ranges": "bytes",
      ...(range !== undefined && { "content-range": `bytes ${start}-${end}/${size}` }),
    },
  };
  return method === "HEAD" || size === 0 ? answer : { ...answer, body: await ctx.blobs.get(blob, range) };
}

/** Undefined: all of it. Null: nothing that there is. */
function readRange(header: string | undefined, size: number) {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? null : { start, end };
}
