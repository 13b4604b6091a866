// Policies of parameters, by the cloud's clock, and those that share one.

import { expect, test } from "vitest";
import { rootPrincipal } from "../../../core/principal.ts";
import { listener, ssmCloud } from "../test-ssm.ts";

const day = 86_400_000;
const start = Date.UTC(2024, 0, 1);

const policy = (Type: string, Attributes: object) => ({ Type, Version: "1.0", Attributes });
const expiration = policy("Expiration", { Timestamp: new Date(start + 10 * day).toISOString() });
const advanced = (...policies: readonly object[]) => ({
  Tier: "Advanced",
  Policies: JSON.stringify(policies),
});

test("a parameter expires, and is told of before", async () => {
  const { heard, service } = listener();
  const { cloud, put, call, value } = await ssmCloud(service);
  await put("a", "x", advanced(expiration, policy("ExpirationNotification", { Before: "3", Unit: "Days" })));
  const types = () =>
    heard
      .filter((event) => event["detail-type"] === "Parameter Store Policy Action")
      .map(({ detail }) => (detail as Record<string, string>)["policy-type"]);
  await cloud.advance(7 * day - 1);
  expect(types()).toEqual([]);
  await cloud.advance(1);
  expect(types()).toEqual(["ExpirationNotification"]);
  const { Parameters } = await call("DescribeParameters", {});
  expect(Parameters[0].Policies.map((each: { PolicyStatus: string }) => each.PolicyStatus)).toEqual([
    "Pending",
    "Finished",
  ]);
  await cloud.advance(3 * day);
  expect(types()).toEqual(["ExpirationNotification", "Expiration"]);
  await expect(value("a")).rejects.toMatchObject({ code: "ParameterNotFound" });
});

test("a parameter that changes is not told of as unchanged, and policies stay until others come", async () => {
  const { heard, service } = listener();
  const { cloud, put, call, value } = await ssmCloud(service);
  await put("a", "x", advanced(expiration, policy("NoChangeNotification", { After: "20", Unit: "Hours" })));
  await cloud.advance(day / 2);
  await put("a", "y", { Overwrite: true });
  await cloud.advance(day / 2);
  const actions = () =>
    heard.filter((event) => event["detail-type"] === "Parameter Store Policy Action").length;
  expect(actions()).toBe(0);
  await cloud.advance(day / 2);
  expect(actions()).toBe(1);
  await put("a", "z", { Overwrite: true, Policies: "[{}]" });
  await cloud.advance(20 * day);
  expect(await value("a")).toBe("z");
  expect((await call("DescribeParameters", {})).Parameters[0].Policies).toEqual([]);
});

test.each([
  ["InvalidPolicyTypeException", [policy("Other", {})]],
  ["InvalidPolicyAttributeException", [policy("Expiration", { Timestamp: "soon" })]],
  ["InvalidPolicyAttributeException", [policy("NoChangeNotification", { After: "2", Unit: "Weeks" })]],
  ["IncompatiblePolicyException", [expiration, expiration]],
  ["IncompatiblePolicyException", [policy("ExpirationNotification", { Before: "1", Unit: "Days" })]],
  ["PoliciesLimitExceededException", Array.from({ length: 11 }, () => expiration)],
])("%s is what bad policies are refused with", async (code, policies) => {
  const { put } = await ssmCloud();
  await expect(put("a", "x", advanced(...policies))).rejects.toMatchObject({ code });
});

test("a standard parameter has no policies", async () => {
  const { put } = await ssmCloud();
  await expect(put("a", "x", { ...advanced(expiration), Tier: "Standard" })).rejects.toThrow("advanced-tier");
});

test("another account reads a parameter only where a resource policy lets it in", async () => {
  const { cloud, put, call } = await ssmCloud();
  await put("/shared", "x", { Tier: "Advanced" });
  const ResourceArn = "arn:aws:ssm:us-east-1:000000000000:parameter/shared";
  const other = cloud.as({ principal: rootPrincipal("111111111111") });
  const read = () => other.call("ssm", "GetParameter", { Name: ResourceArn });
  await expect(read()).rejects.toMatchObject({ code: "AccessDeniedException" });
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: ["ssm:GetParameter", "ssm:GetParameters"],
        Resource: ResourceArn,
      },
    ],
  });
  const { PolicyId, PolicyHash } = await call("PutResourcePolicy", { ResourceArn, Policy });
  expect((await read()).Parameter).toMatchObject({ Name: ResourceArn, Value: "x" });
  expect((await call("GetResourcePolicies", { ResourceArn })).Policies).toEqual([
    { PolicyId, PolicyHash, Policy },
  ]);
  await expect(
    call("DeleteResourcePolicy", { ResourceArn, PolicyId, PolicyHash: "0".repeat(64) }),
  ).rejects.toMatchObject({ code: "ResourcePolicyConflictException" });
  await call("DeleteResourcePolicy", { ResourceArn, PolicyId, PolicyHash });
  await expect(read()).rejects.toMatchObject({ code: "AccessDeniedException" });
});
