// Layers of a repository, by digest.

import type { HttpResponse } from "../../../core/http.ts";
import { ecr } from "../model.ts";
import { empty, notAllowed, refusal } from "./answer.ts";
import type { RegistryRequest } from "./request.ts";

export async function layer({ request, ctx, name, reference }: RegistryRequest): Promise<HttpResponse> {
  if (request.method !== "HEAD" && request.method !== "GET") return notAllowed();
  const named = { registryId: ctx.account, repositoryName: name };
  const { layers = [] } = await ctx.call(ecr, "BatchCheckLayerAvailability", {
    ...named,
    layerDigests: [reference],
  });
  const [found] = layers;
  if (found?.layerAvailability !== "AVAILABLE") {
    return refusal(404, "BLOB_UNKNOWN", `The layer ${reference} does not exist in ${name}.`);
  }
  if (request.method === "HEAD") {
    return empty(200, {
      "content-type": "application/octet-stream",
      "content-length": String(found.layerSize ?? 0),
      "docker-content-digest": reference,
    });
  }
  const { downloadUrl = "" } = await ctx.call(ecr, "GetDownloadUrlForLayer", {
    ...named,
    layerDigest: reference,
  });
  // Without the host: the client may know this cloud by another name than we do.
  const { pathname, search } = new URL(downloadUrl);
  return empty(307, { location: pathname + search, "docker-content-digest": reference });
}
