// Where portals are visited: by their own name, or below a path.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Endpoint } from "../../../core/service.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { Edition, type EditionState } from "./edition.ts";
import { site } from "./site.ts";

const visit = (kind: EditionState["kind"]): Endpoint["handle"] => {
  return async (request, { portalId = "", rest = "/" }, ctx) => {
    const edition = await ctx.atomically((tx) => tx.get(Edition, portalId, kind));
    if (edition === undefined) return missing;
    return answer(request, edition, rest, ctx);
  };
};

async function answer(
  request: HttpRequest,
  edition: EditionState,
  rest: string,
  _ctx: Waiting,
): Promise<HttpResponse> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { status: 405, headers: { allow: "GET, HEAD" } };
  }
  // Relative links need the slash at the end.
  const base = request.path.slice(0, request.path.length - rest.length + 1);
  const whole = request.path.endsWith("/") || rest !== "/" ? base : `${request.path}/`;
  return (await site(edition, whole.endsWith("/") ? whole : `${whole}/`, rest)) ?? missing;
}

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
