// The checks that AWS makes of an invocation's payload.

import { Fault, fault } from "../../../core/fault.ts";
import { lambda } from "../model.ts";

const limits = { RequestResponse: 6_291_456, Event: 1_048_576 } as const;

/** The payload as the function sees it; no payload is an empty object. */
export function checkPayload(payload: Uint8Array | undefined, type: keyof typeof limits): Uint8Array {
  if (payload === undefined || payload.length === 0) return emptyObject;
  if (payload.length > limits[type]) {
    throw new Fault(
      "lambda",
      "RequestEntityTooLargeException",
      `${payload.length} byte payload is too large for the ${type} invocation type (limit ${limits[type]} bytes)`,
      { status: 413, fields: { Type: "User" } },
    );
  }
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch (error) {
    throw fault(
      lambda,
      "InvalidRequestContentException",
      `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
      { fields: { Type: "User" } },
    );
  }
  return payload;
}

const emptyObject = Buffer.from("{}");
