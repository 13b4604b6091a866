// REST services: method, path and query decide, among the services that share
// the signing name.

import { Fault } from "../../core/fault.ts";
import type { IndexEntry } from "../../model/load.ts";
import type { ServiceModel } from "../../model/shapes.ts";
import type { ProtocolName } from "../protocols/protocol.ts";
import { choose, labelsOf, RequestDetails } from "./candidate.ts";
import type { Catalog } from "./catalog.ts";
import { PathTree } from "./path-tree.ts";
import { type NoRoute, type Route, type RoutingRequest, unknownOperation } from "./route.ts";

const connections = "/@connections/";

export class RestRouter {
  readonly #catalog: Catalog;
  readonly #trees = new Map<string, PathTree>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** `path` may differ from the request's where the host carries a part of it. */
  route(entries: readonly IndexEntry[], routing: RoutingRequest, path: string): Route | NoRoute {
    try {
      return this.#route(entries, routing, path);
    } catch (error) {
      // A path that cannot be decoded: the answer is in the service's words all the same.
      if (!(error instanceof Fault)) throw error;
      const { code, message, status = 400 } = error;
      return { ...this.#firstOf(entries), kind: "none", code, status, message };
    }
  }

  #route(entries: readonly IndexEntry[], { request }: RoutingRequest, path: string): Route | NoRoute {
    const details = new RequestDetails(request);
    for (const strict of [true, false]) {
      for (const entry of entries) {
        const service = this.#catalog.load(entry);
        for (const match of this.#tree(service).matches(request.method, servicePath(service, path))) {
          const candidate = choose(match.candidates, details, strict);
          if (candidate === undefined) continue;
          const labels = labelsOf(candidate, match.values);
          return {
            kind: "route",
            service,
            operation: candidate.operation,
            protocol: restProtocol(service),
            labels,
          };
        }
      }
    }
    const { service, protocol } = this.#firstOf(entries);
    const what = service === undefined ? "No service" : service.serviceId;
    return unknownOperation(
      service,
      protocol,
      `${what} has no operation ${request.method} ${request.path}.`,
      404,
    );
  }

  #firstOf(entries: readonly IndexEntry[]): Pick<NoRoute, "service" | "protocol"> {
    const [first] = entries;
    const service = first === undefined ? undefined : this.#catalog.load(first);
    return { service, protocol: service === undefined ? "rest-json" : restProtocol(service) };
  }

  #tree(service: ServiceModel): PathTree {
    let tree = this.#trees.get(service.name);
    if (tree === undefined) {
      tree = new PathTree(service.operations.values());
      this.#trees.set(service.name, tree);
    }
    return tree;
  }
}

/** A service has one of the two, so that the path of a request says which. */
export function restProtocol(service: ServiceModel): ProtocolName {
  return service.protocols.includes("rest-xml") ? "rest-xml" : "rest-json";
}

/** The connections of a WebSocket API are addressed below its stage: `/prod/@connections/{ConnectionId}`. */
function servicePath(service: ServiceModel, path: string): string {
  if (service.signingName !== "execute-api") return path;
  const at = path.indexOf(connections);
  return at < 0 ? path : path.slice(at);
}
