// Putting an image: its manifest is kept once all that it refers to is there.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Layer, layersNotFound, Use } from "../layers/layer.ts";
import { ecr, inRegistry } from "../model.ts";
import type { RepositoryState } from "../repositories/repository.ts";
import { tellImage } from "./event.ts";
import { Image, type ImageState, ImageTag } from "./image.ts";
import type { Manifest } from "./manifest.ts";
import { isMutable } from "./mutability.ts";

/** `tag` undefined: under its digest alone. */
export async function putManifest(
  tx: Transaction,
  repository: RepositoryState,
  manifest: Manifest,
  tag: string | undefined,
): Promise<ImageState> {
  const { id } = repository;
  const { digest } = manifest;
  const existing = await tx.get(Image, id, digest);
  const former = tag === undefined ? undefined : await tx.get(ImageTag, id, tag);
  if (existing !== undefined && (tag === undefined || former?.digest === digest)) {
    const tagged = tag === undefined ? "" : ` and tag '${tag}'`;
    throw fault(
      ecr,
      "ImageAlreadyExistsException",
      `Image with digest '${digest}'${tagged} already exists in the repository ${inRegistry(repository)}`,
    );
  }
  if (tag !== undefined && former !== undefined && !isMutable(repository, tag)) {
    throw fault(
      ecr,
      "ImageTagAlreadyExistsException",
      `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
    );
  }
  if (existing === undefined) await checkParts(tx, repository, manifest);
  const tags = tag === undefined ? (existing?.tags ?? []) : [...(existing?.tags ?? []), tag];
  const uses = [...manifest.layers, ...manifest.images];
  const image: ImageState = existing
    ? { ...existing, tags }
    : {
        repository: id,
        digest,
        manifest: manifest.text,
        mediaType: manifest.mediaType,
        artifactType: manifest.artifactType,
        size: manifest.size,
        tags,
        pushedAt: tx.now,
        uses,
        subject: manifest.subject,
      };
  if (former !== undefined) await untag(tx, id, former.digest, tag!);
  if (tag !== undefined) tx.put(ImageTag, { repository: id, tag, digest });
  tx.put(Image, image);
  if (existing === undefined) for (const used of uses) tx.put(Use, { repository: id, used, by: digest });
  tellImage(tx, "PUSH", repository, image, tag);
  return image;
}

async function untag(tx: Transaction, repository: string, digest: string, tag: string): Promise<void> {
  const image = await tx.get(Image, repository, digest);
  if (image !== undefined) tx.put(Image, { ...image, tags: image.tags.filter((each) => each !== tag) });
}

async function checkParts(
  tx: Transaction,
  { id, name }: RepositoryState,
  { layers, images }: Manifest,
): Promise<void> {
  const missing: string[] = [];
  for (const digest of layers) if ((await tx.get(Layer, id, digest)) === undefined) missing.push(digest);
  if (missing.length > 0) throw layersNotFound(missing, name);
  for (const digest of images) if ((await tx.get(Image, id, digest)) === undefined) missing.push(digest);
  if (missing.length === 0) return;
  throw fault(
    ecr,
    "ReferencedImagesNotFoundException",
    `The manifest list refers to images that do not exist in the repository with name '${name}': ${missing.join(", ")}`,
  );
}
