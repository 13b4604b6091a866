// What a deleted repository held goes afterwards, piece by piece: another
// repository of the same name has an id of its own, and sees nothing of it.

import { defineJob } from "../../../core/job.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { forgetBlobs, Layer, Use } from "../layers/layer.ts";
import { removeUpload, Upload } from "../layers/upload.ts";
import { Image, ImageTag } from "./image.ts";

const atOnce = 200;

export const clearRepository = defineJob<{ readonly id: string }>({
  name: "ecr.clearRepository",
  run: {
    waits: async ({ id }, ctx) => {
      while (await ctx.atomically((tx) => clearSome(tx, id)));
    },
  },
});

/** Whether there may be more. */
async function clearSome(tx: Transaction, id: string): Promise<boolean> {
  const some = { prefix: [id], limit: atOnce };
  const images = await tx.list(Image, some);
  for (const { digest, tags, uses } of images.values) {
    tx.delete(Image, id, digest);
    for (const tag of tags) tx.delete(ImageTag, id, tag);
    for (const used of uses) tx.delete(Use, id, used, digest);
  }
  const layers = await tx.list(Layer, some);
  for (const { digest } of layers.values) tx.delete(Layer, id, digest);
  forgetBlobs(
    tx,
    layers.values.map(({ blob }) => blob),
  );
  const uploads = await tx.list(Upload, some);
  for (const upload of uploads.values) removeUpload(tx, upload);
  return [images, layers, uploads].some(({ cursor }) => cursor !== undefined);
}
