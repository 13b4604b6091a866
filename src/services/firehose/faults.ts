// The model of Firehose and its faults, in AWS's words.

import { type Fault, fault, notImplemented } from "../../core/fault.ts";
import type { Firehose } from "../../model/generated/firehose.d.ts";
import { modelOf } from "../../model/handle.ts";

export const firehose = modelOf<Firehose>("firehose");

export function invalidArgument(message: string): Fault {
  return fault(firehose, "InvalidArgumentException", message);
}

export function inUse(message: string): Fault {
  return fault(firehose, "ResourceInUseException", message);
}

export function limitExceeded(message: string): Fault {
  return fault(firehose, "LimitExceededException", message);
}

export function streamNotFound(name: string, account: string): Fault {
  return fault(firehose, "ResourceNotFoundException", `Firehose ${name} under account ${account} not found.`);
}

export function unsupported(what: string): Fault {
  return notImplemented("firehose", what);
}
