// The model's handle, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Cloudformation } from "../../model/generated/cloudformation.d.ts";
import { modelOf } from "../../model/handle.ts";

export const cloudformation = modelOf<Cloudformation>("cloudformation");

export function validationError(message: string): Fault {
  return fault(cloudformation, "ValidationError", message);
}

export function noSuchStack(name: string): Fault {
  return validationError(`Stack with id ${name} does not exist`);
}
