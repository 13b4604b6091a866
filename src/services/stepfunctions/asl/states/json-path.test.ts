// Every field of every type of state in JSONPath.

import { describe, expect, it } from "vitest";
import { b, cloud, outcome, run, type State, seen, start, task, useCloud } from "./test-machine.ts";

useCloud();

describe("JSONPath", () => {
  it.each<readonly [string, State, unknown, unknown]>([
    ["Pass", { Type: "Pass" }, { a: 1 }, { a: 1 }],
    ["Pass Result", { Type: "Pass", Result: { r: 1 } }, { a: 1 }, { r: 1 }],
    ["Pass ResultPath", { Type: "Pass", Result: 2, ResultPath: "$.x.y" }, { a: 1 }, { a: 1, x: { y: 2 } }],
    ["Pass ResultPath null", { Type: "Pass", Result: 2, ResultPath: null }, { a: 1 }, { a: 1 }],
    ["Pass InputPath", { Type: "Pass", InputPath: "$.a" }, { a: 1 }, 1],
    ["Pass InputPath null", { Type: "Pass", InputPath: null }, { a: 1 }, {}],
    ["Pass InputPath of the context", { Type: "Pass", InputPath: "$$.State.Name" }, {}, "A"],
    ["Pass OutputPath", { Type: "Pass", OutputPath: "$.a" }, { a: [1] }, [1]],
    ["Pass OutputPath null", { Type: "Pass", OutputPath: null }, { a: 1 }, {}],
    [
      "Pass Parameters",
      { Type: "Pass", Parameters: { "x.$": "$.a", c: [{ "y.$": "$$.State.Name" }] } },
      { a: 1 },
      { x: 1, c: [{ y: "A" }] },
    ],
    [
      "Pass with an intrinsic function",
      { Type: "Pass", Parameters: { "x.$": "States.ArrayLength($.a[*])" } },
      { a: [1, 2] },
      { x: 2 },
    ],
    [
      "InputPath before Parameters",
      { Type: "Pass", InputPath: "$.a", Parameters: { "x.$": "$.b" } },
      { a: { b: 1 } },
      { x: 1 },
    ],
    ["Task", task, { a: 1 }, { a: 1 }],
    ["Task Parameters", { ...task, Parameters: { "x.$": "$.a" } }, { a: 1 }, { x: 1 }],
    ["Task ResultSelector", { ...task, ResultSelector: { "y.$": "$.a" } }, { a: 1 }, { y: 1 }],
    [
      "Task ResultPath",
      { ...task, Parameters: { x: 1 }, ResultPath: "$.r" },
      { a: 1 },
      { a: 1, r: { x: 1 } },
    ],
    [
      "Task OutputPath",
      { ...task, Parameters: { x: 1 }, ResultPath: "$.r", OutputPath: "$.r.x" },
      { a: 1 },
      1,
    ],
    [
      "Task lambda:invoke",
      {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "f", Payload: { "x.$": "$.a" } },
        OutputPath: "$.Payload",
      },
      { a: 1 },
      { x: 1 },
    ],
    ["Succeed", { Type: "Succeed" }, [1], [1]],
    [
      "Succeed InputPath and OutputPath",
      { Type: "Succeed", InputPath: "$.a", OutputPath: "$.b" },
      { a: { b: 1 } },
      1,
    ],
    ["Fail", { Type: "Fail", Error: "E", Cause: "why" }, {}, { error: "E", cause: "why" }],
    [
      "Fail ErrorPath and CausePath",
      { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('{}!', $.c)" },
      { e: "E", c: "why" },
      { error: "E", cause: "why!" },
    ],
    [
      "Parallel",
      {
        Type: "Parallel",
        Branches: [b({ InputPath: "$.a" }), { StartAt: "C", States: { C: { Type: "Succeed" } } }],
      },
      { a: 1 },
      [1, { a: 1 }],
    ],
    [
      "Parallel Parameters",
      { Type: "Parallel", Branches: [b({})], Parameters: { "x.$": "$.a" } },
      { a: 1 },
      [{ x: 1 }],
    ],
    [
      "Parallel ResultSelector and ResultPath",
      { Type: "Parallel", Branches: [b({})], ResultSelector: { "f.$": "$[0].a" }, ResultPath: "$.r" },
      { a: 1 },
      { a: 1, r: { f: 1 } },
    ],
    ["Map", { Type: "Map", ItemProcessor: b({ Parameters: { "v.$": "$" } }) }, [1, 2], [{ v: 1 }, { v: 2 }]],
    ["Map of nothing", { Type: "Map", ItemProcessor: b({}) }, [], []],
    ["Map ItemsPath", { Type: "Map", ItemsPath: "$.l", ItemProcessor: b({}) }, { l: [3] }, [3]],
    [
      "Map ItemSelector",
      {
        Type: "Map",
        ItemsPath: "$.l",
        ItemSelector: { "i.$": "$$.Map.Item.Index", "v.$": "$$.Map.Item.Value", "a.$": "$.a" },
        ItemProcessor: b({}),
      },
      { l: [3], a: 1 },
      [{ i: 0, v: 3, a: 1 }],
    ],
    ["Map MaxConcurrency", { Type: "Map", MaxConcurrency: 1, ItemProcessor: b({}) }, [1, 2, 3], [1, 2, 3]],
    [
      "Map MaxConcurrencyPath",
      { Type: "Map", ItemsPath: "$.l", MaxConcurrencyPath: "$.m", ItemProcessor: b({}) },
      { l: [1, 2], m: 1 },
      [1, 2],
    ],
    [
      "Map ResultSelector",
      { Type: "Map", ItemProcessor: b({}), ResultSelector: { "n.$": "States.ArrayLength($)" } },
      [1, 2],
      { n: 2 },
    ],
    [
      "Map Iterator and Parameters",
      { Type: "Map", ItemsPath: "$.l", Iterator: b({}), Parameters: { "v.$": "$$.Map.Item.Value" } },
      { l: [3] },
      [{ v: 3 }],
    ],
    [
      "distributed Map",
      {
        Type: "Map",
        ItemsPath: "$.l",
        ItemSelector: { "v.$": "$$.Map.Item.Value" },
        ItemBatcher: { MaxItemsPerBatchPath: "$.b", BatchInput: { "a.$": "$.b" } },
        ItemProcessor: { ...b({}), ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" } },
      },
      { l: [1, 2, 3], b: 2 },
      [
        { BatchInput: { a: 2 }, Items: [{ v: 1 }, { v: 2 }] },
        { BatchInput: { a: 2 }, Items: [{ v: 3 }] },
      ],
    ],
  ])("%s", async (_name, state, input, expected) => {
    expect(await run(state, input)).toEqual(expected);
  });

  it.each<readonly [string, State, unknown]>([
    ["Pass", { Type: "Pass", Parameters: { "n.$": "$.a" }, Assign: { "v.$": "$.n", c: 1 } }, { v: 1, c: 1 }],
    ["Task", { ...task, Assign: { "v.$": "$.a", "s.$": "$$.State.Name" } }, { v: 1, s: "A" }],
    ["Parallel", { Type: "Parallel", Branches: [b({})], Assign: { "v.$": "$[0].a" } }, { v: 1 }],
    ["Map", { Type: "Map", ItemsPath: "$.l", ItemProcessor: b({}), Assign: { "v.$": "$[1]" } }, { v: 6 }],
    ["Wait", { Type: "Wait", Seconds: 0, Assign: { "v.$": "$.a" } }, { v: 1 }],
  ])("Assign of %s", async (_name, state, expected) => {
    const names = Object.keys(expected as object);
    const template = Object.fromEntries(names.map((name) => [`${name}.$`, `$${name}`]));
    expect(await run({ ...state, Next: "Z" }, { a: 1, l: [5, 6] }, { Z: seen(template) })).toEqual(expected);
  });

  it("variables of an outer state are seen within, and inner ones end there", async () => {
    const outer = { Type: "Pass", Assign: { v: 1 }, Next: "P" };
    const inner = {
      StartAt: "C",
      States: { C: { Type: "Pass", Parameters: { "o.$": "$v" }, Assign: { w: 2 }, End: true } },
    };
    const parallel = { Type: "Parallel", Branches: [inner], Next: "Z" };
    expect(await run(outer, {}, { P: parallel, Z: { Type: "Pass", End: true } })).toEqual([{ o: 1 }]);
    expect(await run(outer, {}, { P: parallel, Z: seen({ "w.$": "$w" }) })).toMatchObject({
      error: "States.Runtime",
    });
  });

  const choice = {
    Type: "Choice",
    Choices: [{ Variable: "$.n", NumericGreaterThan: 1, Next: "Y", Assign: { "v.$": "$.n" } }],
    Default: "N",
  };
  it("Choice takes a rule, with its Assign, or the Default", async () => {
    const ends = { Y: seen({ "v.$": "$v" }), N: { Type: "Pass", Result: "none", End: true } };
    expect(await run(choice, { n: 2 }, ends)).toEqual({ v: 2 });
    expect(await run(choice, { n: 1 }, ends)).toBe("none");
    expect(
      await run(
        { ...choice, InputPath: "$.in", OutputPath: "$.n" },
        { in: { n: 1 } },
        { Y: ends.Y, N: { Type: "Succeed" } },
      ),
    ).toBe(1);
  });

  it.each<readonly [string, State, number | string]>([
    ["Seconds", { Seconds: 10 }, 10],
    ["SecondsPath", { SecondsPath: "$.s" }, 20],
    ["Timestamp", { Timestamp: "2024-01-01T05:00:00+01:00" }, "2024-01-01T04:00:00Z"],
    ["TimestampPath", { TimestampPath: "$.t" }, "2024-01-01T05:00:00Z"],
  ])("Wait %s", async (_name, fields, end) => {
    const input = { s: 20, t: "2024-01-01T05:00:00Z" };
    const now = cloud.kernel.clock.now();
    const milliseconds = typeof end === "number" ? end * 1000 : Date.parse(end) - now;
    const arn = await start({ StartAt: "A", States: { A: { Type: "Wait", ...fields, End: true } } }, input);
    await cloud.advance(milliseconds - 1);
    expect(await outcome(arn)).toBe("RUNNING");
    await cloud.advance(1);
    expect(await outcome(arn)).toEqual(input);
  });
});
