// Batches: the rules that fail a whole batch, and the running of its entries,
// of which some may fail while the others succeed.

import { Fault, fault } from "../../core/fault.ts";
import type { BatchResultErrorEntry } from "../../model/generated/sqs.d.ts";
import { sqs } from "./faults.ts";

const mostEntries = 10;

/** `entryType` is named in AWS's message: `SendMessageBatchRequestEntry`. */
export function checkBatch(entries: readonly { readonly Id: string }[], entryType: string): void {
  if (entries.length === 0) {
    throw fault(sqs, "EmptyBatchRequest", `There should be at least one ${entryType} in the request.`);
  }
  if (entries.length > mostEntries) {
    throw fault(
      sqs,
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${mostEntries}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw fault(
        sqs,
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (seen.has(Id)) throw fault(sqs, "BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

export interface BatchResult<R> {
  readonly Successful: readonly R[];
  readonly Failed: readonly BatchResultErrorEntry[];
}

/** Runs the entries one after the other; `run` must not have written anything when it throws. */
export async function runBatch<E extends { readonly Id: string }, R>(
  entries: readonly E[],
  run: (entry: E) => Promise<R>,
): Promise<BatchResult<R>> {
  const Successful: R[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push(await run(entry));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}
