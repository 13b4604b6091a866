// The service's model, and the faults that it words itself.

import { Fault, fault } from "../../core/fault.ts";
import type { Apigatewaymanagementapi } from "../../model/generated/apigatewaymanagementapi.d.ts";
import { modelOf } from "../../model/handle.ts";
import { validationMessage } from "../../model/validate.ts";

export const apigatewaymanagementapi = modelOf<Apigatewaymanagementapi>("apigatewaymanagementapi");

export function badRequest(message: string): Fault {
  return new Fault("apigatewaymanagementapi", "BadRequestException", message, { status: 400 });
}

export function messageTooLong(): Fault {
  return fault(apigatewaymanagementapi, "PayloadTooLargeException", "Message too long");
}

/** What breaks the model's constraints: a message that is too long has a fault of its own. */
export function invalidInput(_call: unknown, failures: readonly string[]): Fault {
  return failures.some((failure) => failure.includes("'data'"))
    ? messageTooLong()
    : badRequest(validationMessage(failures));
}
