// Which policies are public, after the examples of AWS's guide.

import { expect, test } from "vitest";
import { readPolicy } from "./document.ts";
import { isPublic } from "./public.ts";

const judged = (more: object): boolean =>
  isPublic(
    readPolicy(
      JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...more } }),
    ),
  );

test.each([
  ["everybody", { Principal: "*" }],
  ["every AWS account", { Principal: { AWS: "*" } }],
  ["everybody but one", { NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } }],
  ["a VPC of any id", { Principal: "*", Condition: { StringLike: { "aws:SourceVpc": "vpc-*" } } }],
  ["any VPC but one", { Principal: "*", Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" } } }],
  ["everybody over TLS", { Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }],
  ["half the internet", { Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/1" } } }],
  [
    "an organization, if any",
    { Principal: "*", Condition: { StringEqualsIfExists: { "aws:PrincipalOrgID": "o" } } },
  ],
  ["every bucket", { Principal: "*", Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } } }],
])("%s is public", (_who, more) => expect(judged(more)).toBe(true));

test.each([
  ["one account", { Principal: { AWS: "111122223333" } }],
  ["a service", { Principal: { Service: "logs.amazonaws.com" } }],
  ["one VPC", { Principal: "*", Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } }],
  ["one organization", { Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } }],
  ["a network", { Principal: "*", Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }],
  [
    "the topics of an account",
    { Principal: "*", Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:111122223333:*" } } },
  ],
])("%s is not", (_who, more) => expect(judged(more)).toBe(false));

test("a denial opens nothing", () => expect(judged({ Effect: "Deny", Principal: "*" })).toBe(false));
