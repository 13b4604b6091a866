// The order in which a request is understood: the most explicit statement
// first (a target, an RPC path, an action), then method and path under the
// signing name, and S3 last.

import type { IndexEntry } from "../../model/load.ts";
import type { ServiceModel } from "../../model/shapes.ts";
import { Catalog } from "./catalog.ts";
import { isForm, readAction, routeAction, routeMissingAction } from "./query.ts";
import { RestRouter } from "./rest.ts";
import { type NoRoute, type Route, type RoutingRequest, unknownOperation } from "./route.ts";
import { canBeS3, isS3Signing, routeS3 } from "./s3.ts";
import { isCborPath, routeCbor, routeTarget } from "./target.ts";

export class Router {
  readonly #catalog: Catalog;
  readonly #rest: RestRouter;

  constructor(index: readonly IndexEntry[], load: (name: string) => ServiceModel) {
    this.#catalog = new Catalog(index, load);
    this.#rest = new RestRouter(this.#catalog);
  }

  /** The body of a form must have been read. */
  route(routing: RoutingRequest): Route | NoRoute {
    const { request, host, signingName } = routing;
    const target = request.headers["x-amz-target"];
    if (target !== undefined) return routeTarget(this.#catalog, target, request.headers["content-type"]);
    if (isCborPath(request.path) && request.headers["smithy-protocol"] !== undefined) {
      return routeCbor(this.#catalog, request.path);
    }
    if (signingName !== undefined && isS3Signing(signingName)) {
      return routeS3(this.#catalog, this.#rest, routing);
    }
    if (host.service !== "s3") {
      const action = this.#speaksQuery(signingName) ? readAction(routing) : undefined;
      if (action !== undefined) return routeAction(this.#catalog, routing, action);
      if (isForm(request) && signingName !== undefined) {
        const none = routeMissingAction(this.#catalog, signingName);
        if (none !== undefined) return none;
      }
    }
    const entries = this.#restEntries(routing);
    if (entries.length > 0) return this.#rest.route(entries, routing, request.path);
    if (canBeS3(routing)) return routeS3(this.#catalog, this.#rest, routing);
    const type = request.headers["content-type"];
    if (type?.startsWith("application/x-amz-json-") === true) return routeTarget(this.#catalog, "", type);
    return unknownOperation(undefined, "rest-json", this.#unknownText(routing), 404);
  }

  /** A REST service's query may hold an `Action` of its own. */
  #speaksQuery(signingName: string | undefined): boolean {
    if (signingName === undefined) return true;
    const entries = this.#catalog.signing(signingName);
    return entries.length === 0 || entries.some((entry) => !isRest(entry));
  }

  #restEntries({ signingName, host }: RoutingRequest): readonly IndexEntry[] {
    if (signingName !== undefined) return this.#catalog.signing(signingName).filter(isRest);
    if (host.service === undefined || host.service === "s3" || host.service === "s3-control") return [];
    return this.#catalog.endpoint(host.service).filter(isRest);
  }

  #unknownText({ request, signingName }: RoutingRequest): string {
    if (signingName === undefined) return `No operation is ${request.method} ${request.path}.`;
    if (this.#catalog.signing(signingName).length === 0) {
      return `Cumulet knows no service that signs as "${signingName}".`;
    }
    return `The request to "${signingName}" names no operation: it has neither X-Amz-Target nor Action.`;
  }
}

function isRest(entry: IndexEntry): boolean {
  return entry.protocols.some((protocol) => protocol.startsWith("rest-"));
}
