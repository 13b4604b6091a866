// What the registry lists: repositories, tags, and what refers to an image. A
// page that is not the last names the next one.

import type { HttpResponse } from "../../../core/http.ts";
import type { Page, Transaction } from "../../../core/transaction.ts";
import { Image, ImageTag } from "../images/image.ts";
import { mediaTypes } from "../images/manifest.ts";
import { openRepository, Repository } from "../repositories/repository.ts";
import { json, notAllowed } from "./answer.ts";
import type { RegistryRequest } from "./request.ts";

const mostListed = 1000;

async function pageOf<T>(
  { request, ctx, query }: RegistryRequest,
  list: (tx: Transaction, limit: number, cursor: string | undefined) => Promise<Page<T>>,
  show: (values: readonly T[]) => object,
): Promise<HttpResponse> {
  if (request.method !== "GET") return notAllowed();
  const asked = Number(query.get("n") ?? mostListed);
  const limit = Number.isInteger(asked) && asked > 0 ? Math.min(asked, mostListed) : mostListed;
  const page = await ctx.atomically((tx) => list(tx, limit, query.get("last") ?? undefined));
  const next = `${request.path}?n=${limit}&last=${page.cursor ?? ""}`;
  return json(200, show(page.values), page.cursor === undefined ? {} : { link: `<${next}>; rel="next"` });
}

export function listCatalog(asked: RegistryRequest): Promise<HttpResponse> {
  return pageOf(
    asked,
    (tx, limit, cursor) => tx.list(Repository, { limit, cursor }),
    (values) => ({ repositories: values.map(({ name }) => name) }),
  );
}

export function listTags(asked: RegistryRequest): Promise<HttpResponse> {
  const { name } = asked;
  return pageOf(
    asked,
    async (caller, limit, cursor) => {
      const named = { registryId: caller.account, repositoryName: name };
      const { repository, tx } = await openRepository(caller, named, "ListImages");
      return tx.list(ImageTag, { prefix: [repository.id], limit, cursor });
    },
    (values) => ({ name, tags: values.map(({ tag }) => tag) }),
  );
}

export function listReferrers(asked: RegistryRequest): Promise<HttpResponse> {
  const { name, reference, query } = asked;
  const wanted = query.get("artifactType");
  return pageOf(
    asked,
    async (caller, limit, cursor) => {
      const named = { registryId: caller.account, repositoryName: name };
      const { repository, tx } = await openRepository(caller, named, "BatchGetImage");
      return tx.list(Image, { index: "referrers", prefix: [repository.id, reference], limit, cursor });
    },
    (values) => ({
      schemaVersion: 2,
      mediaType: mediaTypes.index,
      manifests: values
        .filter(({ artifactType }) => wanted === null || wanted === artifactType)
        .map(({ mediaType, digest, manifest, artifactType }) => ({
          mediaType,
          digest,
          size: Buffer.byteLength(manifest),
          ...(artifactType !== undefined && { artifactType }),
        })),
    }),
  );
}
