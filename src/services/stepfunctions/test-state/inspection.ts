// What TestState shows of the data between a state's input and its output.

import type { InspectionData } from "../../../model/generated/stepfunctions.d.ts";
import type { Json } from "../asl/data/scope.ts";
import type { StateDefinition } from "../asl/definition.ts";
import type { Observed, TaskOutcome } from "./drive.ts";
import type { Subject } from "./subject.ts";

/** Each stage that was reached; one that the state does not have shows what came before it. */
export function inspectionOf(
  { state, language }: Subject,
  input: Json,
  observed: Observed,
  outcome: TaskOutcome | undefined,
): InspectionData {
  const { stages, head, frame } = observed;
  const shown: Record<string, string> = { input: JSON.stringify(input) };
  const show = (name: string, value: Json | undefined): void => {
    if (value !== undefined) shown[name] = JSON.stringify(value);
  };
  const over = head.status !== "FAILED" && frame.wait?.kind !== "retry";
  const result = resultOf(state, stages, input, outcome);
  if (language === "JSONata" || state.QueryLanguage === "JSONata") {
    if ("Arguments" in state) show("afterArguments", stages.get("afterArguments"));
    if (result !== undefined) show("result", result);
  } else if (takesPaths(state)) {
    const reached = over || result !== undefined;
    const filtered = stages.get("afterInputPath") ?? (reached || stages.size > 0 ? input : undefined);
    show("afterInputPath", filtered);
    show("afterParameters", stages.get("afterParameters") ?? (reached ? filtered : undefined));
    show("result", result);
    const selected = stages.get("afterResultSelector") ?? (over ? result : undefined);
    show("afterResultSelector", selected);
    show("afterResultPath", stages.get("afterResultPath") ?? (over ? selected : undefined));
  }
  for (const name of ["afterItemsPath", "afterItemSelector", "afterItemBatcher", "afterItemsPointer"]) {
    show(name, stages.get(name));
  }
  show("variables", frame.variables as Json);
  return shown;
}

function takesPaths({ Type }: StateDefinition): boolean {
  return Type !== "Fail" && Type !== "Choice" && Type !== "Succeed";
}

function resultOf(
  state: StateDefinition,
  stages: ReadonlyMap<string, Json>,
  input: Json,
  outcome: TaskOutcome | undefined,
): Json | undefined {
  if (outcome !== undefined) return "output" in outcome ? outcome.output : undefined;
  if (state.Type !== "Pass") return undefined;
  return state.Result ?? stages.get("afterParameters") ?? stages.get("afterInputPath") ?? input;
}
