// The raw data planes of all services, as the front tries them: found by host
// or path without loading a service, which is loaded for the first request.

import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Kernel } from "../core/kernel.ts";
import { anonymousPrincipal } from "../core/principal.ts";
import type { Endpoint, Identify, ServiceEntry } from "../core/service.ts";
import type { Waiting } from "../core/waiting.ts";
import type { Conversation } from "../core/web-socket.ts";
import type { RawEndpoint } from "../wire/front.ts";
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
      const key = JSON.stringify([patterns.hosts, patterns.paths, patterns.unsigned]);
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
      if (labels === undefined) continue;
      if (patterns.unsigned !== true || isPlain(request, options.servedDomain)) return labels;
    }
    return undefined;
  };
  const handle = async (
    request: HttpRequest,
    labels: Labels,
    identify: Identify,
  ): Promise<HttpResponse | undefined> => {
    for (const { entry, position } of owners) {
      const endpoint = await loaded(options, entry, position);
      const response = await serve(options, request, labels, (ctx) =>
        endpoint.handle(request, labels, ctx, identify),
      );
      if (response !== undefined) return response;
    }
    return undefined;
  };
  const connect = async (
    request: HttpRequest,
    labels: Labels,
    identify: Identify,
  ): Promise<HttpResponse | Conversation | undefined> => {
    for (const { entry, position } of owners) {
      const endpoint = await loaded(options, entry, position);
      if (endpoint.connect === undefined) continue;
      const answer = await serve(options, request, labels, (ctx) =>
        endpoint.connect!(request, labels, ctx, identify),
      );
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  const has = (power: "anyHost" | "anyOrigin"): boolean =>
    owners.some(({ entry, position }) => entry.endpoints[position]?.[power] === true);
  return {
    anyOrigin: has("anyOrigin"),
    matches: (request) => match(request) !== undefined,
    handle: async (request, identify) => (await handle(request, match(request) ?? {}, identify)) ?? nobodys,
    ...(has("anyHost")
      ? {
          handleAnyHost: (request, identify) => handle(request, { rest: request.path }, identify),
          connectAnyHost: (request, identify) => connect(request, { rest: request.path }, identify),
        }
      : {}),
    connect: (request, identify) => connect(request, match(request) ?? {}, identify),
  };
}

/** Not signed as AWS's APIs are, and for no virtual host. */
function isPlain({ headers, query, host }: HttpRequest, servedDomain: (domain: string) => boolean): boolean {
  if (headers["authorization"]?.startsWith("AWS") === true || /(^|&)X-Amz-Algorithm=/.test(query))
    return false;
  return servedDomain(host) || /^(\d+(\.\d+){3}|\[.*\])$/.test(host);
}

/** What API Gateway answers for an API that does not exist. */
const nobodys: HttpResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "ForbiddenException" },
  body: '{"message":"Forbidden"}',
};

async function loaded(
  { kernel }: RawEndpointOptions,
  entry: ServiceEntry,
  position: number,
): Promise<Endpoint> {
  const definition = await kernel.registry.load(entry.name);
  return definition!.endpoints![position]!;
}

function serve<T>(
  { kernel, endpoint, newRequestId }: RawEndpointOptions,
  request: HttpRequest,
  labels: Labels,
  body: (ctx: Waiting) => Promise<T>,
): Promise<T> {
  const info = {
    requestId: newRequestId(),
    principal: anonymousPrincipal(),
    endpoint: endpoint(),
    sourceIp: request.remoteAddress,
    userAgent: request.headers["user-agent"] ?? "",
    traceHeader: request.headers["x-amzn-trace-id"],
  };
  const place = { account: "000000000000", region: labels.region ?? "us-east-1" };
  return kernel.serve(place, info, request.signal, body);
}
