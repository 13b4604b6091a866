// Uploads of layers: whole in one request, or begun, continued and completed.
// Mounting another repository's layer is off, as on AWS by default: the client
// uploads it.

import type { HttpResponse } from "../../../core/http.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { addPart, completeUpload, openUpload, removeUpload } from "../layers/upload.ts";
import { ecr } from "../model.ts";
import { empty, notAllowed, refusal } from "./answer.ts";
import type { RegistryRequest } from "./request.ts";

export async function beginUpload(asked: RegistryRequest): Promise<HttpResponse> {
  const { request, ctx, name, query } = asked;
  if (request.method !== "POST") return notAllowed();
  const { uploadId = "" } = await ctx.call(ecr, "InitiateLayerUpload", {
    registryId: ctx.account,
    repositoryName: name,
  });
  if (query.has("digest")) return complete({ ...asked, reference: uploadId });
  return progress(202, name, uploadId, 0);
}

export async function upload(asked: RegistryRequest): Promise<HttpResponse> {
  const { request, ctx, name, reference } = asked;
  const named = namedBy(asked);
  const received = async (tx: Transaction) => (await openUpload(tx, named, "UploadLayerPart")).upload.size;
  switch (request.method) {
    case "GET":
      return progress(204, name, reference, await ctx.atomically(received));
    case "PATCH": {
      const [, first] = /^(?:bytes[ =])?(\d+)-\d+$/.exec(request.headers["content-range"] ?? "") ?? [];
      const size = await addPart(ctx, named, request.body, first === undefined ? undefined : Number(first));
      return progress(202, name, reference, size);
    }
    case "PUT":
      return complete(asked);
    case "DELETE":
      await ctx.atomically(async (caller) => {
        const { upload: begun, tx } = await openUpload(caller, named, "UploadLayerPart");
        removeUpload(tx, begun);
      });
      return empty(204);
    default:
      return notAllowed();
  }
}

const namedBy = ({ ctx, name, reference }: RegistryRequest) => ({
  registryId: ctx.account,
  repositoryName: name,
  uploadId: reference,
});

async function complete(asked: RegistryRequest): Promise<HttpResponse> {
  const { request, ctx, name, query } = asked;
  const digest = query.get("digest");
  if (digest === null) return refusal(400, "DIGEST_INVALID", "The digest is missing.");
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (length === undefined ? encoding !== undefined : length !== "0") {
    await addPart(ctx, namedBy(asked), request.body);
  }
  await completeUpload(ctx, namedBy(asked), digest);
  return empty(201, { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest });
}

function progress(status: number, name: string, uploadId: string, size: number): HttpResponse {
  return empty(status, {
    location: `/v2/${name}/blobs/uploads/${uploadId}`,
    range: `0-${Math.max(0, size - 1)}`,
    "docker-upload-uuid": uploadId,
  });
}
