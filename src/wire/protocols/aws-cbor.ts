// AWS JSON's older sibling in CBOR: the operation in X-Amz-Target, input and
// output as one CBOR map, timestamps in milliseconds. What SDKs for Java speak
// to Kinesis unless told otherwise.

import { Fault } from "../../core/fault.ts";
import { wholeBody } from "./body.ts";
import { decodeCbor, encodeCbor } from "./cbor/document.ts";
import { errorAnswer } from "./errors.ts";
import { encodeEventOutput, streamMember } from "./event-stream/output.ts";
import type { PayloadForm } from "./event-stream/payload.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { Unreadable } from "./unreadable.ts";

const contentType = "application/x-amz-cbor-1.1";
const epoch = "milliseconds";

const payload: PayloadForm = {
  contentType,
  encode: (shape, value) => encodeCbor(shape, value, {}, epoch),
  decode: (shape, bytes) => decodeCbor(shape, bytes, epoch),
};

export const cbor11: ProtocolCodec = {
  name: "cbor-1.1",
  decode(service, { input }, request) {
    if (input === undefined) return {};
    try {
      return decodeCbor(input, wholeBody(request), epoch);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new Fault(service.name, "SerializationException", error.message, { status: 400 });
    }
  },
  encode(_service, { output: shape, http }, output, requestId) {
    if (shape !== undefined && streamMember(shape) !== undefined) {
      return encodeEventOutput(shape, output, requestId, payload);
    }
    return {
      status: http.status,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body: encodeCbor(shape, output, {}, epoch),
    };
  },
  encodeError(service, operation, error, requestId) {
    const { status, code, shape, members, unmodelledMessage } = errorAnswer(service, operation, error);
    return {
      status,
      headers: { "content-type": contentType, "x-amzn-requestid": requestId },
      body: encodeCbor(shape, members, { __type: code, ...unmodelledMessage }, epoch),
    };
  },
};
