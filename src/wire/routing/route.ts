// What a request means: which service and operation, in which protocol. The
// protocol is read from the request, never from the model, because old and new
// SDKs speak different ones to the same service.

import type { HttpRequest } from "../../core/http.ts";
import type { OperationModel, ServiceModel } from "../../model/shapes.ts";
import type { HostInfo } from "../hosts.ts";
import type { ProtocolName } from "../protocols/protocol.ts";
import type { Labels } from "./path-tree.ts";

export interface Route {
  readonly kind: "route";
  readonly service: ServiceModel;
  readonly operation: OperationModel;
  readonly protocol: ProtocolName;
  /** Percent-decoded. */
  readonly labels: Labels;
}

/** Nothing of ours; `code` and `protocol` make an answer that the client can read. */
export interface NoRoute {
  readonly kind: "none";
  /** Undefined where not even the service is known. */
  readonly service: ServiceModel | undefined;
  readonly protocol: ProtocolName;
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

export interface RoutingRequest {
  readonly request: HttpRequest;
  readonly host: HostInfo;
  /** From the credential scope; undefined where the request is not signed. */
  readonly signingName: string | undefined;
}

export const noLabels: Labels = {};

export function unknownOperation(
  service: ServiceModel | undefined,
  protocol: ProtocolName,
  message: string,
  status = 400,
): NoRoute {
  return { kind: "none", service, protocol, code: "UnknownOperationException", status, message };
}
