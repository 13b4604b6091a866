// Where a layer is downloaded, for an hour and without further credentials:
// `GetDownloadUrlForLayer` answers it, and the registry redirects there.

import type { HttpResponse } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { Layer } from "../layers/layer.ts";
import type { RepositoryState } from "../repositories/repository.ts";
import { blobResponse } from "./blob-response.ts";
import { isSigned, signed } from "./secret.ts";

const hourMilliseconds = 3_600_000;

export async function layerUrl(
  tx: Transaction,
  { account, region, id }: RepositoryState,
  digest: string,
): Promise<string> {
  const path = `/_ecr/${account}/${region}/${id}/${digest}`;
  const expires = tx.now + hourMilliseconds;
  const signature = await signed(tx, `${path}?${expires}`);
  return `${tx.endpoint}${path}?expires=${expires}&signature=${signature}`;
}

export const layerEndpoint: Endpoint = {
  paths: ["/_ecr/{registry}/{region}/{repository}/{digest}"],
  handle: async (request, { registry = "", region = "", repository = "", digest = "" }, ctx) => {
    const query = new URLSearchParams(request.query);
    const expires = Number(query.get("expires"));
    const path = `/_ecr/${registry}/${region}/${repository}/${digest}`;
    const layer = await ctx.at({ account: registry, region }).atomically(async (tx) => {
      const genuine = await isSigned(tx, `${path}?${expires}`, query.get("signature") ?? "");
      return genuine && expires > tx.now ? tx.get(Layer, repository, digest) : null;
    });
    if (layer === null) return plain(403, "The address is not valid, or no longer so.");
    if (layer === undefined) return plain(404, "The layer does not exist.");
    return blobResponse(ctx, request, layer);
  },
};

const plain = (status: number, body: string): HttpResponse => ({
  status,
  headers: { "content-type": "text/plain" },
  body: `${body}\n`,
});
