// Layers: uploaded in parts, looked for, downloaded.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type {
  BatchCheckLayerAvailabilityRequest,
  BatchCheckLayerAvailabilityResponse,
  CompleteLayerUploadRequest,
  CompleteLayerUploadResponse,
  GetDownloadUrlForLayerRequest,
  GetDownloadUrlForLayerResponse,
  InitiateLayerUploadRequest,
  InitiateLayerUploadResponse,
  LayerFailure,
  Layer as ShownLayer,
  UploadLayerPartRequest,
  UploadLayerPartResponse,
} from "../../../model/generated/ecr.d.ts";
import { isDigest, Layer } from "../layers/layer.ts";
import { addPart, beginUpload, completeUpload } from "../layers/upload.ts";
import { ecr, invalidParameter } from "../model.ts";
import { layerUrl } from "../registry/layer-url.ts";
import { header, openRepository } from "../repositories/repository.ts";

const partSize = 20 * 1024 * 1024;

export async function initiateLayerUpload(
  input: InitiateLayerUploadRequest,
  caller: Transaction,
): Promise<InitiateLayerUploadResponse> {
  const { repository, tx } = await openRepository(caller, input, "InitiateLayerUpload");
  return { uploadId: beginUpload(tx, repository), partSize };
}

export async function uploadLayerPart(
  input: UploadLayerPartRequest,
  ctx: Waiting,
): Promise<UploadLayerPartResponse> {
  const { partFirstByte, partLastByte, layerPartBlob, uploadId, repositoryName } = input;
  if (partLastByte - partFirstByte + 1 !== layerPartBlob.length) {
    throw invalidParameter("The bytes of the layer part are not as many as its first and last byte say.");
  }
  const received = await addPart(ctx, input, layerPartBlob, partFirstByte);
  return {
    registryId: input.registryId ?? ctx.account,
    repositoryName,
    uploadId,
    lastByteReceived: received - 1,
  };
}

export async function completeLayerUpload(
  input: CompleteLayerUploadRequest,
  ctx: Waiting,
): Promise<CompleteLayerUploadResponse> {
  const digest = input.layerDigests.find(isDigest) ?? "";
  const { existed } = await completeUpload(ctx, input, digest);
  if (existed) {
    throw fault(
      ecr,
      "LayerAlreadyExistsException",
      `Layer with digest '${digest}' already exists in the repository with name '${input.repositoryName}'`,
    );
  }
  return {
    registryId: input.registryId ?? ctx.account,
    repositoryName: input.repositoryName,
    uploadId: input.uploadId,
    layerDigest: digest,
  };
}

export async function batchCheckLayerAvailability(
  input: BatchCheckLayerAvailabilityRequest,
  caller: Transaction,
): Promise<BatchCheckLayerAvailabilityResponse> {
  const { repository, tx } = await openRepository(caller, input, "BatchCheckLayerAvailability");
  const layers: ShownLayer[] = [];
  const failures: LayerFailure[] = [];
  for (const layerDigest of input.layerDigests) {
    if (!isDigest(layerDigest)) {
      const failureReason = `Invalid layer digest: ${layerDigest}`;
      failures.push({ layerDigest, failureCode: "InvalidLayerDigest", failureReason });
      continue;
    }
    const layer = await tx.get(Layer, repository.id, layerDigest);
    layers.push(
      layer === undefined
        ? { layerDigest, layerAvailability: "UNAVAILABLE" }
        : { layerDigest, layerAvailability: "AVAILABLE", layerSize: layer.size },
    );
  }
  return { layers, failures };
}

export async function getDownloadUrlForLayer(
  input: GetDownloadUrlForLayerRequest,
  caller: Transaction,
): Promise<GetDownloadUrlForLayerResponse> {
  const { layerDigest } = input;
  const { repository, tx } = await openRepository(caller, input, "GetDownloadUrlForLayer");
  const layer = await tx.get(Layer, repository.id, layerDigest);
  if (layer === undefined) {
    throw fault(
      ecr,
      "LayersNotFoundException",
      `The layer with digest '${layerDigest}' does not exist in the repository with name '${header(repository).repositoryName}'`,
    );
  }
  return { downloadUrl: await layerUrl(tx, repository, layerDigest), layerDigest };
}
