// What is wrong with whole machines, and how it is told.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkDefinition, diagnose } from "./index.ts";
import { end, errorsIn, machineOf, schema, sqs } from "./test-definition.ts";

describe("a whole machine", () => {
  it.each([
    ["", "MISSING_DESCRIPTION: The definition is empty at nowhere"],
    ["{}", schema("These fields are required: [StartAt, States]", "/")],
    ["[]", schema("Expected value of type Object", "")],
    ['{"StartAt":"A","States":{}}', schema("Object must not be empty", "/States")],
    ['{"StartAt":"A","States":{"A":{"Type":"Succeed"}},"Foo":1}', schema("Field is not supported", "/Foo")],
  ])("%s is refused", (definition, expected) => {
    expect(errorsIn(definition)).toContain(expected);
  });

  it("that is no JSON is refused", () => {
    expect(errorsIn("{")[0]).toMatch(/^INVALID_JSON_DESCRIPTION: /);
  });

  it("names its states once, at whatever depth", () => {
    const definition = machineOf({
      Type: "Parallel",
      Branches: [{ StartAt: "A", States: { A: { Type: "Succeed" } } }],
      ...end,
    });
    expect(errorsIn(definition)).toEqual([
      "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A",
    ]);
  });

  it("names its states with at most 80 characters", () => {
    const name = "n".repeat(81);
    const definition = JSON.stringify({ StartAt: name, States: { [name]: { Type: "Succeed" } } });
    expect(errorsIn(definition)[0]).toContain("INVALID_STATE_NAME");
  });
});

