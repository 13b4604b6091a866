// Where portals are visited: by their own name, or below a path.

import type { HttpResponse } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import { Edition, type EditionState } from "./edition.ts";
import { site } from "./site.ts";

const visit =
  (kind: EditionState["kind"]): Endpoint["handle"] =>
  async (request, { portalId = "", rest = "/" }, ctx) => {
    const edition = await ctx.atomically((tx) => tx.get(Edition, portalId, kind));
    if (edition === undefined) return missing;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return { status: 405, headers: { allow: "GET, HEAD" } };
    }
    const { path } = request;
    // Without its last slash, the address of the portal itself.
    const base = path.endsWith(rest) ? path.slice(0, path.length - rest.length + 1) : `${path}/`;
    return (await site(edition, base, rest)) ?? missing;
  };

const missing: HttpResponse = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "There is no such page.\n",
};

export const portalEndpoints: readonly Endpoint[] = [
  {
    hosts: ["{portalId}.portal.{region}"],
    paths: ["/_portal/{portalId}"],
    handle: visit("published"),
  },
  { paths: ["/_portal-preview/{portalId}"], handle: visit("preview") },
];
