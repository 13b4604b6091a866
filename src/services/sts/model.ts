// The STS model, IAM's as STS calls it, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Iam } from "../../model/generated/iam.d.ts";
import type { Sts } from "../../model/generated/sts.d.ts";
import { modelOf } from "../../model/handle.ts";

export const sts = modelOf<Sts>("sts");
export const iam = modelOf<Iam>("iam");

export function accessDenied(message: string): Fault {
  return fault(sts, "AccessDenied", message);
}

export function validationError(message: string): Fault {
  return fault(sts, "ValidationError", message);
}

export function invalidToken(message: string): Fault {
  return fault(sts, "InvalidIdentityToken", message);
}
