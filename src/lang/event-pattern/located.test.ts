// Faults with their places, as AWS has shown them to people who asked about them.

import fc from "fast-check";
import { expect, it } from "vitest";
import { compileEventPattern } from "./compile.ts";
import { locatedMessage } from "./located.ts";
import { EventPatternError } from "./pattern-error.ts";

function messageOf(text: string): string {
  try {
    compileEventPattern(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof EventPatternError)) throw error;
    return locatedMessage(text, error);
  }
  return "none";
}

it.each([
  [
    '{"source":["test.event-pattern"],"detail":{"lenderId":"LenderA"}}',
    '"lenderId" must be an object or an array',
    "line: 1, column: 56",
  ],
  ['{"source": ["aws.health"], "detail": {}}', "Empty objects are not allowed", "line: 1, column: 40"],
  [
    '{\n  "detail-type": [ "Build Started" ],\n  "detail": {\n "pipeline": {\n      "slug": "p" } } }',
    '"slug" must be an object or an array',
    "line: 5, column: 16",
  ],
  ['{"a": [1, {"like": "x"}]}', "Unrecognized match type like", "line: 1, column: 21"],
  ['{"a": [{"numeric": ["=", "3"]}]}', "Value of equals must be numeric", "line: 1, column: 27"],
  ['{"a": [{"numeric": [">"]}]}', "Value of > must be numeric", "line: 1, column: 25"],
  ['{"a": [{"exists": 12}]}', "exists match pattern must be either true or false.", "line: 1, column: 21"],
  [
    '{"a": [{"prefix": "x", "suffix": "y"}]}',
    "Only one key allowed in match expression",
    "line: 1, column: 35",
  ],
  ['{"a": [{"wildcard": "xé**"}]}', "Consecutive wildcard characters at pos 4", "line: 1, column: 22"],
  [
    '{"a": [{"anything-but": {"cidr": "x"}}]}',
    "Unsupported anything-but pattern: cidr",
    "line: 1, column: 35",
  ],
  ["[]", "Filter is not an object", "line: 1, column: 2"],
])("%s", (text, message, place) => {
  expect(messageOf(text)).toBe(`${message}\n at [Source: (String)"${text}"; ${place}]`);
});

it("quotes no more than the beginning of a long pattern", () => {
  const text = `{"a": ["${"x".repeat(600)}", []]}`;
  const place = '"[truncated 115 chars]; line: 1, column: 613]';
  expect(messageOf(text).endsWith(place)).toBe(true);
});

it("property: whatever is wrong with a pattern, its place is one of the text's", () => {
  const operator = fc.constantFrom(
    "prefix",
    "anything-but",
    "numeric",
    "exists",
    "cidr",
    "wildcard",
    "like",
    "$or",
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>("x", "", "10.0.0.0/8", ">", 1, 6e9, true, null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(operator, tie("value"), { maxKeys: 2 }),
    ),
  }));
  fc.assert(
    fc.property(value, fc.nat(2), (pattern, indent) => {
      const text = JSON.stringify(pattern, null, indent);
      const message = messageOf(text);
      if (message === "none") return;
      const [, line, column] = /; line: (\d+), column: (\d+)\]$/.exec(message) ?? [];
      const found = text.split("\n")[Number(line) - 1];
      expect(found).toBeDefined();
      expect(Number(column)).toBeLessThanOrEqual(found!.length + 1);
    }),
    { numRuns: 1000 },
  );
});
