// What happens after a commit that dropped content: its blobs are deleted. A
// crash before loses the job with the commit, or neither.

import { defineJob } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Content } from "./objects/object.ts";
import { UploadedPart } from "./uploads/upload.ts";

/** Parts are opened one by one while an object is read: who began to read it may end. */
const graceMilliseconds = 15 * 60_000;
const partsAtOnce = 500;

export const deleteBlobs = defineJob<{ readonly blobs: readonly string[] }>({
  name: "s3.deleteBlobs",
  run: {
    waits: async ({ blobs }, ctx) => {
      for (const blob of blobs) await ctx.blobs.delete(blob);
    },
  },
});

/** Deletes the parts of an upload, blobs first: a run that breaks off begins again with what is left. */
export const deleteParts = defineJob<{ readonly upload: string }>({
  name: "s3.deleteParts",
  run: {
    waits: async ({ upload }, ctx) => {
      for (;;) {
        const page = await ctx.atomically((tx) =>
          tx.list(UploadedPart, { prefix: [upload], limit: partsAtOnce }),
        );
        if (page.values.length === 0) return;
        for (const part of page.values) await ctx.blobs.delete(part.blob);
        await ctx.atomically(async (tx) => {
          for (const part of page.values) tx.delete(UploadedPart, part.upload, part.number);
        });
      }
    },
  },
});

/** `there`: a transaction at the bucket's own place. */
export function removeContent(there: Transaction, content: Content): void {
  if ("blob" in content) removeBlobs(there, [content.blob]);
  else removeParts(there, content.upload, there.now + graceMilliseconds);
}

export function removeBlobs(there: Transaction, blobs: readonly string[]): void {
  if (blobs.length > 0) there.enqueue(deleteBlobs, { blobs });
}

export function removeParts(there: Transaction, upload: string, at: number): void {
  there.enqueue(deleteParts, { upload }, { at });
}
