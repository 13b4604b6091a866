import { describe, expect, it } from "vitest";
import { jsonPath, queryLanguages, setPath } from "./index.ts";
import type { Json, Scope } from "./scope.ts";
import { failureOf, testScope } from "./test-scope.ts";

const { JSONata } = queryLanguages;

describe("a payload template", () => {
  const make = (template: Json, input: Json, rest?: Partial<Scope>): unknown =>
    jsonPath.template(template, "Parameters")(testScope(input, rest));

  it("takes fields from paths, functions, the context and variables, at any depth", () => {
    const template = {
      constant: [1, { x: "$.a" }],
      "a.$": "$.a",
      inner: { "name.$": "$$.Execution.Name", list: [{ "v.$": "$v[1]" }, 2] },
      "text.$": "States.Format('{}!', $.a)",
    };
    expect(make(template, { a: 1 }, { variables: { v: [3, 4] } })).toEqual({
      constant: [1, { x: "$.a" }],
      a: 1,
      inner: { name: "run", list: [{ v: 4 }, 2] },
      text: "1!",
    });
  });

  it("without paths is the value itself", () => {
    const template = { a: [1] };
    expect(make(template, {})).toBe(template);
  });

  it("keeps a field named __proto__", () => {
    const made = make(JSON.parse('{"__proto__.$": "$.a"}') as Json, { a: 1 }) as object;
    expect(JSON.stringify(made)).toBe('{"__proto__":1}');
  });

  it("fails where a path leads nowhere, naming path, field and input", async () => {
    expect(await failureOf(() => make({ inner: { "x.$": "$.nope.deep" } }, { other: 1 }))).toEqual({
      error: "States.Runtime",
      cause: `The JSONPath '$.nope.deep' specified for the field 'x.$' could not be found in the input '{"other":1}'`,
    });
  });
});

describe("a path field", () => {
  it("finds values, null meaning an empty object", () => {
    expect(jsonPath.path("$.a", "InputPath")(testScope({ a: 1 }))).toBe(1);
    expect(jsonPath.path(null, "InputPath")(testScope({ a: 1 }))).toEqual({});
    expect(jsonPath.path("States.Array($.a)", "CausePath")(testScope({ a: 1 }))).toEqual([1]);
    expect(jsonPath.value("$.a", "ErrorPath")(testScope({ a: 1 }))).toBe(1);
    expect(jsonPath.value(5, "TimeoutSeconds")(testScope({}))).toBe(5);
  });

  it.each([
    ["InputPath", "$.a", "Invalid path '$.a' : No results for path: $['a']"],
    ["OutputPath", "$.a.b", "Invalid path '$.a.b' : Missing property in path $['a']"],
    ["SecondsPath", "$.a", "The SecondsPath parameter does not reference an input value: $.a"],
    ["TimestampPath", "$.a", "The TimestampPath parameter does not reference an input value: $.a"],
  ])("%s fails where it leads nowhere", async (field, path, cause) => {
    const failure = await failureOf(() => jsonPath.path(path, field)(testScope({})));
    expect(failure).toEqual({ error: "States.Runtime", cause });
  });
});

describe("ResultPath", () => {
  it.each<readonly [Json, string, Json]>([
    [{ a: 1 }, "$", 9],
    [{ a: 1 }, "$.b", { a: 1, b: 9 }],
    [{ a: 1 }, "$.a", { a: 9 }],
    [{}, "$.a.b.c", { a: { b: { c: 9 } } }],
    [{ a: { x: 1 } }, "$.a['b']", { a: { x: 1, b: 9 } }],
    [{ a: [1, 2, 3] }, "$.a[1]", { a: [1, 9, 3] }],
    [[{ x: 1 }], "$[0].y", [{ x: 1, y: 9 }]],
  ])("puts into %j at %s", (target, path, expected) => {
    const before = JSON.stringify(target);
    expect(setPath(target, path, 9)).toEqual(expected);
    expect(JSON.stringify(target)).toBe(before);
  });

  it.each<readonly [Json, string]>([
    ["text", "$.a"],
    [{ a: 1 }, "$.a.b"],
    [{ a: [1] }, "$.a[1]"],
    [{ a: [1] }, "$.a.b"],
    [{}, "$.a[0]"],
    [null, "$.a"],
  ])("cannot put into %j at %s", async (target, path) => {
    expect(await failureOf(() => setPath(target, path, 9))).toEqual({
      error: "States.ResultPathMatchFailure",
      cause: `Unable to apply ReferencePath ${path} to input ${JSON.stringify(target)}`,
    });
  });
});

