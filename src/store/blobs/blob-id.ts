// Ids of blobs. Each put has one of its own, even of equal bytes: who deletes a
// blob need not ask who else refers to it.

import { assert } from "../../core/fault.ts";
import type { Ids } from "../../core/ids.ts";

const length = 32;
const form = /^[0-9a-f]{32}$/;

export function newBlobId(ids: Ids): string {
  return ids.hex(length);
}

/** Ids become paths: nothing else may. */
export function isBlobId(id: string): boolean {
  return form.test(id);
}

/** Of an id that the caller chose. */
export function assertNew(id: string): void {
  assert(isBlobId(id), `${id} can be the id of a blob`);
}