describe("transitions", () => {
  const of = (states: object, start = "A"): readonly string[] =>
    errorsIn(JSON.stringify({ StartAt: start, States: states }));
  const missing = "MISSING_TRANSITION_TARGET";

  it("must lead somewhere, and every state must be reached", () => {
    expect(of({ A: { Type: "Pass", Next: "C" }, B: { Type: "Succeed" } })).toEqual([
      `${missing}: Missing 'Next' target: C at /States/A/Next`,
      `${missing}: State "B" is not reachable. at /States/B`,
    ]);
  });

  it("are looked for in Default, Choices and Catch", () => {
    const choice = { Type: "Choice", Choices: [{ Variable: "$", IsNull: true, Next: "X" }], Default: "Y" };
    const task = { Type: "Task", Resource: sqs, Catch: [{ ErrorEquals: ["E"], Next: "Z" }], Next: "A" };
    expect(of({ A: choice, T: task, S: { Type: "Succeed" } }, "T")).toEqual([
      `${missing}: Missing 'Next' target: Y at /States/A/Default`,
      `${missing}: Missing 'Next' target: X at /States/A/Choices[0]/Next`,
      `${missing}: Missing 'Next' target: Z at /States/T/Catch[0]/Next`,
      `${missing}: State "S" is not reachable. at /States/S`,
    ]);
  });

  it("must reach an end, which hides what is not reached", () => {
    expect(
      of({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" }, C: { Type: "Pass", Next: "A" } }),
    ).toEqual(["MISSING_END_STATE: Workflow has no terminal state at nowhere"]);
    expect(of({ A: { Type: "Pass", Next: "NOPE" } })).toEqual([
      `${missing}: Missing 'Next' target: NOPE at /States/A/Next`,
      "MISSING_END_STATE: Workflow has no terminal state at nowhere",
    ]);
  });

  it("cannot leave a branch", () => {
    const branch = { StartAt: "B", States: { B: { Type: "Pass", Next: "A" }, E: { Type: "Succeed" } } };
    expect(of({ A: { Type: "Parallel", Branches: [branch], ...end } })).toContain(
      `${missing}: Missing 'Next' target: A at /States/A/Branches[0]/States/B/Next`,
    );
  });
});

it("refuses what is nested too deeply", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const definition = `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":${deep},"End":true}}}`;
  expect(diagnose(definition, "STANDARD")).toEqual([
    expect.objectContaining({ severity: "ERROR", code: "TOO_DEEPLY_NESTED" }),
  ]);
});

it.each([
  [null, "Expected value of type Object"],
  ["{% {} %}", "Expected value of type Object"],
  [{ "a b": 1 }, "'a b' is not a valid variable name"],
  [{ ["x".repeat(81)]: 1 }, `'${"x".repeat(81)}' is not a valid variable name`],
  [{ states: 1 }, "The variable name 'states' is reserved"],
])("refuses to assign %j", (Assign, message) => {
  for (const QueryLanguage of ["JSONPath", "JSONata"]) {
    const state = { Type: "Pass", Assign, End: true };
    const definition = JSON.stringify({ QueryLanguage, StartAt: "A", States: { A: state } });
    expect(diagnose(definition, "STANDARD")).toEqual([
      { severity: "ERROR", code: "SCHEMA_VALIDATION_FAILED", location: "/States/A/Assign", message },
    ]);
  }
});

describe("warnings", () => {
  it("tell of paths that are not applied, and let the definition pass", () => {
    const definition = machineOf({ Type: "Pass", Parameters: { a: "$.x" }, ...end });
    expect(diagnose(definition, "STANDARD")).toEqual([
      expect.objectContaining({ severity: "WARNING", code: "NO_DOLLAR", location: "/States/A/Parameters/a" }),
    ]);
    expect(checkDefinition(definition, "STANDARD").StartAt).toBe("A");
    expect(
      diagnose(machineOf({ Type: "Pass", Result: { "a.$": "$.x" }, ...end }), "STANDARD")[0],
    ).toMatchObject({
      code: "PASS_RESULT_IS_STATIC",
    });
  });

  it.each([
    ["/States/A/Error", { A: { Type: "Fail", Error: "$.error" } }],
    [
      "/States/A/Choices[0]/StringEquals",
      {
        A: {
          Type: "Choice",
          Choices: [{ Variable: "$.a", StringEquals: "$.b", Next: "B" }],
          Default: "B",
        },
        B: { Type: "Succeed" },
      },
    ],
  ])("tell of a path at %s, whose name does not end with Path", (location, states) => {
    const definition = JSON.stringify({ StartAt: "A", States: states });
    expect(diagnose(definition, "STANDARD")).toEqual([
      expect.objectContaining({ severity: "WARNING", code: "NO_PATH", location }),
    ]);
  });
});

describe("the fault", () => {
  it("tells all errors in one sentence", () => {
    expect(() =>
      checkDefinition('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}', "STANDARD"),
    ).toThrow(
      expect.objectContaining({
        code: "InvalidDefinition",
        message:
          "Invalid State Machine Definition: 'MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_END_STATE: Workflow has no terminal state'",
      }),
    );
  });

  it("is all that any JSON can provoke", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom("Pass", "Task", "Choice", "Wait", "Fail", "Parallel", "Map"),
        (value, type) => {
          for (const definition of [
            value,
            { StartAt: "A", States: value },
            { StartAt: "A", States: { A: { Type: type, ...(value as object) } } },
          ]) {
            expect(() => diagnose(JSON.stringify(definition), "STANDARD")).not.toThrow();
          }
        },
      ),
    );
  });

  it("is all that odd fields of every state can provoke", () => {
    const names = [
      "Choices",
      "Branches",
      "ItemProcessor",
      "Iterator",
      "Catch",
      "Retry",
      "Parameters",
      "Arguments",
      "Resource",
      "ItemReader",
      "ItemBatcher",
      "Next",
      "Assign",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom("Task", "Choice", "Parallel", "Map"),
        fc.dictionary(fc.constantFrom(...names), fc.jsonValue()),
        (type, fields) => {
          expect(() => diagnose(machineOf({ Type: type, ...fields }), "EXPRESS")).not.toThrow();
        },
      ),
    );
  });
});
