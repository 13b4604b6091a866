// The service's model, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Logs } from "../../model/generated/logs.d.ts";
import { modelOf } from "../../model/handle.ts";

export const logs = modelOf<Logs>("logs");

export type Input<O extends keyof Logs["operations"]> = Logs["operations"][O]["input"];
export type Output<O extends keyof Logs["operations"]> = Logs["operations"][O]["output"];

export function noSuchGroup(): Fault {
  return fault(logs, "ResourceNotFoundException", "The specified log group does not exist.");
}

export function noSuchStream(): Fault {
  return fault(logs, "ResourceNotFoundException", "The specified log stream does not exist.");
}

export function invalid(message: string): Fault {
  return fault(logs, "InvalidParameterException", message);
}
