// The image: a manifest under its digest, and the tags that lead to it.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { ImageDetail, ImageIdentifier } from "../../../model/generated/ecr.d.ts";
import { ecr, inRegistry } from "../model.ts";
import { header, type RepositoryState } from "../repositories/repository.ts";

export interface ImageState {
  readonly repository: string;
  readonly digest: string;
  readonly manifest: string;
  readonly mediaType: string;
  readonly artifactType?: string | undefined;
  readonly size: number;
  readonly tags: readonly string[];
  readonly pushedAt: number;
  /** Within a day: a pull writes no more often. */
  readonly pulledAt?: number | undefined;
  /** What it uses: layers, or images of a list. */
  readonly uses: readonly string[];
  readonly subject?: string | undefined;
}

export const Image = defineResource<ImageState>()({
  service: "ecr",
  type: "image",
  key: (image) => [image.repository, image.digest],
  indexes: {
    referrers: ({ repository, subject, digest }) =>
      subject === undefined ? undefined : [repository, subject, digest],
  },
});

interface TagState {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export const ImageTag = defineResource<TagState>()({
  service: "ecr",
  type: "tag",
  key: (tag) => [tag.repository, tag.tag],
});

export async function hasImages(tx: Transaction, repository: string): Promise<boolean> {
  return (await tx.list(Image, { prefix: [repository], limit: 1 })).values.length > 0;
}

export async function findImage(
  tx: Transaction,
  { id }: RepositoryState,
  { imageTag, imageDigest }: ImageIdentifier,
): Promise<ImageState | undefined> {
  const tagged = imageTag === undefined ? undefined : await tx.get(ImageTag, id, imageTag);
  if (imageTag !== undefined && tagged === undefined) return undefined;
  if (imageDigest !== undefined && tagged !== undefined && tagged.digest !== imageDigest) return undefined;
  const digest = imageDigest ?? tagged?.digest;
  return digest === undefined ? undefined : tx.get(Image, id, digest);
}

export function imageNotFound({ imageDigest, imageTag }: ImageIdentifier, repository: RepositoryState) {
  const shown = (value: string | undefined) => `'${value ?? "null"}'`;
  return fault(
    ecr,
    "ImageNotFoundException",
    `The image with imageId {imageDigest:${shown(imageDigest)}, imageTag:${shown(imageTag)}} does not exist within the repository ${inRegistry(repository)}`,
  );
}

export function showImage(image: ImageState, repository: RepositoryState): ImageDetail {
  return {
    ...header(repository),
    imageDigest: image.digest,
    imageTags: image.tags.length === 0 ? undefined : image.tags,
    imageSizeInBytes: image.size,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactType,
    lastRecordedPullTime: image.pulledAt,
    subjectManifestDigest: image.subject,
    imageStatus: "ACTIVE",
  };
}

const dayMilliseconds = 86_400_000;

export function notePull(tx: Transaction, image: ImageState): void {
  if (image.pulledAt !== undefined && tx.now - image.pulledAt < dayMilliseconds) return;
  tx.put(Image, { ...image, pulledAt: tx.now });
}
