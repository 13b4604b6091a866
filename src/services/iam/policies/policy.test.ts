// Managed policies, the account's and AWS's, and what a policy document may say.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { permissions, type TestAccount, testAccount, trust } from "../test-account.ts";

let account: TestAccount;
beforeEach(async () => {
  account = await testAccount();
});
afterEach(() => account.cloud.stop());

const call: TestAccount["call"] = (operation, input) => account.call(operation, input);
const failure: TestAccount["failure"] = (operation, input) => account.failure(operation, input);
const createRole = (RoleName: string, more: object = {}) =>
  call("CreateRole", { RoleName, AssumeRolePolicyDocument: trust, ...more });
const createPolicy = (PolicyName: string, more: object = {}) =>
  call("CreatePolicy", { PolicyName, PolicyDocument: permissions, ...more });

describe("managed policies", () => {
  test("keep five versions, one of which counts", async () => {
    const { Policy } = await createPolicy("p");
    const PolicyArn = Policy.Arn;
    expect(PolicyArn).toBe("arn:aws:iam::000000000000:policy/p");
    for (let number = 2; number <= 5; number++) {
      await call("CreatePolicyVersion", { PolicyArn, PolicyDocument: permissions, SetAsDefault: true });
    }
    const sixth = { PolicyArn, PolicyDocument: permissions };
    expect((await failure("CreatePolicyVersion", sixth)).code).toBe("LimitExceeded");
    expect((await call("GetPolicy", { PolicyArn })).Policy.DefaultVersionId).toBe("v5");
    expect(await failure("DeletePolicyVersion", { PolicyArn, VersionId: "v5" })).toEqual({
      code: "DeleteConflict",
      message: "Cannot delete the default version of a policy.",
    });
    await call("DeletePolicyVersion", { PolicyArn, VersionId: "v1" });
    const { PolicyVersion } = await call("CreatePolicyVersion", sixth);
    expect(PolicyVersion).toMatchObject({ VersionId: "v6", IsDefaultVersion: false });
    expect((await failure("DeletePolicy", { PolicyArn })).message).toMatch(/more than one version/);
  });

  test("know who has them", async () => {
    const { Policy } = await createPolicy("p", { Path: "/x/" });
    await createRole("r", { PermissionsBoundary: Policy.Arn });
    await call("CreateUser", { UserName: "u" });
    await call("CreateGroup", { GroupName: "g" });
    await call("AttachUserPolicy", { UserName: "u", PolicyArn: Policy.Arn });
    await call("AttachGroupPolicy", { GroupName: "g", PolicyArn: Policy.Arn });
    expect((await call("GetPolicy", { PolicyArn: Policy.Arn })).Policy).toMatchObject({
      AttachmentCount: 2,
      PermissionsBoundaryUsageCount: 1,
    });
    const entities = await call("ListEntitiesForPolicy", { PolicyArn: Policy.Arn });
    expect(entities.PolicyUsers).toEqual([{ UserName: "u", UserId: expect.stringMatching(/^AIDA/) }]);
    expect(entities.PolicyGroups).toHaveLength(1);
    expect(entities.PolicyRoles).toHaveLength(1);
    expect(await failure("DeletePolicy", { PolicyArn: Policy.Arn })).toEqual({
      code: "DeleteConflict",
      message: "Cannot delete a policy attached to entities.",
    });
  });

  test("of AWS are there by name, and only those", async () => {
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole";
    const { Policy } = await call("GetPolicy", { PolicyArn });
    expect(Policy).toMatchObject({ PolicyName: "AWSLambdaSQSQueueExecutionRole", Path: "/service-role/" });
    const { PolicyVersion } = await call("GetPolicyVersion", {
      PolicyArn,
      VersionId: Policy.DefaultVersionId,
    });
    const { Statement } = JSON.parse(decodeURIComponent(PolicyVersion.Document));
    expect(Statement[0].Action).toContain("sqs:ReceiveMessage");
    await createRole("app");
    const missing = "arn:aws:iam::aws:policy/AWSLambdaFullAccess";
    expect(await failure("AttachRolePolicy", { RoleName: "app", PolicyArn: missing })).toEqual({
      code: "NoSuchEntity",
      message: `Policy ${missing} does not exist or is not attachable.`,
    });
    const { Policies } = await call("ListPolicies", { Scope: "AWS", MaxItems: 1000 });
    expect(Policies.length).toBeGreaterThan(60);
    expect((await failure("DeletePolicy", { PolicyArn })).code).toBe("AccessDenied");
  });

  test("are attached once, and at most ten to one role", async () => {
    await createRole("app");
    for (let number = 0; number < 11; number++) await createPolicy(`p${number}`);
    const attach = (number: number) => ({
      RoleName: "app",
      PolicyArn: `arn:aws:iam::000000000000:policy/p${number}`,
    });
    for (let number = 0; number < 10; number++) await call("AttachRolePolicy", attach(number));
    await call("AttachRolePolicy", attach(0));
    expect(await failure("AttachRolePolicy", attach(10))).toEqual({
      code: "LimitExceeded",
      message: "Cannot exceed quota for PoliciesPerRole: 10",
    });
    expect((await call("ListAttachedRolePolicies", { RoleName: "app" })).AttachedPolicies).toHaveLength(10);
  });
});

describe("policy documents", () => {
  test.each([
    ["{", "Syntax errors in policy."],
    ['{"Statement":[{"Effect":"Allow","Resource":"*"}]}', "Policy statement must contain actions."],
    ['{"Statement":[{"Effect":"Allow","Action":"s3:*"}]}', "Policy statement must contain resources."],
    [
      '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}]}',
      'Resource bucket must be in ARN format or "*".',
    ],
    [
      '{"Statement":[{"Effect":"Allow","Action":"Get","Resource":"*"}]}',
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ],
    [
      '{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]}',
      "Policy document should not specify a principal.",
    ],
  ])("%s is malformed", async (PolicyDocument, message) => {
    expect(await failure("CreatePolicy", { PolicyName: "p", PolicyDocument })).toEqual({
      code: "MalformedPolicyDocument",
      message,
    });
  });

  test.each([
    ["{", "This policy contains invalid Json"],
    ['{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}', "Missing required field Principal"],
    [
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}',
      "Has prohibited field Resource",
    ],
    [
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}]}',
      "AssumeRole policy may only specify STS AssumeRole actions.",
    ],
  ])("%s is no trust policy", async (AssumeRolePolicyDocument, message) => {
    const refused = await failure("CreateRole", { RoleName: "r", AssumeRolePolicyDocument });
    expect(refused).toEqual({ code: "MalformedPolicyDocument", message });
  });
});
