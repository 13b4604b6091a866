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

type Patterns = ServiceEntry["endpoints"][number];

interface Owner {
  readonly entry: ServiceEntry;
  /** Among the service's endpoints. */
  readonly position: number;
}

/** One for each set of patterns: services that share an address are asked one after the other. */
export function rawEndpoints(options: RawEndpointOptions): RawEndpoint[] {
  const addresses = new Map<string, { readonly patterns: Patterns; readonly owners: Owner[] }>();
  for (const entry of options.kernel.registry.entries) {
    for (const [position, patterns] of entry.endpoints.entries()) {
      const key = JSON.stringify([patterns.hosts, patterns.paths]);
      const address = addresses.get(key) ?? { patterns, owners: [] };
      address.owners.push({ entry, position });
      addresses.set(key, address);
    }
  }
  return [...addresses.values()].map(({ patterns, owners }) => rawEndpoint(options, patterns, owners));
}

function rawEndpoint(options: RawEndpointOptions, patterns: Patterns, owners: readonly Owner[]): RawEndpoint {
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
    handle: async (request, identify) => {
      const labels = match(request) ?? {};
      for (const owner of owners) {
        const response = await handle(options, owner, request, labels, identify);
        if (response !== undefined) return response;
      }
      return nobodys;
    },
  };
}

/** What API Gateway answers for an API that does not exist. */
const nobodys: HttpResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
};

async function handle(
  { kernel, endpoint, newRequestId }: RawEndpointOptions,
  { entry, position }: Owner,
  request: HttpRequest,
  labels: Labels,
  identify: Identify,
): Promise<HttpResponse | undefined> {
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
