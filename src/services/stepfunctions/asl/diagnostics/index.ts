// What is wrong with a definition: all that AWS refuses at CreateStateMachine,
// UpdateStateMachine and ValidateStateMachineDefinition, and what it warns of.

import { fault } from "../../../../core/fault.ts";
import { stepfunctions } from "../../model.ts";
import type { Json } from "../data/scope.ts";
import type { StateMachineDefinition } from "../definition.ts";
import { isTooDeep, maximumDepth } from "../limits.ts";
import { machine } from "./blocks.ts";
import { type Finding, isObject, Report, type Values } from "./report.ts";
import { checkTransitions } from "./transitions.ts";

export type { Finding } from "./report.ts";

export function diagnose(definition: string, type: "STANDARD" | "EXPRESS"): readonly Finding[] {
  const report = new Report();
  const parsed = parse(definition, report);
  if (!report.failed) {
    const language = isObject(parsed) && parsed.QueryLanguage === "JSONata" ? "JSONata" : "JSONPath";
    machine(parsed!, "", report, { language, type, names: new Set() });
  }
  // Where fields are wrong, nothing can be said of what they lead to.
  if (!report.failed) checkTransitions(parsed as Values, "", report);
  return report.findings;
}

function parse(definition: string, report: Report): Json | undefined {
  if (definition.trim() === "") {
    report.error("MISSING_DESCRIPTION", "The definition is empty");
    return undefined;
  }
  if (isTooDeep(definition)) {
    report.error("TOO_DEEPLY_NESTED", `The states are nested more than ${maximumDepth} levels deep`);
    return undefined;
  }
  try {
    return JSON.parse(definition) as Json;
  } catch (error) {
    report.error("INVALID_JSON_DESCRIPTION", (error as Error).message);
    return undefined;
  }
}

/** The definition, once it is found right. Throws the fault `InvalidDefinition`. */
export function checkDefinition(definition: string, type: "STANDARD" | "EXPRESS"): StateMachineDefinition {
  const errors = diagnose(definition, type).filter(({ severity }) => severity === "ERROR");
  if (errors.length === 0) return JSON.parse(definition) as StateMachineDefinition;
  const told = errors.map(({ code, message, location }) =>
    location === undefined ? `${code}: ${message}` : `${code}: ${message} at ${location}`,
  );
  throw fault(stepfunctions, "InvalidDefinition", `Invalid State Machine Definition: '${told.join(", ")}'`);
}
