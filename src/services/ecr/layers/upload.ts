// Uploads of layers: parts come one after the other, each a blob; the last
// request names the digest of the whole.

import { createHash } from "node:crypto";
import { fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ByteStream } from "../../../model/shapes.ts";
import { ecr } from "../model.ts";
import { openRepository, type RepositoryState } from "../repositories/repository.ts";
import { deleteBlobs, forgetBlobs, isDigest, Layer, type LayerState } from "./layer.ts";

interface PartState {
  readonly blob: string;
  readonly size: number;
  /** Of the part alone, with its prefix: a layer that came in one part has no other. */
  readonly digest: string;
}

export interface UploadState {
  readonly repository: string;
  readonly id: string;
  readonly size: number;
  readonly parts: readonly PartState[];
}

export const Upload = defineResource<UploadState>()({
  service: "ecr",
  type: "upload",
  key: (upload) => [upload.repository, upload.id],
});

const mostParts = 4200;
const dayMilliseconds = 86_400_000;

/** What nobody completes within a day goes. */
export const dropUpload = defineJob<{ readonly repository: string; readonly id: string }>({
  name: "ecr.dropUpload",
  run: async ({ repository, id }, tx) => {
    const upload = await tx.get(Upload, repository, id);
    if (upload !== undefined) removeUpload(tx, upload);
  },
});

export function removeUpload(tx: Transaction, { repository, id, parts }: UploadState): void {
  tx.delete(Upload, repository, id);
  tx.cancel(dropUpload, id);
  forgetBlobs(
    tx,
    parts.map(({ blob }) => blob),
  );
}

/** What a request of an upload names; `registryId` as in every request. */
export interface UploadName {
  readonly registryId?: string | undefined;
  readonly repositoryName: string;
  readonly uploadId: string;
}

export function beginUpload(tx: Transaction, { id: repository }: RepositoryState): string {
  const id = tx.ids.uuid();
  tx.put(Upload, { repository, id, size: 0, parts: [] });
  tx.enqueue(dropUpload, { repository, id }, { id, at: tx.now + dayMilliseconds });
  return id;
}

export async function openUpload(
  caller: Transaction,
  name: UploadName,
  action: string,
): Promise<{ readonly upload: UploadState; readonly repository: RepositoryState; readonly tx: Transaction }> {
  const { repository, tx } = await openRepository(caller, name, action);
  const upload = await tx.get(Upload, repository.id, name.uploadId);
  if (upload === undefined) {
    throw fault(
      ecr,
      "UploadNotFoundException",
      `The upload with id '${name.uploadId}' does not exist in the repository with name '${repository.name}' in the registry with id '${repository.account}'`,
    );
  }
  return { upload, repository, tx };
}

/** Adds a part; answers the bytes received so far. `firstByte`: where the client says that it begins. */
export async function addPart(
  ctx: Waiting,
  name: UploadName,
  body: ByteStream | Uint8Array,
  firstByte?: number,
): Promise<number> {
  await ctx.atomically(async (tx) => checkPlace(await openUpload(tx, name, "UploadLayerPart"), firstByte));
  const hash = createHash("sha256");
  const { id: blob, size } = await ctx.blobs.put(body, (chunk) => hash.update(chunk));
  const part: PartState = { blob, size, digest: `sha256:${hash.digest("hex")}` };
  try {
    return await ctx.atomically(async (caller) => {
      const open = await openUpload(caller, name, "UploadLayerPart");
      checkPlace(open, firstByte);
      const { upload, tx } = open;
      tx.put(Upload, { ...upload, size: upload.size + size, parts: [...upload.parts, part] });
      return upload.size + size;
    });
  } catch (error) {
    await ctx.blobs.delete(blob);
    throw error;
  }
}

function checkPlace(
  { upload, repository }: { readonly upload: UploadState; readonly repository: RepositoryState },
  firstByte: number | undefined,
): void {
  if ((firstByte === undefined || firstByte === upload.size) && upload.parts.length < mostParts) return;
  throw fault(
    ecr,
    "InvalidLayerPartException",
    "The layer part size is not valid, or the first byte specified is not consecutive to the last byte of a previous layer part upload.",
    {
      fields: {
        registryId: repository.account,
        repositoryName: repository.name,
        uploadId: upload.id,
        lastValidByteReceived: upload.size - 1,
      },
    },
  );
}

/** Makes the parts a layer of that digest; one that is there already is left as it is. */
export async function completeUpload(
  ctx: Waiting,
  name: UploadName,
  digest: string,
): Promise<{ readonly layer: LayerState; readonly existed: boolean }> {
  const { upload } = await ctx.atomically((tx) => openUpload(tx, name, "CompleteLayerUpload"));
  const { parts } = upload;
  if (parts.length === 0) {
    throw fault(ecr, "EmptyUploadException", "The specified layer upload does not contain any layer parts.");
  }
  const whole = parts.length === 1 ? parts[0]! : await joined(ctx, parts);
  if (!isDigest(digest) || whole.digest !== digest) {
    if (parts.length > 1) await ctx.blobs.delete(whole.blob);
    throw fault(
      ecr,
      "InvalidLayerException",
      "The layer digest calculation performed by Amazon ECR upon receipt of the image layer does not match the digest specified.",
    );
  }
  return ctx.atomically(async (caller) => {
    const { upload: now, repository, tx } = await openUpload(caller, name, "CompleteLayerUpload");
    const existing = await tx.get(Layer, repository.id, digest);
    const layer = existing ?? { repository: repository.id, digest, blob: whole.blob, size: whole.size };
    if (existing === undefined) tx.put(Layer, layer);
    removeUpload(tx, { ...now, parts: now.parts.filter(({ blob }) => blob !== layer.blob) });
    if (existing !== undefined && parts.length > 1) tx.enqueue(deleteBlobs, { blobs: [whole.blob] });
    return { layer, existed: existing !== undefined };
  });
}

async function joined(ctx: Waiting, parts: readonly PartState[]): Promise<PartState> {
  const hash = createHash("sha256");
  const { id, size } = await ctx.blobs.put(streamOf(ctx, parts), (chunk) => hash.update(chunk));
  return { blob: id, size, digest: `sha256:${hash.digest("hex")}` };
}

async function* streamOf(ctx: Waiting, parts: readonly PartState[]): ByteStream {
  for (const { blob } of parts) yield* await ctx.blobs.get(blob);
}
