// The model's handle, and the wordings that several operations share. The
// words are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Secretsmanager } from "../../model/generated/secretsmanager.d.ts";
import { modelOf } from "../../model/handle.ts";

export const secretsmanager = modelOf<Secretsmanager>("secretsmanager");

export function notFound(what = "secret."): Fault {
  return fault(
    secretsmanager,
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified ${what}`,
  );
}

export function invalidParameter(message: string): Fault {
  return fault(secretsmanager, "InvalidParameterException", message);
}

export function invalidRequest(message: string): Fault {
  return fault(secretsmanager, "InvalidRequestException", message);
}

export function accessDenied(message: string): Fault {
  return fault(secretsmanager, "AccessDeniedException", message, { status: 400 });
}
