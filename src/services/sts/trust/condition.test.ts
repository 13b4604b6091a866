// Conditions, operator by operator.

import { describe, expect, test } from "vitest";
import { conditionHolds } from "./condition.ts";

const context = new Map(
  Object.entries({
    "sts:externalid": ["id"],
    "aws:principalarn": ["arn:aws:iam::111111111111:role/team/app"],
    "aws:sourceip": ["10.1.2.3"],
    "aws:currenttime": ["2024-01-01T00:00:00.000Z"],
    "aws:tagkeys": ["a", "b"],
    "aws:username": ["ann"],
  }),
);

describe("a condition", () => {
  test.each([
    ["StringEquals", "sts:ExternalId", "id", true],
    ["StringEquals", "sts:ExternalId", ["x", "id"], true],
    ["StringEquals", "sts:ExternalId", "ID", false],
    ["StringEqualsIgnoreCase", "sts:ExternalId", "ID", true],
    ["StringNotEquals", "sts:ExternalId", ["x", "id"], false],
    ["StringNotEquals", "sts:ExternalId", "x", true],
    ["StringEquals", "sts:RoleSessionName", "x", false],
    ["StringEqualsIfExists", "sts:RoleSessionName", "x", true],
    ["StringNotEquals", "sts:RoleSessionName", "x", true],
    ["StringLike", "aws:username", "a?n*", true],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable.
    ["StringEquals", "aws:username", "${aws:username}", true],
    ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*", true],
    ["ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:role/team/*", false],
    ["Null", "sts:RoleSessionName", "true", true],
    ["Null", "sts:ExternalId", "true", false],
    ["IpAddress", "aws:SourceIp", "10.0.0.0/8", true],
    ["NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "192.0.2.0/24"], false],
    ["IpAddress", "aws:SourceIp", "10.1.2.4", false],
    ["DateGreaterThan", "aws:CurrentTime", "2023-12-31T23:59:59Z", true],
    ["DateLessThan", "aws:CurrentTime", "2023-12-31T23:59:59Z", false],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a", "b", "c"], true],
    ["ForAllValues:StringEquals", "aws:TagKeys", ["a"], false],
    ["ForAllValues:StringEquals", "sts:TransitiveTagKeys", ["a"], true],
    ["ForAnyValue:StringEquals", "aws:TagKeys", ["b", "c"], true],
    ["ForAnyValue:StringEquals", "sts:TransitiveTagKeys", ["a"], false],
  ])("%s of %s with %j is %s", (operator, key, value, expected) => {
    expect(conditionHolds({ [operator]: { [key]: value } }, context)).toBe(expected);
  });

  test("holds only where all its operators and keys do", () => {
    const both = { StringEquals: { "sts:ExternalId": "id" }, StringLike: { "aws:username": "b*" } };
    expect(conditionHolds(both, context)).toBe(false);
    expect(conditionHolds(undefined, context)).toBe(true);
  });

  test("with an unknown operator is refused by name", () => {
    expect(() => conditionHolds({ BinaryEquals: { x: "y" } }, context)).toThrow(
      /condition operator BinaryEquals/,
    );
  });
});
