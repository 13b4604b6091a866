// The model's handle, and the wordings that several operations share. The
// words are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Kms } from "../../model/generated/kms.d.ts";
import { modelOf } from "../../model/handle.ts";

export const kms = modelOf<Kms>("kms");

export function notFound(message: string): Fault {
  return fault(kms, "NotFoundException", message);
}

export function invalid(message: string): Fault {
  return fault(kms, "ValidationException", message);
}

export function unsupported(message = ""): Fault {
  return fault(kms, "UnsupportedOperationException", message);
}

/** `arn:... is pending deletion.` */
export function invalidState(arn: string, what: string): Fault {
  return fault(kms, "KMSInvalidStateException", `${arn} ${what}.`);
}

export function dryRun(): Fault {
  return fault(
    kms,
    "DryRunOperationException",
    "The request would have succeeded, but the DryRun option is set.",
  );
}
