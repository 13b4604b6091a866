// REST JSON: members in path, query and headers, the rest as a JSON object.
// Lambda, API Gateway, EKS, and most services of recent years.

import { Fault } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import type { Member, OperationModel, StructureShape } from "../../model/shapes.ts";
import { errorAnswer } from "./errors.ts";
import { eventStreamType, frames, streamMember } from "./event-stream/output.ts";
import { jsonPayload } from "./event-stream/payload.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { type BodyReader, bodyPlan, rawPayload, readBody } from "./rest/payload.ts";
import { readBindings } from "./rest/request.ts";
import { type ResponseHeaders, writeBindings } from "./rest/response.ts";
import { Unreadable } from "./unreadable.ts";
import { jsonBodyDecoder, jsonDecoder } from "./values/decode.ts";
import { jsonBodyEncoder, jsonEncoder } from "./values/encode.ts";
import { parseJson, printJson, withHead } from "./values/json-text.ts";

const contentType = "application/json";

const reader: BodyReader = {
  events: jsonPayload,
  member: (payload, body) => jsonDecoder(payload.shape)(parseJson(body), 0),
  members: (shape, body) => jsonBodyDecoder(shape)(parseJson(body), 0) as object,
};

export const restJson: ProtocolCodec = {
  name: "rest-json",
  decode(service, operation, request, labels) {
    const { input } = operation;
    if (input === undefined) return {};
    try {
      const members = readBody(input, request, reader);
      readBindings(operation, request, labels, members);
      return members;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Fault(service.name, "SerializationException", error.message, { status: 400 });
    }
  },
  encode(_service, operation, output, requestId) {
    const { output: shape, http } = operation;
    const headers: ResponseHeaders = { "x-amzn-requestid": requestId };
    if (shape === undefined) return { status: http.status, headers };
    const status = writeBindings(shape, output, headers, http.status);
    return withBody(operation, shape, output, { status, headers });
  },
  encodeError(service, operation, error, requestId, request) {
    const answer = errorAnswer(service, operation, error);
    const headers: ResponseHeaders = {
      "content-type": contentType,
      "x-amzn-requestid": requestId,
      "x-amzn-errortype": answer.code,
    };
    const { shape, members, unmodelledMessage } = answer;
    if (shape !== undefined) writeBindings(shape, members, headers, answer.status);
    if (request.method === "HEAD") return { status: answer.status, headers };
    const printed = shape === undefined ? "{}" : printMembers(shape, members);
    const body = withHead(unmodelledMessage, printed);
    return { status: answer.status, headers, body };
  },
};

function withBody(
  operation: OperationModel,
  shape: StructureShape,
  output: object,
  head: { readonly status: number; readonly headers: ResponseHeaders },
): HttpResponse {
  const { status, headers } = head;
  if (status === 204 || status === 304 || operation.http.method === "HEAD") return head;
  const values = output as Readonly<Record<string, unknown>>;
  const stream = streamMember(shape);
  if (stream !== undefined) {
    headers["content-type"] = eventStreamType;
    const events = values[stream.name] as AsyncIterable<object>;
    return { status, headers, body: frames(stream.shape as StructureShape, events, jsonPayload) };
  }
  const { payload } = bodyPlan(shape);
  if (payload === undefined) {
    headers["content-type"] ??= contentType;
    return { status, headers, body: printMembers(shape, output) };
  }
  const value = values[payload.name];
  if (value === undefined || value === null) return head;
  return payloadBody(payload, value, head);
}

function payloadBody(
  payload: Member,
  value: unknown,
  { status, headers }: { readonly status: number; readonly headers: ResponseHeaders },
): HttpResponse {
  // Blobs that are not streams are JSON documents on all of these services: Lambda's Invoke, IoT's shadows.
  const raw = rawPayload(payload, value, contentType);
  headers["content-type"] ??= raw?.type ?? contentType;
  const body = raw?.body ?? printJson(value, jsonEncoder(payload.shape));
  return { status, headers, body };
}

/** Always the walk that leaves out bound members: the shape as a whole would print them. */
function printMembers(shape: StructureShape, value: object): string | Uint8Array {
  return printJson(value, jsonBodyEncoder(shape));
}
