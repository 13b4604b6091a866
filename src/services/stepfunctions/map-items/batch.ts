// ItemBatcher: several items as the input of one child execution.

import { type Json, StateError } from "../asl/data/scope.ts";
import type { BatchLimits } from "./aim.ts";

/** The input of an execution ends at 256 KiB, whatever the batch allows. */
const longestInput = 262_144;

export async function* batchItems(items: AsyncIterable<Json>, limits: BatchLimits): AsyncGenerator<Json> {
  const { batchInput, maxItems = Number.POSITIVE_INFINITY } = limits;
  const maxBytes = Math.min(limits.maxBytes ?? longestInput, longestInput);
  const shell = batchInput === undefined ? {} : { BatchInput: batchInput };
  const empty = sizeOf({ ...shell, Items: [] });
  let batch: Json[] = [];
  let bytes = empty;
  for await (const item of items) {
    const size = sizeOf(item);
    if (empty + size > maxBytes) {
      throw new StateError(
        "States.ItemReaderFailed",
        `An item of ${size} bytes does not fit into a batch of at most ${maxBytes} bytes`,
      );
    }
    // A comma parts the items.
    if (batch.length >= maxItems || (batch.length > 0 && bytes + size + 1 > maxBytes)) {
      yield { ...shell, Items: batch };
      batch = [];
      bytes = empty;
    }
    bytes += size + (batch.length > 0 ? 1 : 0);
    batch.push(item);
  }
  if (batch.length > 0) yield { ...shell, Items: batch };
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
