// Data that clients hand over as text: it must be JSON of a size that AWS takes.

import { fault } from "../../core/fault.ts";
import { isTooDeep, maximumDataBytes, maximumDepth } from "./asl/limits.ts";
import { stepfunctions } from "./model.ts";

export function checkInput(text: string): void {
  checkText(text, "InvalidExecutionInput", "Invalid State Machine Execution Input");
}

export function checkOutput(text: string): void {
  checkText(text, "InvalidOutput", "Invalid Output");
}

function checkText(text: string, code: "InvalidExecutionInput" | "InvalidOutput", what: string): void {
  // What is shorter in characters by a factor of three cannot be too long in bytes.
  if (text.length * 3 > maximumDataBytes && Buffer.byteLength(text) > maximumDataBytes) {
    throw fault(
      stepfunctions,
      "ValidationException",
      `1 validation error detected: Value at '${code === "InvalidOutput" ? "output" : "input"}' failed to satisfy constraint: Member must have length less than or equal to ${maximumDataBytes}`,
    );
  }
  if (isTooDeep(text)) {
    const why = `Document nesting depth (${maximumDepth + 1}) exceeds the maximum allowed (${maximumDepth})`;
    throw fault(stepfunctions, code, `${what}: '${why}'`);
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw fault(stepfunctions, code, `${what}: '${(error as Error).message}'`);
  }
}
