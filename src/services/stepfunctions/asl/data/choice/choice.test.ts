import { describe, expect, it } from "vitest";
import type { Json } from "../scope.ts";
import { failureOf, testScope } from "../test-scope.ts";
import { condition } from "./rule.ts";

const input: Json = {
  s: "m",
  same: "m",
  n: 5,
  five: 5,
  yes: true,
  at: "2024-06-01T12:00:00Z",
  later: "2024-06-01T14:00:00+01:00",
  nothing: null,
};
const holds = (rule: Json, data: Json = input): unknown => condition(rule)(testScope(data));

describe("comparisons", () => {
  it.each<readonly [string, string, Json, boolean]>([
    ["StringEquals", "$.s", "m", true],
    ["StringEquals", "$.n", "5", false],
    ["StringEqualsPath", "$.s", "$.same", true],
    ["StringLessThan", "$.s", "n", true],
    ["StringLessThan", "$.s", "m", false],
    ["StringLessThanPath", "$.s", "$.same", false],
    ["StringGreaterThan", "$.s", "l", true],
    ["StringGreaterThanPath", "$.s", "$.same", false],
    ["StringLessThanEquals", "$.s", "m", true],
    ["StringLessThanEqualsPath", "$.s", "$.same", true],
    ["StringGreaterThanEquals", "$.s", "n", false],
    ["StringGreaterThanEqualsPath", "$.s", "$.same", true],
    ["StringMatches", "$.s", "*", true],
    ["NumericEquals", "$.n", 5, true],
    ["NumericEquals", "$.s", 5, false],
    ["NumericEqualsPath", "$.n", "$.five", true],
    ["NumericLessThan", "$.n", 5.1, true],
    ["NumericLessThanPath", "$.n", "$.five", false],
    ["NumericGreaterThan", "$.n", 5, false],
    ["NumericGreaterThanPath", "$.n", "$.five", false],
    ["NumericLessThanEquals", "$.n", 5, true],
    ["NumericLessThanEqualsPath", "$.n", "$.five", true],
    ["NumericGreaterThanEquals", "$.n", 6, false],
    ["NumericGreaterThanEqualsPath", "$.n", "$.five", true],
    ["BooleanEquals", "$.yes", true, true],
    ["BooleanEquals", "$.yes", false, false],
    ["BooleanEquals", "$.s", true, false],
    ["BooleanEqualsPath", "$.yes", "$.yes", true],
    ["TimestampEquals", "$.at", "2024-06-01T14:00:00+02:00", true],
    ["TimestampEquals", "$.s", "2024-06-01T14:00:00Z", false],
    ["TimestampEqualsPath", "$.at", "$.later", false],
    ["TimestampLessThan", "$.at", "2024-06-01T12:00:00.001Z", true],
    ["TimestampLessThanPath", "$.at", "$.later", true],
    ["TimestampGreaterThan", "$.at", "2024-06-01T12:00:00Z", false],
    ["TimestampGreaterThanPath", "$.later", "$.at", true],
    ["TimestampLessThanEquals", "$.at", "2024-06-01T12:00:00Z", true],
    ["TimestampLessThanEqualsPath", "$.later", "$.at", false],
    ["TimestampGreaterThanEquals", "$.at", "2024-06-01T12:00:00Z", true],
    ["TimestampGreaterThanEqualsPath", "$.at", "$.later", false],
    ["IsNull", "$.nothing", true, true],
    ["IsNull", "$.n", false, true],
    ["IsPresent", "$.nothing", true, true],
    ["IsPresent", "$.missing.more", false, true],
    ["IsPresent", "$.missing", true, false],
    ["IsNumeric", "$.n", true, true],
    ["IsNumeric", "$.s", true, false],
    ["IsString", "$.s", true, true],
    ["IsBoolean", "$.yes", true, true],
    ["IsTimestamp", "$.at", true, true],
    ["IsTimestamp", "$.s", false, true],
  ])("%s of %s and %j is %s", (operator, variable, operand, expected) => {
    expect(holds({ Variable: variable, [operator]: operand, Next: "X" })).toBe(expected);
  });

  it("see the context object and variables", () => {
    const scope = testScope({}, { variables: { limit: { max: 3 } } });
    expect(condition({ Variable: "$$.State.Name", StringEquals: "X" })(scope)).toBe(true);
    expect(condition({ Variable: "$limit.max", NumericEquals: 3 })(scope)).toBe(true);
  });

  it.each([
    { Variable: "$.missing", StringEquals: "x" },
    { Variable: "$.missing", IsNull: true },
    { Variable: "$.s", StringEqualsPath: "$.missing" },
  ])("%j fails where the path leads nowhere", async (rule) => {
    expect(await failureOf(() => holds(rule))).toEqual({
      error: "States.Runtime",
      cause: "Invalid path '$.missing': The choice state's condition path references an invalid value.",
    });
  });
});

describe("And, Or and Not", () => {
  const yes = { Variable: "$.yes", BooleanEquals: true };
  const no = { Variable: "$.yes", BooleanEquals: false };
  it.each<readonly [Json, boolean]>([
    [{ And: [yes, yes] }, true],
    [{ And: [yes, no] }, false],
    [{ Or: [no, yes] }, true],
    [{ Or: [no, no] }, false],
    [{ Not: no }, true],
    [{ Not: { And: [yes, { Or: [no, { Not: no }] }] } }, false],
    // What is not needed is not looked at.
    [{ And: [no, { Variable: "$.missing", IsNull: true }] }, false],
  ])("%j is %s", (rule, expected) => {
    expect(holds(rule)).toBe(expected);
  });
});

describe("StringMatches", () => {
  it.each([
    ["log-*.txt", "log-7.txt", true],
    ["log-*.txt", "log-7.text", false],
    ["*", "", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "acb", false],
    ["a**", "a", true],
    ["foo\\*bar", "foo*bar", true],
    ["foo\\*bar", "fooXbar", false],
    ["a\\\\*", "a\\b", true],
    ["ab", "abc", false],
  ])("%s against %s is %s", (pattern, text, expected) => {
    expect(holds({ Variable: "$.t", StringMatches: pattern }, { t: text })).toBe(expected);
  });
});
