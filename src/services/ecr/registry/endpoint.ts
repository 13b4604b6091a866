// The registry that `docker push` and its kin speak to, over ECR's operations.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md

import type { HttpResponse } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import { challenge, json, refusal, refusalOf } from "./answer.ts";
import { layer } from "./layers.ts";
import { listCatalog, listReferrers, listTags } from "./lists.ts";
import { manifest } from "./manifests.ts";
import type { RegistryRequest } from "./request.ts";
import { loginOf } from "./token.ts";
import { beginUpload, upload } from "./uploads.ts";

type Handle = (asked: RegistryRequest) => Promise<HttpResponse>;

const repository = "(?<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)";

const routes: readonly (readonly [RegExp, Handle])[] = [
  [/^\/?$/, async () => json(200, {})],
  [/^\/_catalog$/, listCatalog],
  [new RegExp(`^/${repository}/tags/list$`), listTags],
  [new RegExp(`^/${repository}/manifests/(?<reference>[^/]+)$`), manifest],
  [new RegExp(`^/${repository}/blobs/uploads/?$`), beginUpload],
  [new RegExp(`^/${repository}/blobs/uploads/(?<reference>[^/]+)$`), upload],
  [new RegExp(`^/${repository}/blobs/(?<reference>[^/]+)$`), layer],
  [new RegExp(`^/${repository}/referrers/(?<reference>[^/]+)$`), listReferrers],
];

export const registryEndpoint: Endpoint = {
  hosts: ["{registry}.dkr.ecr.{region}"],
  paths: ["/v2"],
  // API Gateway's own API lies below the same path.
  unsigned: true,
  handle: async (request, { registry, region }, ctx) => {
    const login = await ctx.atomically((tx) => loginOf(tx, request.headers["authorization"]));
    if (login === undefined) return challenge(ctx.endpoint);
    const account = registry ?? login.principal.account;
    const there = ctx.at({ account, region: region ?? login.region }).as(login.principal);
    const path = decodeURIComponent(request.path.replace(/^\/v2/, ""));
    for (const [pattern, handle] of routes) {
      const found = pattern.exec(path);
      if (found === null) continue;
      const { name = "", reference = "" } = found.groups ?? {};
      const query = new URLSearchParams(request.query);
      try {
        return await handle({ request, ctx: there, name, reference, query });
      } catch (error) {
        const refused = refusalOf(error);
        if (refused === undefined) throw error;
        return refused;
      }
    }
    return refusal(404, "NAME_INVALID", `There is nothing at ${path}.`);
  },
};
