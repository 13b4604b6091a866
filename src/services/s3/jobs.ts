// What happens after a commit that dropped content: its blobs are deleted. A
// crash before loses the job with the commit, or neither.

import { defineJob } from "../../core/job.ts";
import type { Transaction } from "../../core/transaction.ts";
import { bodyKey, type Content } from "./objects/content.ts";
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
        for (const { content } of page.values) if ("blob" in content) await ctx.blobs.delete(content.blob);
        await ctx.atomically(async (tx) => {
          for (const { content, upload: id, number } of page.values) {
            if ("body" in content) tx.raw.delete(bodyKey(tx, content.body));
            tx.delete(UploadedPart, id, number);
          }
        });
      }
    },
  },
});

/** `there`: a transaction at the bucket's own place. */
export function removeContent(there: Transaction, content: Content): void {
  if ("upload" in content) removeParts(there, content.upload, there.now + graceMilliseconds);
  else if ("body" in content) there.raw.delete(bodyKey(there, content.body));
  else there.enqueue(deleteBlobs, { blobs: [content.blob] });
}

export function removeParts(there: Transaction, upload: string, at: number): void {
  there.enqueue(deleteParts, { upload }, { at });
}
