// Filter patterns: the examples are those of the CloudWatch Logs user guide.

import { describe, expect, test } from "vitest";
import { compileFilter, FilterSyntaxError } from "./filter.ts";

const matching = (pattern: string, messages: readonly string[]): readonly string[] =>
  messages.filter(compileFilter(pattern));

describe("terms", () => {
  const messages = [
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[WARN] Failed to process",
    "Exiting with ERRORCODE: -1",
  ];

  test.each([
    ["ERROR", [0, 1, 3]],
    ["ERROR REQUEST", [0, 1]],
    ["?ERROR ?WARN", [0, 1, 2, 3]],
    ["ERROR -Exiting", [0, 1]],
    ['"BAD REQUEST"', [0]],
    ['"ERROR 40" -UNAUTHORIZED', [0]],
    ["%40[01]%", [0, 1]],
    ["error", []],
    ["", [0, 1, 2, 3]],
  ])("%s", (pattern, expected) => {
    expect(matching(pattern, messages)).toEqual(expected.map((at) => messages[at]));
  });
});

describe("JSON", () => {
  const event = JSON.stringify({
    eventType: "UpdateTrail",
    sourceIPAddress: "111.111.111.111",
    arrayKey: ["value", "another value"],
    objectList: [
      { name: "a", id: 1 },
      { name: "b", id: 2 },
    ],
    SomeObject: null,
    ThisFlag: true,
    latency: 12.5,
  });

  test.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ["{ $.eventType = Update* }", true],
    ["{ $.sourceIPAddress != 123.123.* }", true],
    ['{ $.arrayKey[0] = "value" }', true],
    ['{ $.arrayKey[*] = "another*" }', true],
    ["{ $.objectList[1].id = 2 }", true],
    ["{ $.objectList[5].id = 2 }", false],
    ["{ $.SomeObject IS NULL }", true],
    ["{ $.SomeOtherObject NOT EXISTS }", true],
    ["{ $.ThisFlag IS TRUE }", true],
    ["{ $.latency > 12 && $.latency <= 12.5 }", true],
    ["{ ($.latency > 100) || ($.eventType = %Trail$%) }", true],
    ['{ $.eventType = "A" && $.latency > 1 }', false],
  ])("%s", (pattern, expected) => {
    expect(compileFilter(pattern)(event)).toBe(expected);
  });

  test("matches no message that is not JSON", () => {
    expect(compileFilter("{ $.a NOT EXISTS }")("plain text")).toBe(false);
  });
});

describe("columns", () => {
  const line = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  test.each([
    ["[ip, server, username, timestamp, request, status_code, bytes]", true],
    ["[ip, server, username, timestamp, request, status_code = 4*, bytes > 1000]", true],
    ["[..., status_code = 404, bytes]", true],
    ["[ip=%127\\.0%, ...]", true],
    ["[ip, ..., bytes < 1000]", false],
    ["[ip, server]", false],
    ["[..., request = *html* && request != *POST*, status_code = 404 || status_code = 410, bytes]", true],
  ])("%s", (pattern, expected) => {
    expect(compileFilter(pattern)(line)).toBe(expected);
  });
});

test.each([
  "{ $.a = }",
  "{ $.a = 1",
  '"open',
  "[a, b",
  "%(a+)+%",
  "%a**%",
  "{ a = 1 }",
  "x".repeat(1025),
  "[..., ...]",
])("%s is refused", (pattern) => {
  expect(() => compileFilter(pattern)).toThrow(FilterSyntaxError);
});
