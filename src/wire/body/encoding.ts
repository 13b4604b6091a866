// Content encodings of requests. SDKs compress large bodies; a small body that
// inflates without end is refused. Where the encoding is data of the operation
// (S3 keeps it with the object) nothing is decompressed.

import { gunzip, inflate } from "node:zlib";
import { Fault } from "../../core/fault.ts";
import type { OperationModel } from "../../model/shapes.ts";

type Headers = Record<string, string>;

/** The body as the operation reads it; the very same one where no encoding applies. */
export function decompressed(
  body: Uint8Array,
  encoding: string | undefined,
  limit: number,
): Uint8Array | Promise<Uint8Array> {
  if (encoding === undefined || body.length === 0) return body;
  const name = encoding.trim().toLowerCase();
  const expand = name === "gzip" || name === "x-gzip" ? gunzip : name === "deflate" ? inflate : undefined;
  // Others, such as the `amz-1.0` of early JSON clients, change nothing.
  if (expand === undefined) return body;
  return new Promise((resolve, reject) => {
    expand(body, { maxOutputLength: limit }, (error, expanded) => {
      if (error === null) resolve(expanded);
      else reject(refused(error, name, limit));
    });
  });
}

function refused(error: NodeJS.ErrnoException, name: string, limit: number): Fault {
  if (error.code === "ERR_BUFFER_TOO_LARGE") {
    return new Fault(
      "wire",
      "RequestEntityTooLarge",
      `The decompressed request body is larger than the limit of ${limit} bytes.`,
      { status: 413 },
    );
  }
  return new Fault("wire", "SerializationException", `The request body is not valid ${name} data.`, {
    status: 400,
  });
}

/** Whether the operation takes `Content-Encoding` as an input member. */
export function keepsEncoding(operation: OperationModel): boolean {
  for (const member of operation.input?.members.values() ?? []) {
    if (member.location === "header" && member.wireName.toLowerCase() === "content-encoding") return true;
  }
  return false;
}

/** `aws-chunked` belongs to the transfer, not to the object. */
export function removeChunkedEncoding(headers: Headers): void {
  const encoding = headers["content-encoding"];
  if (encoding === undefined) return;
  const kept = encoding
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "" && each !== "aws-chunked");
  if (kept.length === 0) delete headers["content-encoding"];
  else headers["content-encoding"] = kept.join(",");
}
