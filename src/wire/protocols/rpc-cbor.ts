// Smithy's rpc-v2-cbor: the operation in the path, input and output as one CBOR
// map. What current SDKs speak to CloudWatch.

import { Fault } from "../../core/fault.ts";
import { wholeBody } from "./body.ts";
import { decodeCbor, encodeCbor } from "./cbor/document.ts";
import { errorAnswer } from "./errors.ts";
import { decodeEventInput } from "./event-stream/input.ts";
import { encodeEventOutput, streamMember } from "./event-stream/output.ts";
import { cborPayload } from "./event-stream/payload.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { queryErrorHeader } from "./query-compatible.ts";
import { Unreadable } from "./unreadable.ts";

const contentType = "application/cbor";
const protocol = { "smithy-protocol": "rpc-v2-cbor" };

export const rpcCbor: ProtocolCodec = {
  name: "rpc-v2-cbor",
  decode(service, operation, request) {
    const { input } = operation;
    if (input === undefined) return {};
    try {
      if (streamMember(input) !== undefined) return decodeEventInput(input, request.body, cborPayload, true);
      return decodeCbor(input, wholeBody(request));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Fault(service.name, "SerializationException", error.message, { status: 400 });
    }
  },
  encode(_service, operation, output, requestId) {
    const { output: shape } = operation;
    if (shape !== undefined && streamMember(shape) !== undefined) {
      const response = encodeEventOutput(shape, output, requestId, cborPayload);
      return { ...response, headers: { ...response.headers, ...protocol } };
    }
    const headers = { ...protocol, "x-amzn-requestid": requestId };
    // An operation without output has no body and so no content type (rpc-v2-cbor, "Responses").
    if (shape === undefined) return { status: 200, headers };
    return {
      status: 200,
      headers: { ...headers, "content-type": contentType },
      body: encodeCbor(shape, output),
    };
  },
  encodeError(service, operation, error, requestId, request) {
    const answer = errorAnswer(service, operation, error);
    const { shape, members } = answer;
    const namespace = shape === undefined ? "com.amazon.coral.service" : `com.amazonaws.${service?.name}`;
    const type = { __type: `${namespace}#${answer.code}`, ...answer.unmodelledMessage };
    return {
      status: answer.status,
      headers: {
        ...protocol,
        "content-type": contentType,
        "x-amzn-requestid": requestId,
        ...queryErrorHeader(answer, request),
      },
      body: encodeCbor(shape, members, type),
    };
  },
};
