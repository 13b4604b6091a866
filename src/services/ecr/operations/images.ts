// Images: put, fetched, listed, described, deleted.

import type { Page, Transaction } from "../../../core/transaction.ts";
import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  BatchGetImageRequest,
  BatchGetImageResponse,
  DescribeImagesRequest,
  DescribeImagesResponse,
  ImageFailure,
  ImageIdentifier,
  ListImagesRequest,
  ListImagesResponse,
  PutImageRequest,
  PutImageResponse,
  Image as Shown,
} from "../../../model/generated/ecr.d.ts";
import { findImage, Image, type ImageState, imageNotFound, notePull, showImage } from "../images/image.ts";
import { digestMismatch, readManifest } from "../images/manifest.ts";
import { putManifest } from "../images/put.ts";
import { removeImage, removeTag } from "../images/removal.ts";
import { isDigest, isUsed } from "../layers/layer.ts";
import { invalidParameter } from "../model.ts";
import { header, openRepository, type RepositoryState } from "../repositories/repository.ts";

export async function putImage(input: PutImageRequest, caller: Transaction): Promise<PutImageResponse> {
  const { repository, tx } = await openRepository(caller, input, "PutImage");
  const manifest = readManifest(input.imageManifest, input.imageManifestMediaType);
  if (input.imageDigest !== undefined && input.imageDigest !== manifest.digest) {
    throw digestMismatch(input.imageDigest, manifest.digest);
  }
  const image = await putManifest(tx, repository, manifest, input.imageTag);
  return { image: shown(image, repository, input.imageTag) };
}

function shown(image: ImageState, repository: RepositoryState, imageTag: string | undefined): Shown {
  return {
    ...header(repository),
    imageId: { imageDigest: image.digest, ...(imageTag !== undefined && { imageTag }) },
    imageManifest: image.manifest,
    imageManifestMediaType: image.mediaType,
  };
}

export async function batchGetImage(
  input: BatchGetImageRequest,
  caller: Transaction,
): Promise<BatchGetImageResponse> {
  const { repository, tx } = await openRepository(caller, input, "BatchGetImage");
  const images: Shown[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.imageIds) {
    const image = await findImage(tx, repository, imageId);
    if (image === undefined) failures.push(failureOf(imageId));
    else {
      notePull(tx, image);
      images.push(shown(image, repository, imageId.imageTag));
    }
  }
  return { images, failures };
}

function failureOf(imageId: ImageIdentifier): ImageFailure {
  const { imageDigest, imageTag } = imageId;
  if (imageDigest === undefined && imageTag === undefined) {
    return { imageId, failureCode: "MissingDigestAndTag", failureReason: "Missing digest and tag" };
  }
  if (imageDigest !== undefined && !isDigest(imageDigest)) {
    const failureReason = `Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'`;
    return { imageId, failureCode: "InvalidImageDigest", failureReason };
  }
  return { imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" };
}

export async function batchDeleteImage(
  input: BatchDeleteImageRequest,
  caller: Transaction,
): Promise<BatchDeleteImageResponse> {
  const { repository, tx } = await openRepository(caller, input, "BatchDeleteImage");
  const imageIds: ImageIdentifier[] = [];
  const failures: ImageFailure[] = [];
  for (const imageId of input.imageIds) {
    const image = await findImage(tx, repository, imageId);
    if (image === undefined) {
      failures.push(failureOf(imageId));
      continue;
    }
    const { imageTag } = imageId;
    const whole = imageTag === undefined || image.tags.length === 1;
    if (whole && (await isUsed(tx, repository.id, image.digest))) {
      const failureReason = "The image is referenced by a manifest list";
      failures.push({ imageId, failureCode: "ImageReferencedByManifestList", failureReason });
      continue;
    }
    if (imageTag !== undefined) {
      await removeTag(tx, repository, image, imageTag);
      imageIds.push({ imageDigest: image.digest, imageTag });
      continue;
    }
    await removeImage(tx, repository, image);
    if (image.tags.length === 0) imageIds.push({ imageDigest: image.digest });
    for (const tag of image.tags) imageIds.push({ imageDigest: image.digest, imageTag: tag });
  }
  return { imageIds, failures };
}

type Filtered = Pick<DescribeImagesRequest, "filter" | "maxResults" | "nextToken">;

/** Read in one go for one page. */
const mostRead = 1000;

async function listMatching(
  tx: Transaction,
  { id }: RepositoryState,
  { filter, maxResults = 100, nextToken }: Filtered,
): Promise<Page<ImageState>> {
  const { tagStatus = "ANY", imageStatus = "ACTIVE" } = filter ?? {};
  const found: ImageState[] = [];
  let cursor = nextToken;
  for (let read = 0; read < mostRead; ) {
    const limit = maxResults - found.length;
    const page = await tx.list(Image, { prefix: [id], limit, cursor });
    read += limit;
    for (const image of page.values) {
      const tagged = image.tags.length > 0 ? "TAGGED" : "UNTAGGED";
      // Nothing is ever archived here.
      if (imageStatus !== "ACTIVE" && imageStatus !== "ANY") continue;
      if (tagStatus === "ANY" || tagStatus === tagged) found.push(image);
    }
    cursor = page.cursor;
    if (cursor === undefined || found.length === maxResults) break;
  }
  return { values: found, ...(cursor !== undefined && { cursor }) };
}

export async function describeImages(
  input: DescribeImagesRequest,
  caller: Transaction,
): Promise<DescribeImagesResponse> {
  const { repository, tx } = await openRepository(caller, input, "DescribeImages");
  if (input.imageIds === undefined || input.imageIds.length === 0) {
    const page = await listMatching(tx, repository, input);
    return {
      imageDetails: page.values.map((image) => showImage(image, repository)),
      nextToken: page.cursor,
    };
  }
  if (input.maxResults !== undefined || input.nextToken !== undefined) {
    throw invalidParameter("maxResults and nextToken can't be given together with imageIds.");
  }
  const imageDetails = [];
  for (const imageId of input.imageIds) {
    const image = await findImage(tx, repository, imageId);
    if (image === undefined) throw imageNotFound(imageId, repository);
    imageDetails.push(showImage(image, repository));
  }
  return { imageDetails };
}

export async function listImages(input: ListImagesRequest, caller: Transaction): Promise<ListImagesResponse> {
  const { repository, tx } = await openRepository(caller, input, "ListImages");
  const page = await listMatching(tx, repository, input);
  const imageIds = page.values.flatMap(({ digest, tags }): readonly ImageIdentifier[] =>
    tags.length === 0
      ? [{ imageDigest: digest }]
      : tags.map((imageTag) => ({ imageDigest: digest, imageTag })),
  );
  return { imageIds, nextToken: page.cursor };
}
