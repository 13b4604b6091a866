// The contract of a protocol codec: what turns an HTTP request into an
// operation's input, and its output or fault into an HTTP response. Which codec
// serves a request is the router's decision, never the model's.

import type { Fault } from "../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { OperationModel, ServiceModel } from "../../model/shapes.ts";

export type ProtocolName =
  | "json-1.0"
  | "json-1.1"
  | "cbor-1.1"
  | "rest-json"
  | "rest-xml"
  | "query"
  | "ec2"
  | "rpc-v2-cbor";

export interface ProtocolCodec {
  readonly name: ProtocolName;
  /**
   * The operation's input, not validated. `labels` are the path's, percent-decoded.
   * Throws a Fault (`SerializationException` and its kin) for a body that cannot be read.
   */
  decode(
    service: ServiceModel,
    operation: OperationModel,
    request: HttpRequest,
    labels: Readonly<Record<string, string>>,
  ): object;
  encode(service: ServiceModel, operation: OperationModel, output: object, requestId: string): HttpResponse;
  /** Service and operation are undefined where they could not be determined. */
  encodeError(
    service: ServiceModel | undefined,
    operation: OperationModel | undefined,
    error: Fault,
    requestId: string,
    request: HttpRequest,
  ): HttpResponse;
}
