// Every field of every type of state in JSONata.

import { describe, expect, it } from "vitest";
import { b, run, type State, task, useCloud } from "./test-machine.ts";

useCloud();

describe("JSONata", () => {
  const jsonata = (state: State): State => ({ QueryLanguage: "JSONata", ...state });
  it.each<readonly [string, State, unknown, unknown]>([
    ["Pass", { Type: "Pass" }, { a: 1 }, { a: 1 }],
    [
      "Pass Output",
      { Type: "Pass", Output: { x: "{% $states.input.a + 1 %}", c: [true] } },
      { a: 1 },
      { x: 2, c: [true] },
    ],
    ["Pass Output of the context", { Type: "Pass", Output: "{% $states.context.State.Name %}" }, {}, "A"],
    ["Task", task, { a: 1 }, { a: 1 }],
    ["Task Arguments", { ...task, Arguments: { x: "{% $states.input.a %}" } }, { a: 1 }, { x: 1 }],
    [
      "Task Output",
      { ...task, Arguments: { x: 5 }, Output: "{% $states.result.x + $states.input.a %}" },
      { a: 1 },
      6,
    ],
    [
      "Task TimeoutSeconds",
      { ...task, TimeoutSeconds: "{% $states.input.a %}", HeartbeatSeconds: "{% $states.input.a %}" },
      { a: 1 },
      { a: 1 },
    ],
    ["Succeed Output", { Type: "Succeed", Output: "{% $states.input.a %}" }, { a: 1 }, 1],
    [
      "Fail",
      { Type: "Fail", Error: "{% $states.input.e %}", Cause: "{% $states.input.e & '!' %}" },
      { e: "E" },
      { error: "E", cause: "E!" },
    ],
    ["Wait Seconds", { Type: "Wait", Seconds: "{% $states.input.a - 1 %}", Output: 7 }, { a: 1 }, 7],
    [
      "Wait Timestamp",
      { Type: "Wait", Timestamp: "{% $states.input.t %}" },
      { t: "2020-01-01T00:00:00Z" },
      { t: "2020-01-01T00:00:00Z" },
    ],
    [
      "Parallel Arguments and Output",
      {
        Type: "Parallel",
        Branches: [b({})],
        Arguments: { x: "{% $states.input.a %}" },
        Output: "{% $states.result.x %}",
      },
      { a: 1 },
      1,
    ],
    [
      "Map Items",
      { Type: "Map", Items: "{% $states.input.l %}", ItemProcessor: b({}) },
      { l: [1, 2] },
      [1, 2],
    ],
    [
      "Map of given Items",
      { Type: "Map", Items: [1, "{% $states.input.a %}"], ItemProcessor: b({}) },
      { a: 2 },
      [1, 2],
    ],
    [
      "Map ItemSelector",
      {
        Type: "Map",
        Items: "{% $states.input.l %}",
        ItemSelector: {
          i: "{% $states.context.Map.Item.Index %}",
          v: "{% $states.context.Map.Item.Value %}",
        },
        ItemProcessor: b({}),
      },
      { l: [3] },
      [{ i: 0, v: 3 }],
    ],
    [
      "Map MaxConcurrency",
      {
        Type: "Map",
        MaxConcurrency: "{% 1 %}",
        Items: "{% $states.input.l %}",
        ItemProcessor: b({}),
        Output: "{% $count($states.result) %}",
      },
      { l: [3, 4] },
      2,
    ],
    [
      "distributed Map",
      {
        Type: "Map",
        Items: "{% $states.input.l %}",
        ItemBatcher: { MaxItemsPerBatch: "{% 2 %}" },
        ToleratedFailureCount: "{% 0 %}",
        ItemProcessor: { ...b({}), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
      },
      { l: [1, 2, 3] },
      [{ Items: [1, 2] }, { Items: [3] }],
    ],
  ])("%s", async (_name, state, input, expected) => {
    expect(await run(jsonata(state), input)).toEqual(expected);
  });

  it.each<readonly [string, State]>([
    ["Pass", { Type: "Pass", Assign: { v: "{% $states.input.a %}" } }],
    ["Task", { ...task, Assign: { v: "{% $states.result.a %}" } }],
    ["Parallel", { Type: "Parallel", Branches: [b({})], Assign: { v: "{% $states.result[0].a %}" } }],
    [
      "Map",
      {
        Type: "Map",
        Items: "{% [$states.input] %}",
        ItemProcessor: b({}),
        Assign: { v: "{% $states.result[0].a %}" },
      },
    ],
    ["Wait", { Type: "Wait", Seconds: 0, Assign: { v: "{% $states.input.a %}" } }],
  ])("Assign of %s", async (_name, state) => {
    const z = { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $v %}", End: true };
    expect(await run(jsonata({ ...state, Next: "Z" }), { a: 1 }, { Z: z })).toBe(1);
  });

  it("Choice takes a Condition, with its Output and Assign", async () => {
    const state = jsonata({
      Type: "Choice",
      Choices: [
        {
          Condition: "{% $states.input.n > 1 %}",
          Assign: { v: "{% $states.input.n %}" },
          Output: { big: true },
          Next: "Y",
        },
      ],
      Output: "small",
      Default: "N",
    });
    const ends = {
      Y: jsonata({ Type: "Pass", Output: { v: "{% $v %}", in: "{% $states.input %}" }, End: true }),
      N: { Type: "Succeed" },
    };
    expect(await run(state, { n: 2 }, ends)).toEqual({ v: 2, in: { big: true } });
    expect(await run(state, { n: 1 }, ends)).toBe("small");
  });

  it("Catch gives its own Output and Assign", async () => {
    const state = jsonata({
      ...task,
      Catch: [
        {
          ErrorEquals: ["E"],
          Assign: { v: "{% $states.errorOutput.Error %}" },
          Output: { was: "{% $states.input.error %}" },
          Next: "Z",
        },
      ],
    });
    const z = jsonata({ Type: "Pass", Output: { v: "{% $v %}", in: "{% $states.input %}" }, End: true });
    expect(await run({ ...state, Next: "Z" }, { error: "E" }, { Z: z })).toEqual({
      v: "E",
      in: { was: "E" },
    });
  });
});
