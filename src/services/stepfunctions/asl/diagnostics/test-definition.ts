// Definitions of one state, and what is wrong with them, for tests.

import { diagnose } from "./index.ts";

export type State = Readonly<Record<string, unknown>>;
export const machineOf = (state: State, more: object = {}): string =>
  JSON.stringify({ StartAt: "A", States: { A: state }, ...more });
export const errorsIn = (definition: string, type: "STANDARD" | "EXPRESS" = "STANDARD"): readonly string[] =>
  diagnose(definition, type)
    .filter(({ severity }) => severity === "ERROR")
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? "nowhere"}`);
export const schema = (message: string, at: string): string =>
  `SCHEMA_VALIDATION_FAILED: ${message} at ${at}`;
export const end = { End: true };
export const inner = { StartAt: "B", States: { B: { Type: "Pass", End: true } } };
export const sqs = "arn:aws:states:::sqs:sendMessage";
