// The model and the faults of streams, in AWS's words.

import { Fault, fault } from "../../core/fault.ts";
import type { Dynamodbstreams } from "../../model/generated/dynamodbstreams.d.ts";
import { modelOf } from "../../model/handle.ts";

export const dynamodbstreams = modelOf<Dynamodbstreams>("dynamodbstreams");

export function streamNotFound(arn: string): Fault {
  return fault(
    dynamodbstreams,
    "ResourceNotFoundException",
    `Requested resource not found: Stream: ${arn} not found`,
  );
}

export function shardNotFound(): Fault {
  return fault(
    dynamodbstreams,
    "ResourceNotFoundException",
    "Requested resource not found: Shard does not exist",
  );
}

export function trimmed(): Fault {
  return fault(
    dynamodbstreams,
    "TrimmedDataAccessException",
    "The operation attempted to read past the oldest stream record in a shard.",
  );
}

export function validation(message: string): Fault {
  return new Fault("dynamodbstreams", "ValidationException", message);
}
