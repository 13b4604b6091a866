import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../scope.ts";
import { failureOf, testScope } from "../test-scope.ts";
import { compileIntrinsic } from "./compile.ts";
import { IntrinsicSyntaxError } from "./parse.ts";

const input: Json = {
  name: "Ann",
  list: [1, 2, 3, 4, 5],
  nested: { "a,b)": [{ x: 1 }] },
  text: "back\\slash {}",
  json: '{"a":[1,2]}',
  object: { a: 1, b: { c: 2 } },
  other: { b: 3 },
  number: 7,
  nothing: null,
};
const run = (text: string): Json => compileIntrinsic(text)(testScope(input));

describe("intrinsic functions", () => {
  it.each<readonly [string, Json]>([
    ["States.Format('Hello')", "Hello"],
    ["States.Format('Hello, {}!', $.name)", "Hello, Ann!"],
    ["States.Format('{} {} {} {}', 1, true, null, 'x')", "1 true null x"],
    ["States.Format('\\{{}\\} it\\'s \\\\', $.name)", "{Ann} it's \\"],
    ["States.Format($.text, 1)", "back\\slash 1"],
    ["States.Format('{}', $.text)", "back\\slash {}"],
    ["States.StringToJson($.json)", { a: [1, 2] }],
    ["States.JsonToString($.object)", '{"a":1,"b":{"c":2}}'],
    ["States.Array()", []],
    ["States.Array($.name, 1, 'x', null, true)", ["Ann", 1, "x", null, true]],
    ["States.ArrayPartition($.list, 2)", [[1, 2], [3, 4], [5]]],
    ["States.ArrayContains($.list, 3)", true],
    ["States.ArrayContains($.list, '3')", false],
    ["States.ArrayContains($.nested['a,b)'], $.nested['a,b)'][0])", true],
    ["States.ArrayRange(1, 9, 2)", [1, 3, 5, 7, 9]],
    ["States.ArrayRange(3, 1, -1)", [3, 2, 1]],
    ["States.ArrayRange(1, 0, 1)", []],
    ["States.ArrayGetItem($.list, 4)", 5],
    ["States.ArrayLength($.list)", 5],
    ["States.ArrayUnique(States.Array(1, 1, '1', 2, null, null))", [1, "1", 2, null]],
    ["States.Base64Encode('Data to encode')", "RGF0YSB0byBlbmNvZGU="],
    ["States.Base64Decode('RGVjb2RlZCBkYXRh')", "Decoded data"],
    ["States.Hash('input data', 'SHA-1')", "aaff4a450a104cd177d28d18d74485e8cae074b7"],
    ["States.Hash('abc', 'MD5')", "900150983cd24fb0d6963f7d28e17f72"],
    ["States.JsonMerge($.object, $.other, false)", { a: 1, b: 3 }],
    ["States.MathRandom(1, 11)", 6],
    ["States.MathAdd(111, -1)", 110],
    ["States.MathAdd(1.6, 1)", 3],
    ["States.StringSplit('1,2,3', ',')", ["1", "2", "3"]],
    ["States.StringSplit('This.is+a,test=string', '.+,=')", ["This", "is", "a", "test", "string"]],
    ["States.StringSplit(',,a,', ',')", ["a"]],
    ["States.UUID()", "8f3b1c9e-0000-4000-8000-000000000000"],
    ["States.Format('{}', $$.Execution.Name)", "run"],
    ["States.ArrayGetItem(States.StringSplit(States.Format('{}/{}', 'a', 'b'), '/'), 1)", "b"],
    ["States.ArrayLength($.list[?(@ > 2)])", 3],
  ])("%s", (text, expected) => {
    expect(run(text)).toEqual(expected);
  });

  it("MathRandom with a seed gives the same number each time", () => {
    expect(run("States.MathRandom(1, 1000, 42)")).toBe(run("States.MathRandom(1, 1000, 42)"));
    expect(run("States.MathRandom(1, 1000000, 42)")).not.toBe(run("States.MathRandom(1, 1000000, 43)"));
  });

  it.each([
    ["States.Format('{}')", "does not match the number of occurrences of {}"],
    ["States.Format('{}', 1, 2)", "does not match the number of occurrences of {}"],
    ["States.Format('{', 1)", "A brace must be escaped"],
    ["States.Format('{}', $.object)", "Argument 2 must be a string, boolean, number or null"],
    ["States.Format(1)", "Argument 1 must be a string"],
    ["States.StringToJson('{')", "JSON"],
    ["States.StringToJson($.list)", "Argument 1 must be a string"],
    ["States.ArrayPartition($.list, 0)", "positive integer"],
    ["States.ArrayPartition($.name, 1)", "Argument 1 must be an array"],
    ["States.ArrayContains($.name, 1)", "Argument 1 must be an array"],
    ["States.ArrayRange(1, 2, 0)", "must not be 0"],
    ["States.ArrayRange(0, 1000, 1)", "at most 1000"],
    ["States.ArrayRange('a', 1, 1)", "Argument 1 must be a number"],
    ["States.ArrayGetItem($.list, 5)", "out of bounds"],
    ["States.ArrayGetItem($.list, -1)", "out of bounds"],
    ["States.ArrayLength($.name)", "Argument 1 must be an array"],
    ["States.ArrayUnique($.name)", "Argument 1 must be an array"],
    ["States.Base64Encode(1)", "Argument 1 must be a string"],
    ["States.Base64Decode('!')", "not Base64"],
    ["States.Hash('a', 'CRC')", "The algorithm must be one of"],
    ["States.JsonMerge($.object, $.other, true)", "Argument 3 must be false"],
    ["States.JsonMerge($.object, $.list, false)", "Argument 2 must be an object"],
    ["States.MathRandom(5, 5)", "greater than the start"],
    ["States.MathAdd(2147483647, 1)", "beyond the range"],
    ["States.MathAdd('1', 1)", "Argument 1 must be a number"],
    ["States.StringSplit(1, ',')", "Argument 1 must be a string"],
  ])("%s fails as States.IntrinsicFailure", async (text, why) => {
    const { error, cause } = await failureOf(() => run(text));
    expect(error).toBe("States.IntrinsicFailure");
    expect(cause).toContain(`The function '${text}' had the following error: `);
    expect(cause).toContain(why);
  });

  it("fails with the input where a path leads nowhere", async () => {
    expect(await failureOf(() => compileIntrinsic("States.Format('{}', $.x)")(testScope({ a: 1 })))).toEqual({
      error: "States.Runtime",
      cause: `The function 'States.Format('{}', $.x)' had the following error: The JsonPath argument for the field '$.x' could not be found in the input '{"a":1}'`,
    });
  });

  it.each([
    "States.Nope()",
    "States.Format(",
    "States.Format('a",
    "States.Format('a') b",
    "States.Format('\\n')",
    "States.Format(a)",
    "States.UUID(1)",
    "States.ArrayLength()",
    "States.ArrayLength($.a, $.b)",
    `${"States.Array(".repeat(11)}${")".repeat(11)}`,
  ])("%s is no function", (text) => {
    expect(() => compileIntrinsic(text)).toThrow(IntrinsicSyntaxError);
  });

  it("makes ranges of up to 1000 elements", () => {
    expect(run("States.ArrayRange(1, 1000, 1)")).toHaveLength(1000);
  });

  it("allows ten functions within each other", () => {
    expect(run(`${"States.Array(".repeat(10)}${")".repeat(10)}`)).toEqual([[[[[[[[[[]]]]]]]]]]);
  });

  it("StringToJson undoes JsonToString", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const scope = testScope({ value: value as Json });
        const round = compileIntrinsic("States.StringToJson(States.JsonToString($.value))");
        expect(round(scope)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("keeps any text through quotes and braces", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), (text) => {
        const escaped = text.replace(/[\\{}']/g, "\\$&");
        expect(compileIntrinsic(`States.Format('${escaped}')`)(testScope({}))).toBe(text);
        expect(compileIntrinsic(`States.Array('${escaped}')`)(testScope({}))).toEqual([text]);
      }),
    );
  });
});
