// The service's model, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Scheduler } from "../../model/generated/scheduler.d.ts";
import { modelOf } from "../../model/handle.ts";

export const scheduler = modelOf<Scheduler>("scheduler");

export type Input<O extends keyof Scheduler["operations"]> = Scheduler["operations"][O]["input"];
export type Output<O extends keyof Scheduler["operations"]> = Scheduler["operations"][O]["output"];

/** The modelled faults carry their message as `Message`. */
function failure(code: Scheduler["errors"], message: string): Fault {
  return fault(scheduler, code, message, { fields: { Message: message } });
}

export const invalid = (message: string): Fault => failure("ValidationException", message);
export const conflict = (message: string): Fault => failure("ConflictException", message);
export const notFound = (message: string): Fault => failure("ResourceNotFoundException", message);
