// The raw data planes of all services, as the front tries them: found by host
// or path without loading a service, which is loaded for the first request.

import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Kernel } from "../core/kernel.ts";
import { anonymousPrincipal } from "../core/principal.ts";
import type { ServiceEntry } from "../core/service.ts";
import type { Identify, RawEndpoint } from "../wire/front.ts";
import { type HostOrPathMatch, matchHost, matchPath } from "./host-pattern.ts";

export interface RawEndpointOptions {
  readonly kernel: Kernel;
  readonly endpoint: () => string;
  readonly servedDomain: (domain: string) => boolean;
  readonly newRequestId: () => string;
}

export function rawEndpoints(options: RawEndpointOptions): RawEndpoint[] {
  return [...options.kernel.registry.entries].flatMap((entry) =>
    entry.endpoints.map((patterns, position) => rawEndpoint(options, entry, patterns, position)),
  );
}

function rawEndpoint(
  options: RawEndpointOptions,
  entry: ServiceEntry,
  patterns: ServiceEntry["endpoints"][number],
  position: number,
): RawEndpoint {
  const match = (request: HttpRequest): HostOrPathMatch | undefined => {
    for (const pattern of patterns.hosts ?? []) {
      const found = matchHost(pattern, request.host, options.servedDomain);
      if (found) return { labels: { ...found.labels, rest: request.path } };
    }
    for (const pattern of patterns.paths ?? []) {
      const found = matchPath(pattern, request.path);
      if (found) return found;
    }
    return undefined;
  };
  return {
    matches: (request) => match(request) !== undefined,
    handle: (request, identify) =>
      handle(options, entry, position, request, match(request)?.labels ?? {}, identify),
  };
}

async function handle(
  { kernel, endpoint, newRequestId }: RawEndpointOptions,
  entry: ServiceEntry,
  position: number,
  request: HttpRequest,
  labels: Readonly<Record<string, string>>,
  identify: Identify,
): Promise<HttpResponse> {
  const definition = await kernel.registry.load(entry.name);
  const info = {
    requestId: newRequestId(),
    principal: anonymousPrincipal(),
    endpoint: endpoint(),
    sourceIp: request.remoteAddress,
    userAgent: request.headers["user-agent"] ?? "",
    traceHeader: request.headers["x-amzn-trace-id"],
  };
  const place = { account: "000000000000", region: labels.region ?? "us-east-1" };
  return kernel.serve(place, info, request.signal, (ctx) =>
    definition!.endpoints![position]!.handle(request, labels, ctx, identify),
  );
}
