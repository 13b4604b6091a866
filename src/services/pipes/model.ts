// The service's model, and the faults that several operations share.

import { type Fault, fault } from "../../core/fault.ts";
import type { Pipes } from "../../model/generated/pipes.d.ts";
import { modelOf } from "../../model/handle.ts";

export const pipes = modelOf<Pipes>("pipes");

export type Input<O extends keyof Pipes["operations"]> = Pipes["operations"][O]["input"];
export type Output<O extends keyof Pipes["operations"]> = Pipes["operations"][O]["output"];

/** Whose calls a pipe makes. */
export const pipesService = "pipes.amazonaws.com";

export const invalid = (message: string): Fault => fault(pipes, "ValidationException", message);
export const notFound = (name: string): Fault =>
  fault(pipes, "NotFoundException", `Pipe ${name} does not exist.`);

export function conflict(name: string, message: string): Fault {
  return fault(pipes, "ConflictException", message, { fields: { resourceId: name, resourceType: "pipe" } });
}
