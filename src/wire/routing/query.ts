// The query protocols: `Action` and `Version` in the query string or a form.
// Services are told apart by signing name and version, since actions repeat
// (`DescribeLoadBalancers` exists twice under one signing name).

import type { HttpRequest } from "../../core/http.ts";
import type { IndexEntry } from "../../model/load.ts";
import type { ServiceModel } from "../../model/shapes.ts";
import { queryParameter } from "../query-string.ts";
import type { Catalog } from "./catalog.ts";
import type { Labels } from "./path-tree.ts";
import { type NoRoute, noLabels, type Route, type RoutingRequest } from "./route.ts";

export interface Action {
  readonly action: string;
  readonly version: string | undefined;
}

export function isForm(request: HttpRequest): boolean {
  return request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
}

/** Looks in the form first. Unsigned, the query of a longer path may be that of a public S3 object. */
export function readAction({ request, signingName }: RoutingRequest): Action | undefined {
  const form =
    isForm(request) && request.body instanceof Uint8Array
      ? Buffer.from(request.body.buffer, request.body.byteOffset, request.body.length).toString("latin1")
      : "";
  const anyPath = signingName !== undefined || request.path === "/" || isQueuePath(request.path);
  const query = anyPath ? request.query : "";
  const action = queryParameter(form, "Action") ?? queryParameter(query, "Action");
  if (action === undefined) return undefined;
  return { action, version: queryParameter(form, "Version") ?? queryParameter(query, "Version") };
}

export function routeAction(catalog: Catalog, routing: RoutingRequest, called: Action): Route | NoRoute {
  const { action, version } = called;
  const entries = candidates(catalog, routing, version);
  for (const entry of entries) {
    const service = catalog.load(entry);
    const operation = service.operations.get(action);
    if (operation === undefined) continue;
    const labels = queueLabels(service, routing.request);
    return { kind: "route", service, operation, protocol: protocolOf(service), labels };
  }
  const [only] = entries;
  const service = only === undefined ? undefined : catalog.load(only);
  return {
    kind: "none",
    service,
    protocol: service === undefined ? "query" : protocolOf(service),
    code: "InvalidAction",
    status: 400,
    message:
      version === undefined
        ? `The action ${action} is not valid for this endpoint.`
        : `Could not find operation ${action} for version ${version}`,
  };
}

/** A form without an action, to a service that has forms; undefined for any other service. */
export function routeMissingAction(catalog: Catalog, signingName: string): NoRoute | undefined {
  const entry = catalog
    .signing(signingName)
    .find(({ protocols }) => protocols.includes("query") || protocols.includes("ec2"));
  if (entry === undefined) return undefined;
  const service = catalog.load(entry);
  const message = "The request is missing an action or a required parameter.";
  return {
    kind: "none",
    service,
    protocol: protocolOf(service),
    code: "MissingAction",
    status: 400,
    message,
  };
}

function protocolOf(service: ServiceModel): "query" | "ec2" {
  return service.protocols.includes("ec2") ? "ec2" : "query";
}

/** Those of the signing name (or host) that have the version; unsigned, the version alone decides (STS). */
function candidates(
  catalog: Catalog,
  { signingName, host }: RoutingRequest,
  version: string | undefined,
): readonly IndexEntry[] {
  let entries: readonly IndexEntry[] = [];
  if (signingName !== undefined) entries = catalog.signing(signingName);
  else if (host.service !== undefined) entries = catalog.endpoint(host.service);
  if (version === undefined) return entries.length > 0 ? entries : unversioned(catalog);
  const exact = (entries.length > 0 ? entries : catalog.version(version)).filter(
    (entry) => entry.apiVersion === version && !isRestOnly(entry),
  );
  if (exact.length > 0) return exact;
  // EC2 accepts the versions of former years, and so do others.
  return entries.filter((entry) => !isRestOnly(entry));
}

/** Requests to a queue's own URL need no more than an action. */
function unversioned(catalog: Catalog): readonly IndexEntry[] {
  const sqs = catalog.named("sqs");
  return sqs === undefined ? [] : [sqs];
}

function isRestOnly(entry: IndexEntry): boolean {
  return entry.protocols.every((protocol) => protocol.startsWith("rest-"));
}

/** The URL of a queue is an endpoint: `POST /000000000000/name` without a `QueueUrl` means that queue. */
function queueLabels(service: ServiceModel, request: HttpRequest): Labels {
  if (service.name !== "sqs" || !isQueuePath(request.path)) return noLabels;
  return { QueueUrl: `http://${request.headers.host ?? "localhost"}${request.path}` };
}

/** `/000000000000/name`. */
export function isQueuePath(path: string): boolean {
  return /^\/\d{12}\/[^/]+\/?$/.test(path);
}
