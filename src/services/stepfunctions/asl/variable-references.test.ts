import { expect, test } from "vitest";
import type { StateMachineDefinition } from "./definition.ts";
import { variableReferences } from "./variable-references.ts";

const of = (definition: object) => variableReferences(definition as StateMachineDefinition);

test("JSONPath states tell the variables of their paths and intrinsic functions", () => {
  expect(
    of({
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { x: 1, "y.$": "$.a" }, Next: "B" },
        B: {
          Type: "Pass",
          Parameters: { "a.$": "$x.b[0]", b: "$y", "c.$": "$.y", "d.$": "States.Format('$x {}', $y)" },
          Next: "C",
        },
        C: {
          Type: "Choice",
          Choices: [{ Not: { Variable: "$y", IsPresent: true }, Assign: { z: 1 }, Next: "D" }],
          Default: "D",
        },
        D: {
          Type: "Map",
          ItemsPath: "$z",
          ItemProcessor: { StartAt: "E", States: { E: { Type: "Wait", SecondsPath: "$x", End: true } } },
          End: true,
        },
      },
    }),
  ).toEqual({ B: ["x", "y"], C: ["y"], D: ["z"], E: ["x"] });
});

test("JSONata states tell those that some state assigns, and no functions", () => {
  expect(
    of({
      QueryLanguage: "JSONata",
      StartAt: "A",
      States: {
        A: { Type: "Pass", Assign: { total: "{% $sum($states.input) %}" }, Next: "B" },
        B: {
          Type: "Task",
          Resource: "r",
          Arguments: { a: ["{% ($own := 1; $own + $total) %}"], b: "$late" },
          Catch: [{ ErrorEquals: ["States.ALL"], Assign: { late: 1 }, Output: "{% $late %}", Next: "C" }],
          Next: "C",
        },
        C: { QueryLanguage: "JSONPath", Type: "Pass", Parameters: { "a.$": "$late" }, End: true },
      },
    }),
  ).toEqual({ B: ["total", "late"], C: ["late"] });
});

test("a machine without variables tells nothing", () => {
  expect(of({ StartAt: "A", States: { A: { Type: "Pass", OutputPath: "$.x", End: true } } })).toEqual({});
});
