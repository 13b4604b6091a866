// Inputs that break the model's constraints, in API Gateway's words: members
// are named within the operation's input.

import type { Call } from "../../core/call.ts";
import { type Fault, fault } from "../../core/fault.ts";
import { validationMessage } from "../../model/validate.ts";
import { apigateway } from "./model.ts";

export function invalidInput({ operation }: Pick<Call, "operation">, failures: readonly string[]): Fault {
  const input = `${operation[0]!.toLowerCase()}${operation.slice(1)}Input`;
  const named = failures.map((failure) => failure.replace(" at '", ` at '${input}.`));
  return fault(apigateway, "ValidationException", validationMessage(named));
}
