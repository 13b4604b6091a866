// A mock stands for the work that a state asks for: its result, or its error.

import type { Shape } from "../../../model/shapes.ts";
import type { Json } from "../asl/data/scope.ts";
import type { StateDefinition } from "../asl/definition.ts";
import { integrationFor } from "../integrations/index.ts";
import { nameOut, type Style } from "../integrations/values.ts";
import { type Input, invalid } from "../model.ts";
import type { TaskOutcome } from "./drive.ts";

type Mock = NonNullable<Input<"TestState">["mock"]>;

/** Undefined where there is no mock. */
export function mockOutcome(mock: Mock | undefined, state: StateDefinition): TaskOutcome | undefined {
  if (mock === undefined) {
    demandMock(state);
    return undefined;
  }
  const { result, errorOutput, fieldValidationMode = "STRICT" } = mock;
  if (!(state.Type === "Task" || state.Type === "Map" || state.Type === "Parallel")) {
    throw invalid(`A mock is only supported by states of type Task, Map and Parallel, not by ${state.Type}.`);
  }
  if ((result === undefined) === (errorOutput === undefined)) {
    throw invalid("A test mock should have exactly one of the following fields: [result, errorOutput].");
  }
  if (errorOutput !== undefined) {
    const { error, cause } = errorOutput;
    return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }
  const output = parsed(result!, "mock.result");
  if (state.Type === "Task" && fieldValidationMode !== "NONE") {
    checkResult(state.Resource, output, fieldValidationMode === "STRICT");
  }
  if (state.Type !== "Task" && !Array.isArray(output) && !isWritten(state)) {
    throw invalid(`The mocked result of a state of type ${state.Type} must be an array.`);
  }
  return { output };
}

/** Results that go to S3 leave an object behind. */
function isWritten(state: StateDefinition): boolean {
  return state.Type === "Map" && state.ResultWriter?.Resource !== undefined;
}

/** What takes more than one answer cannot be tested without. */
function demandMock(state: StateDefinition): void {
  if (state.Type === "Map" || state.Type === "Parallel") {
    throw invalid(`A state of type ${state.Type} can only be tested with a mock.`);
  }
  if (state.Type !== "Task") return;
  const integration = integrationFor(state.Resource);
  if (integration?.kind === "activity" || (integration?.pattern ?? "request") !== "request") {
    throw invalid(`The resource ${state.Resource} can only be tested with a mock.`);
  }
}

export function parsed(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalid(`The value of '${name}' is not JSON: ${(error as Error).message}`);
  }
}

/** Checks the result against the API's own output: types always, names and required members where strict. */
function checkResult(resource: string, value: Json, strict: boolean): void {
  const answer = integrationFor(resource)?.answer;
  if (answer === undefined) return;
  const wrong = problem(answer.shape, value, answer.style, strict, "");
  if (wrong !== undefined) throw invalid(`Mock result schema validation error: ${wrong}`);
}

const transport = new Set(["SdkHttpMetadata", "SdkResponseMetadata"]);

function problem(shape: Shape, value: Json, style: Style, strict: boolean, at: string): string | undefined {
  const here = at === "" ? "The result" : `Field '${at}'`;
  switch (shape.kind) {
    case "structure": {
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return `${here} must be an object`;
      const fields = value as Readonly<Record<string, Json>>;
      const members = new Map([...shape.members.values()].map((member) => [nameOut(member, style), member]));
      for (const [name, member] of members) {
        if (strict && member.required && !Object.hasOwn(fields, name))
          return `${here} lacks the required field '${name}'`;
      }
      for (const [name, inner] of Object.entries(fields)) {
        const member = members.get(name);
        if (member === undefined) {
          if (strict && !transport.has(name)) return `${here} has the unknown field '${name}'`;
          continue;
        }
        const found = problem(member.shape, inner, style, strict, at === "" ? name : `${at}.${name}`);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    case "list":
      if (!Array.isArray(value)) return `${here} must be an array`;
      return firstOf(
        (value as readonly Json[]).map((each, index) =>
          problem(shape.member.shape, each, style, strict, `${at}[${index}]`),
        ),
      );
    case "map":
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return `${here} must be an object`;
      return firstOf(
        Object.entries(value).map(([name, inner]) =>
          problem(shape.value.shape, inner as Json, style, strict, `${at}.${name}`),
        ),
      );
    case "string":
      return typeof value === "string" ? undefined : `${here} must be a string`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `${here} must be a boolean`;
    case "integer":
    case "long":
    case "float":
    case "double":
      return typeof value === "number" ? undefined : `${here} must be a number`;
    default:
      // Bytes may be any JSON, and times are texts or numbers.
      return undefined;
  }
}

function firstOf(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((each) => each !== undefined);
}
