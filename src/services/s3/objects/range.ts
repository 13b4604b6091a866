// Byte ranges of reads (RFC 9110, section 14). S3 serves one range; what it
// cannot read, and several ranges at once, it ignores.

import type { BlobRange } from "../../../core/ports/blobs.ts";
import { s3Fault } from "../faults.ts";

/** The range within an object of `size` bytes; undefined where all of it is meant. */
export function readRange(text: string | undefined, size: number): BlobRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? "");
  if (found === null) return undefined;
  const [, from = "", to = ""] = found;
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const last = Math.min(Number(to), size);
    if (last === 0) throw unsatisfiable(text, size);
    return { start: size - last, end: size - 1 };
  }
  const start = Number(from);
  const end = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < start) return undefined;
  if (start >= size) throw unsatisfiable(text, size);
  return { start, end };
}

/** `bytes 0-9/100`. */
export function contentRange(range: BlobRange, size: number): string {
  return `bytes ${range.start}-${range.end}/${size}`;
}

function unsatisfiable(text: string | undefined, size: number): Error {
  return s3Fault("InvalidRange", { RangeRequested: text, ActualObjectSize: size });
}
