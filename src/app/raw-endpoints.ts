// The raw data planes of all services, as the front tries them: found by host
// or path without loading a service, which is loaded for the first request.

import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Kernel } from "../core/kernel.ts";
import { anonymousPrincipal } from "../core/principal.ts";
import type { ServiceEntry } from "../core/service.ts";
import type { Identify, RawEndpoint } from "../wire/front.ts";
import { hostMatcher, type Labels, pathMatcher } from "./host-pattern.ts";

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
  const hosts = (patterns.hosts ?? []).map((pattern) => hostMatcher(pattern, options.servedDomain));
  const paths = (patterns.paths ?? []).map(pathMatcher);
  const match = (request: HttpRequest): Labels | undefined => {
    for (const matches of hosts) {
      const labels = matches(request.host);
      if (labels) return { ...labels, rest: request.path };
    }
    for (const matches of paths) {
      const labels = matches(request.path);
      if (labels) return labels;
    }
    return undefined;
  };
  return {
    matches: (request) => match(request) !== undefined,
    handle: (request, identify) => handle(options, entry, position, request, match(request) ?? {}, identify),
  };
}

async function handle(
  { kernel, endpoint, newRequestId }: RawEndpointOptions,
  entry: ServiceEntry,
  position: number,
  request: HttpRequest,
  labels: Labels,
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
