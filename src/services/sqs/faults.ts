// The model's handle, and the wordings that several operations share. The
// words are AWS's.

import { type Fault, fault } from "../../core/fault.ts";
import type { Sqs } from "../../model/generated/sqs.d.ts";
import { modelOf } from "../../model/handle.ts";

export const sqs = modelOf<Sqs>("sqs");

export function queueDoesNotExist(): Fault {
  return fault(sqs, "QueueDoesNotExist", "The specified queue does not exist.");
}

/** `Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.` */
export function invalidParameter(name: string, value: string | number, reason: string): Fault {
  return fault(
    sqs,
    "InvalidParameterValue",
    `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`,
  );
}

export function invalidValue(message: string): Fault {
  return fault(sqs, "InvalidParameterValue", message);
}

export function missingParameter(name: string): Fault {
  return fault(sqs, "MissingParameter", missingParameterMessage(name));
}

export function invalidAttributeValue(name: string, reason = ""): Fault {
  const because = reason === "" ? "" : ` Reason: ${reason}`;
  return fault(sqs, "InvalidAttributeValue", `Invalid value for the parameter ${name}.${because}`);
}

export function unknownAttribute(name: string): Fault {
  return fault(sqs, "InvalidAttributeName", `Unknown Attribute ${name}.`);
}

export function resourceNotFound(message: string): Fault {
  return fault(sqs, "ResourceNotFoundException", message);
}

export function invalidReceiptHandle(handle: string): Fault {
  return fault(
    sqs,
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
  );
}

/** The model of SQS constrains nothing but presence: every failure is a member that is not there. */
export function validationMessage(failures: readonly string[]): string {
  const path = /at '([^']*)'/.exec(failures[0] ?? "")?.[1] ?? "";
  return missingParameterMessage(path.replace(/(^|\.)[a-z]/g, (letter) => letter.toUpperCase()));
}

function missingParameterMessage(name: string): string {
  return `The request must contain the parameter ${name}.`;
}
