// ValidateStateMachineDefinition: what is wrong with a definition, all of it.

import type { Transaction } from "../../../core/transaction.ts";
import { diagnose } from "../asl/diagnostics/index.ts";
import type { Input, Output } from "../model.ts";

const maximumResults = 100;

export async function validateStateMachineDefinition(
  input: Input<"ValidateStateMachineDefinition">,
  _tx: Transaction,
): Promise<Output<"ValidateStateMachineDefinition">> {
  const { definition, type = "STANDARD", severity = "ERROR", maxResults } = input;
  const all = diagnose(definition, type);
  const wanted = all.filter((diagnostic) => severity === "WARNING" || diagnostic.severity === "ERROR");
  const limit = maxResults || maximumResults;
  return {
    result: all.some((diagnostic) => diagnostic.severity === "ERROR") ? "FAIL" : "OK",
    diagnostics: wanted.slice(0, limit),
    truncated: wanted.length > limit,
  };
}