describe("JSONata", () => {
  const make = (template: Json, input: Json, rest?: Partial<Scope>): unknown =>
    JSONata.template(template, "Output")(testScope(input, rest));

  it("evaluates expressions anywhere in a value", async () => {
    const template = {
      sum: "{% $sum($states.input.items.n) %}",
      list: ["{% $states.context.Execution.Name %}", { deep: "{%$x & '!'%}" }],
      constant: "plain {% not one %} text",
    };
    expect(await make(template, { items: [{ n: 3 }, { n: 9 }] }, { variables: { x: "v" } })).toEqual({
      sum: 12,
      list: ["run", { deep: "v!" }],
      constant: "plain {% not one %} text",
    });
  });

  it("without expressions needs no promise", () => {
    expect(make({ a: 1 }, {})).toEqual({ a: 1 });
  });

  it("sees the result and the error where there are any", async () => {
    expect(await make("{% $states.result.a %}", {}, { result: { a: 1 } })).toBe(1);
    expect(await make("{% $states.errorOutput.Error %}", {}, { errorOutput: { Error: "E" } })).toBe("E");
  });

  it.each<readonly [string, Json]>([
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$range(1, 9, 4)", [1, 5, 9]],
    ["$hash('abc', 'MD5')", "900150983cd24fb0d6963f7d28e17f72"],
    ["$uuid()", "8f3b1c9e-0000-4000-8000-000000000000"],
    ["$random()", 0.5],
    ["$random(7) = $random(7)", true],
    ["$parse('[1,{\"a\":2}]').a", 2],
    ["$now()", "2024-01-01T00:00:00.000Z"],
    ["$now('[Y]/[M]')", "2024/1"],
    ["$millis()", 1704067200000],
    ["$exists($states.input.missing)", false],
    ["[1,2,3][$ > 1]", [2, 3]],
    ["($f := function($n){ $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))", 3628800],
  ])("%s", async (text, expected) => {
    expect(await make(`{% ${text} %}`, {})).toEqual(expected);
  });

  const where = (text: string, rest: string): string =>
    `The JSONata expression '${text}' specified for the field 'Output/a[0]' ${rest}`;

  it.each([
    ["$states.input.missing", "returned nothing (undefined)."],
    [
      "1 + 'a'",
      'threw an error during evaluation. T2002: The right side of the "+" operator must evaluate to a number',
    ],
    ["$eval('1')", "threw an error during evaluation. T1006: Attempted to invoke a non-function"],
    ["$parse('{')", "threw an error during evaluation: $parse:"],
    ["$hash('a', 'X')", "threw an error during evaluation: $hash:"],
    ["$partition([1], 0)", "threw an error during evaluation: $partition:"],
    ["$range(1, 2, 0)", "threw an error during evaluation: $range:"],
    ["function($x){$x}", "threw an error during evaluation: The result contains a function"],
    ["{'f': $sum}", "threw an error during evaluation: The result contains a function"],
    ["($f := function(){ 1 + $f() }; $f())", "threw an error during evaluation. D1011:"],
  ])("%s fails as States.QueryEvaluationError", async (text, rest) => {
    const { error, cause } = await failureOf(() => make({ a: [`{% ${text} %}`] }, {}));
    expect(error).toBe("States.QueryEvaluationError");
    expect(cause).toContain(where(text, rest));
  });

  it("fails where a value has not the type that its field wants", async () => {
    const evaluate = JSONata.value("{% 'five' %}", "TimeoutSeconds", "number");
    expect((await failureOf(() => evaluate(testScope({})))).cause).toBe(
      "The JSONata expression ''five'' specified for the field 'TimeoutSeconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"five\"",
    );
  });

  it("tests a Choice's Condition", async () => {
    const holds = JSONata.condition({ Condition: "{% $states.input.n > 1 %}", Next: "X" }, "Choices[0]");
    expect(await holds(testScope({ n: 2 }))).toBe(true);
    expect(await holds(testScope({ n: 1 }))).toBe(false);
    const odd = JSONata.condition({ Condition: "{% 1 %}", Next: "X" }, "Choices[3]");
    expect((await failureOf(() => odd(testScope({})))).cause).toContain("field 'Choices[3]/Condition'");
  });
});
