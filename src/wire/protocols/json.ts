// AWS JSON 1.0 and 1.1: the operation in X-Amz-Target, the input and output as
// one JSON object. DynamoDB, SQS and most control planes; the hottest path.

import { Fault } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import type { OperationModel, ServiceModel } from "../../model/shapes.ts";
import { wholeBody } from "./body.ts";
import { type ErrorAnswer, errorAnswer } from "./errors.ts";
import { decodeEventInput } from "./event-stream/input.ts";
import { encodeEventOutput, streamMember } from "./event-stream/output.ts";
import { jsonPayload } from "./event-stream/payload.ts";
import type { ProtocolCodec } from "./protocol.ts";
import { queryErrorHeader } from "./query-compatible.ts";
import { Unreadable } from "./unreadable.ts";
import { jsonDecoder } from "./values/decode.ts";
import { jsonEncoder } from "./values/encode.ts";
import { parseJson, printJson, withHead } from "./values/json-text.ts";

export const json10 = jsonCodec("json-1.0", "application/x-amz-json-1.0");
export const json11 = jsonCodec("json-1.1", "application/x-amz-json-1.1");

function jsonCodec(name: "json-1.0" | "json-1.1", contentType: string): ProtocolCodec {
  return {
    name,
    decode(service, operation, request) {
      const { input } = operation;
      try {
        if (input === undefined) return {};
        if (streamMember(input) !== undefined)
          return decodeEventInput(input, request.body, jsonPayload, true);
        return jsonDecoder(input)(parseJson(wholeBody(request)), 0) as object;
      } catch (error) {
        throw error instanceof Unreadable ? serializationFault(service, error) : error;
      }
    },
    encode(_service, operation, output, requestId) {
      const shape = operation.output;
      if (shape !== undefined && streamMember(shape) !== undefined) {
        return encodeEventOutput(shape, output, requestId, jsonPayload);
      }
      return {
        status: operation.http.status,
        headers: { "content-type": contentType, "x-amzn-requestid": requestId },
        body: printOutput(operation, output),
      };
    },
    encodeError(service, operation, error, requestId, request): HttpResponse {
      const answer = errorAnswer(service, operation, error);
      return {
        status: answer.status,
        headers: {
          "content-type": contentType,
          "x-amzn-requestid": requestId,
          ...queryErrorHeader(answer, request),
        },
        body: printError(errorType(name, service, answer), answer),
      };
    },
  };
}

function printOutput(operation: OperationModel, output: object): string | Uint8Array {
  return operation.output === undefined ? "{}" : printJson(output, jsonEncoder(operation.output));
}

function printError(type: string, { shape, members, unmodelledMessage }: ErrorAnswer): string | Uint8Array {
  const printed = printJson(members, shape === undefined ? undefined : jsonEncoder(shape));
  return withHead({ __type: type, ...unmodelledMessage }, printed);
}

/** Newer request parsers say it in these words; the others as in `unreadable.ts`. */
const terseServices: readonly string[] = ["dynamodb", "dynamodbstreams", "ecs"];

function serializationFault(service: ServiceModel, error: Unreadable): Fault {
  const message = terseServices.includes(service.name)
    ? error.message.replace(/can not be converted to an? /, "cannot be converted to ")
    : error.message;
  return new Fault(service.name, "SerializationException", message, { status: 400 });
}

/** Shape namespaces that are not simply the service's name, as AWS sends them. */
const namespaces: Readonly<Record<string, string>> = {
  dynamodb: "com.amazonaws.dynamodb.v20120810",
  dynamodbstreams: "com.amazonaws.dynamodb.v20120810",
  stepfunctions: "com.amazonaws.swf.service.v2.model",
};

/** JSON 1.0 services name errors with their namespace, 1.1 services without; clients cut it off at the `#`. */
function errorType(
  name: "json-1.0" | "json-1.1",
  service: ServiceModel | undefined,
  answer: ErrorAnswer,
): string {
  if (name === "json-1.1") return answer.code;
  if (answer.code === "ValidationException" && answer.shape === undefined) {
    return "com.amazon.coral.validate#ValidationException";
  }
  if (service === undefined || answer.shape === undefined) return `com.amazon.coral.service#${answer.code}`;
  return `${namespaces[service.name] ?? `com.amazonaws.${service.name}`}#${answer.code}`;
}
