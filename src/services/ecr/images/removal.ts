// Removing images, and with the last one that uses it, a layer.

import type { Transaction } from "../../../core/transaction.ts";
import { forgetBlobs, isUsed, Layer, Use } from "../layers/layer.ts";
import type { RepositoryState } from "../repositories/repository.ts";
import { tellImage } from "./event.ts";
import { Image, type ImageState, ImageTag } from "./image.ts";

export async function removeImage(
  tx: Transaction,
  repository: RepositoryState,
  image: ImageState,
): Promise<void> {
  const { id } = repository;
  tx.delete(Image, id, image.digest);
  for (const tag of image.tags) tx.delete(ImageTag, id, tag);
  for (const used of image.uses) {
    tx.delete(Use, id, used, image.digest);
    const layer = await tx.get(Layer, id, used);
    if (layer === undefined || (await isUsed(tx, id, used))) continue;
    tx.delete(Layer, id, used);
    forgetBlobs(tx, [layer.blob]);
  }
  const tags = image.tags.length === 0 ? [undefined] : image.tags;
  for (const tag of tags) tellImage(tx, "DELETE", repository, image, tag);
}

/** Takes one tag away; the image stays, until its last tag is gone. */
export async function removeTag(
  tx: Transaction,
  repository: RepositoryState,
  image: ImageState,
  tag: string,
): Promise<void> {
  const tags = image.tags.filter((each) => each !== tag);
  if (tags.length === 0) {
    await removeImage(tx, repository, image);
    return;
  }
  tx.delete(ImageTag, repository.id, tag);
  tx.put(Image, { ...image, tags });
  tellImage(tx, "DELETE", repository, image, tag);
}
