// The two protocols that name their operation outright: `X-Amz-Target` of the
// JSON services, and the path of rpc-v2-cbor.

import type { ProtocolName } from "../protocols/protocol.ts";
import type { Catalog } from "./catalog.ts";
import { type NoRoute, noLabels, type Route, unknownOperation } from "./route.ts";

/** `DynamoDB_20120810.PutItem`; the prefix may contain dots (CloudTrail's does). */
export function routeTarget(
  catalog: Catalog,
  target: string,
  contentType: string | undefined,
): Route | NoRoute {
  const protocol = protocolOf(contentType);
  const dot = target.lastIndexOf(".");
  const entry = dot < 0 ? undefined : catalog.target(target.slice(0, dot));
  if (entry === undefined) {
    return unknownOperation(undefined, protocol, `No service has the target "${target}".`);
  }
  const service = catalog.load(entry);
  const name = target.slice(dot + 1);
  const operation = service.operations.get(name);
  if (operation === undefined) {
    return unknownOperation(service, protocol, `${service.serviceId} has no operation "${name}".`);
  }
  return { kind: "route", service, operation, protocol, labels: noLabels };
}

function protocolOf(contentType: string | undefined): ProtocolName {
  if (contentType === "application/x-amz-cbor-1.1") return "cbor-1.1";
  return contentType?.endsWith("1.1") === true ? "json-1.1" : "json-1.0";
}

const servicePrefix = "/service/";

export function isCborPath(path: string): boolean {
  return path.startsWith(servicePrefix) && path.includes("/operation/");
}

/** `/service/GraniteServiceVersion20100801/operation/PutMetricData`, below any prefix the endpoint has. */
export function routeCbor(catalog: Catalog, path: string): Route | NoRoute {
  const marker = path.indexOf("/operation/");
  const shapeName = path.slice(servicePrefix.length, marker);
  const name = path.slice(marker + "/operation/".length);
  // Smithy's shape name of a service is the target prefix of its JSON protocol.
  const entry = catalog.target(shapeName);
  if (entry === undefined) {
    return unknownOperation(undefined, "rpc-v2-cbor", `No service has the shape name "${shapeName}".`);
  }
  const service = catalog.load(entry);
  const operation = service.operations.get(name);
  if (operation === undefined) {
    return unknownOperation(service, "rpc-v2-cbor", `${service.serviceId} has no operation "${name}".`);
  }
  return { kind: "route", service, operation, protocol: "rpc-v2-cbor", labels: noLabels };
}
