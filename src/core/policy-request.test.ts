// What policies hear of a call.

import { expect, test } from "vitest";
import { policyContext, policyPrincipal } from "./policy-request.ts";
import { anonymousPrincipal, assumedRolePrincipal, rootPrincipal, servicePrincipal } from "./principal.ts";

const call = {
  requestId: "",
  endpoint: "",
  sourceIp: "192.0.2.1",
  userAgent: "test",
  account: "111122223333",
  region: "eu-west-1",
};

test("a session is known by its role, and has its tags", () => {
  const principal = {
    ...assumedRolePrincipal("arn:aws:iam::111122223333:role/app", "s"),
    sessionTags: { Team: "blue" },
  };
  const context = policyContext({ ...call, principal }, Date.UTC(2024, 0, 1));
  expect(context("aws:principalarn")).toEqual(["arn:aws:iam::111122223333:role/app"]);
  expect(context("aws:principaltag/team")).toEqual(["blue"]);
  expect(context("aws:currenttime")).toEqual(["2024-01-01T00:00:00.000Z"]);
  expect(context("aws:username")).toBeUndefined();
});

test("a service tells on whose behalf it calls", () => {
  const principal = servicePrincipal("s3.amazonaws.com", "111122223333", "arn:aws:s3:::b");
  const context = policyContext({ ...call, principal }, 0);
  expect(context("aws:sourcearn")).toEqual(["arn:aws:s3:::b"]);
  expect(context("aws:sourceaccount")).toEqual(["111122223333"]);
  expect(context("aws:principalaccount")).toBeUndefined();
});

test("nobody has an address and no name", () => {
  expect(policyPrincipal(anonymousPrincipal())).toEqual({});
  const context = policyContext({ ...call, principal: anonymousPrincipal() }, 0);
  expect(context("aws:sourceip")).toEqual(["192.0.2.1"]);
  expect(context("aws:principalaccount")).toBeUndefined();
});

test("a service's own keys come first", () => {
  const more = (key: string) => (key === "s3:prefix" ? ["a/"] : undefined);
  const context = policyContext({ ...call, principal: rootPrincipal("111122223333") }, 0, more);
  expect(context("s3:prefix")).toEqual(["a/"]);
  expect(context("aws:principaltype")).toEqual(["Account"]);
});
