// Which policies are public, after the examples of AWS's guide.

import { expect, test } from "vitest";
import { isPublic } from "./public-policy.ts";

const allow = (more: object) => ({ Statement: [{ Effect: "Allow", Action: "s3:GetObject", ...more }] });

test.each([
  ["everybody", { Principal: "*" }],
  ["every AWS account", { Principal: { AWS: "*" } }],
  ["everybody but one", { NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } }],
  ["a VPC of any id", { Principal: "*", Condition: { StringLike: { "aws:SourceVpc": "vpc-*" } } }],
  ["any VPC but one", { Principal: "*", Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" } } }],
  ["everybody over TLS", { Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }],
])("%s is public", (_who, more) => expect(isPublic(allow(more))).toBe(true));

test.each([
  ["one account", { Principal: { AWS: "111122223333" } }],
  ["a service", { Principal: { Service: "logs.amazonaws.com" } }],
  ["one VPC", { Principal: "*", Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } }],
  ["one organization", { Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }],
])("%s is not", (_who, more) => expect(isPublic(allow(more))).toBe(false));

test("a denial opens nothing", () => {
  expect(isPublic({ Statement: { Effect: "Deny", Principal: "*" } })).toBe(false);
});
