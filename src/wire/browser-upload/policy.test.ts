// What a POST policy lets pass, and the words for what it does not.

import { expect, test } from "vitest";
import type { Fault } from "../../core/fault.ts";
import { checkPolicy } from "./policy.ts";

const now = Date.UTC(2024, 0, 1);
const policy = (conditions: readonly unknown[], expiration = "2024-01-01T01:00:00.000Z") =>
  Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");

function check(encoded: string, fields: Readonly<Record<string, string>> = {}): unknown {
  try {
    return checkPolicy(encoded, new Map(Object.entries(fields)), "bucket", now) ?? "passes";
  } catch (error) {
    return `${(error as Fault).code}: ${(error as Fault).message}`;
  }
}

test.each([
  ["equal texts in either form", [{ bucket: "bucket" }, ["eq", "$Key", "a"]], { key: "a" }, "passes"],
  ["a beginning", [["starts-with", "$key", "user/"]], { key: "user/x" }, "passes"],
  ["anything", [["starts-with", "$key", ""]], { key: "x" }, "passes"],
  ["a size", [["content-length-range", 1, "10"]], {}, { least: 1, most: 10 }],
  ["a free field", [], { "x-ignore-this": "x", signature: "s", policy: "p" }, "passes"],
  [
    "several content types",
    [["starts-with", "$Content-Type", "image/"]],
    { "content-type": "image/png,image/gif" },
    "passes",
  ],
  [
    "one of several content types",
    [["starts-with", "$Content-Type", "image/"]],
    { "content-type": "image/png,text/plain" },
    'AccessDenied: Invalid according to Policy: Policy Condition failed: ["starts-with","$Content-Type","image/"]',
  ],
  [
    "another bucket",
    [{ bucket: "other" }],
    {},
    'AccessDenied: Invalid according to Policy: Policy Condition failed: ["eq","$bucket","other"]',
  ],
  [
    "a field that is missing",
    [{ acl: "private" }],
    {},
    'AccessDenied: Invalid according to Policy: Policy Condition failed: ["eq","$acl","private"]',
  ],
  [
    "fields that nobody spoke of",
    [["starts-with", "$key", ""]],
    { key: "a", acl: "private", "x-amz-meta-x": "1" },
    "AccessDenied: Invalid according to Policy: Extra input fields: acl, x-amz-meta-x",
  ],
  [
    "an unknown operator",
    [["ends-with", "$key", "x"]],
    {},
    'InvalidPolicyDocument: Invalid Policy: Invalid Simple-Condition: ["ends-with","$key","x"]',
  ],
])("%s", (_what, conditions, fields, expected) => {
  expect(check(policy(conditions), fields as Record<string, string>)).toEqual(expected);
});

test.each([
  [
    "a policy that is over",
    policy([], "2024-01-01T00:00:00Z"),
    "AccessDenied: Invalid according to Policy: Policy expired.",
  ],
  ["no JSON", "bm9uZQ==", "InvalidPolicyDocument: Invalid Policy: Invalid JSON."],
  [
    "no expiration",
    Buffer.from('{"conditions":[]}').toString("base64"),
    "InvalidPolicyDocument: Invalid Policy: Policy missing expiration.",
  ],
  [
    "no conditions",
    Buffer.from('{"expiration":"2030-01-01T00:00:00Z"}').toString("base64"),
    "InvalidPolicyDocument: Invalid Policy: Policy missing conditions.",
  ],
  [
    "an expiration that is no time",
    policy([], "soon"),
    "InvalidPolicyDocument: Invalid Policy: Invalid 'expiration' value: 'soon'",
  ],
])("%s is refused", (_what, encoded, expected) => expect(check(encoded)).toBe(expected));
