// The model's handle, and the wordings that several operations share. The
// words are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Ssm } from "../../model/generated/ssm.d.ts";
import { modelOf } from "../../model/handle.ts";

export const ssm = modelOf<Ssm>("ssm");

export function validation(message: string): Fault {
  return fault(ssm, "ValidationException", message);
}

/** AWS says no more than the code. */
export function parameterNotFound(): Fault {
  return fault(ssm, "ParameterNotFound", "");
}

export function versionNotFound(version: string | number, name: string): Fault {
  return fault(
    ssm,
    "ParameterVersionNotFound",
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
}
