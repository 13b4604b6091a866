// The model of Kinesis and its faults, in AWS's words.

import { Fault, fault, notImplemented } from "../../core/fault.ts";
import type { Kinesis } from "../../model/generated/kinesis.d.ts";
import { modelOf } from "../../model/handle.ts";

export const kinesis = modelOf<Kinesis>("kinesis");

export function kinesisFault(code: Kinesis["errors"], message: string): Fault {
  return fault(kinesis, code, message);
}

export function invalidArgument(message: string): Fault {
  return fault(kinesis, "InvalidArgumentException", message);
}

export function notFound(message: string): Fault {
  return fault(kinesis, "ResourceNotFoundException", message);
}

export function inUse(message: string): Fault {
  return fault(kinesis, "ResourceInUseException", message);
}

export function limitExceeded(message: string): Fault {
  return fault(kinesis, "LimitExceededException", message);
}

export function streamNotFound(name: string, account: string): Fault {
  return notFound(`Stream ${name} under account ${account} not found.`);
}

/** What the model's constraints would say, for limits that it does not state. */
export function constraint(value: string | number, member: string, what: string): Fault {
  return new Fault(
    "kinesis",
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${what}`,
  );
}

/** The newer way of naming a stream, which clients do not use yet. */
export function refuseStreamId(input: { readonly StreamId?: string | undefined }): void {
  if (input.StreamId !== undefined) throw notImplemented("kinesis", "the parameter StreamId");
}
