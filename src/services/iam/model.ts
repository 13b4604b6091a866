// The IAM model and the faults that many operations share, in AWS's words.

import { type Fault, fault } from "../../core/fault.ts";
import type { Iam } from "../../model/generated/iam.d.ts";
import { modelOf } from "../../model/handle.ts";

export const iam = modelOf<Iam>("iam");

/** What operations without a result answer. */
export type Nothing = Readonly<Record<string, never>>;
export const nothing: Nothing = {};

/** `The role with name app cannot be found.` */
export function cannotBeFound(what: string, name: string): Fault {
  return noSuchEntity(`The ${what} with name ${name} cannot be found.`);
}

export function noSuchEntity(message: string): Fault {
  return fault(iam, "NoSuchEntity", message);
}

export function alreadyExists(message: string): Fault {
  return fault(iam, "EntityAlreadyExists", message);
}

export function deleteConflict(message: string): Fault {
  return fault(iam, "DeleteConflict", message);
}

export function limitExceeded(message: string): Fault {
  return fault(iam, "LimitExceeded", message);
}

export function quotaExceeded(quota: string, maximum: number): Fault {
  return limitExceeded(`Cannot exceed quota for ${quota}: ${maximum}`);
}

export function invalidInput(message: string): Fault {
  return fault(iam, "InvalidInput", message);
}

export function validationError(message: string): Fault {
  return fault(iam, "ValidationError", message);
}

/** IAM remembers and shows times without fractions of a second. */
export function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}
