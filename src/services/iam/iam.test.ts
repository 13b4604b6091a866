// IAM in process: what clients and Terraform rely on from create to delete.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestCloud, testCloud } from "../test-cloud.ts";
import service from "./index.ts";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud([service]);
});
afterEach(() => cloud.stop());

const call = (operation: string, input: object = {}) => cloud.call("iam", operation, input);
const failure = (operation: string, input: object = {}) =>
  call(operation, input).then(
    () => expect.unreachable(`${operation} succeeded`),
    (fault) => ({ code: fault.code, message: fault.message }),
  );

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const permissions = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::bucket/*" }],
});
const createRole = (RoleName: string, more: object = {}) =>
  call("CreateRole", { RoleName, AssumeRolePolicyDocument: trust, ...more });
const createPolicy = (PolicyName: string, more: object = {}) =>
  call("CreatePolicy", { PolicyName, PolicyDocument: permissions, ...more });

describe("roles", () => {
  test("are read back as they were created", async () => {
    await createRole("app", { Path: "/service/", Description: "d", Tags: [{ Key: "a", Value: "b" }] });
    const { Role } = await call("GetRole", { RoleName: "app" });
    expect(Role).toMatchObject({
      RoleName: "app",
      Path: "/service/",
      Arn: "arn:aws:iam::000000000000:role/service/app",
      Description: "d",
      MaxSessionDuration: 3600,
      Tags: [{ Key: "a", Value: "b" }],
      CreateDate: Date.UTC(2024, 0, 1),
    });
    expect(Role.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
  });

  test("show their trust policy percent-encoded", async () => {
    await createRole("app", { AssumeRolePolicyDocument: trust.replace('"sts:AssumeRole"', '"sts:*"') });
    const { Role } = await call("GetRole", { RoleName: "app" });
    expect(Role.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22%3A.*%22sts%3A%2A%22/);
    expect(decodeURIComponent(Role.AssumeRolePolicyDocument)).toContain('"sts:*"');
  });

  test("have names that do not differ by case", async () => {
    await createRole("App");
    expect(await failure("CreateRole", { RoleName: "app", AssumeRolePolicyDocument: trust })).toEqual({
      code: "EntityAlreadyExists",
      message: "Role with name app already exists.",
    });
  });

  test("that do not exist are not found in AWS's words", async () => {
    expect(await failure("GetRole", { RoleName: "x" })).toEqual({
      code: "NoSuchEntity",
      message: "The role with name x cannot be found.",
    });
  });

  test("cannot be deleted before all that hangs on them", async () => {
    await createRole("app");
    const arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    await call("AttachRolePolicy", { RoleName: "app", PolicyArn: arn });
    await call("PutRolePolicy", { RoleName: "app", PolicyName: "p", PolicyDocument: permissions });
    await call("CreateInstanceProfile", { InstanceProfileName: "i" });
    await call("AddRoleToInstanceProfile", { InstanceProfileName: "i", RoleName: "app" });
    const refused = async () => (await failure("DeleteRole", { RoleName: "app" })).message;
    expect(await refused()).toBe("Cannot delete entity, must remove roles from instance profile first.");
    await call("RemoveRoleFromInstanceProfile", { InstanceProfileName: "i", RoleName: "app" });
    expect(await refused()).toBe("Cannot delete entity, must detach all policies first.");
    await call("DetachRolePolicy", { RoleName: "app", PolicyArn: arn });
    expect(await refused()).toBe("Cannot delete entity, must delete policies first.");
    await call("DeleteRolePolicy", { RoleName: "app", PolicyName: "p" });
    await call("DeleteRole", { RoleName: "app" });
    expect((await call("ListRoles")).Roles).toEqual([]);
  });

  test("cannot trust a user of the same account who does not exist", async () => {
    const document = trust.replace(
      '{"Service":"lambda.amazonaws.com"}',
      '{"AWS":"arn:aws:iam::000000000000:user/ann"}',
    );
    const input = { RoleName: "app", AssumeRolePolicyDocument: document };
    expect(await failure("CreateRole", input)).toEqual({
      code: "MalformedPolicyDocument",
      message: 'Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:user/ann"',
    });
    await call("CreateUser", { UserName: "ann" });
    await call("CreateRole", input);
  });

  test("are listed in pages, by path", async () => {
    for (const name of ["a", "b", "c"]) await createRole(name, { Path: "/x/" });
    await createRole("d");
    const first = await call("ListRoles", { PathPrefix: "/x/", MaxItems: 2 });
    expect(first.Roles.map((role: { RoleName: string }) => role.RoleName)).toEqual(["a", "b"]);
    expect(first.IsTruncated).toBe(true);
    const second = await call("ListRoles", { PathPrefix: "/x/", MaxItems: 2, Marker: first.Marker });
    expect(second.Roles.map((role: { RoleName: string }) => role.RoleName)).toEqual(["c"]);
    expect(second.IsTruncated).toBe(false);
    expect((await failure("ListRoles", { Marker: "?" })).code).toBe("ValidationError");
  });

  test("linked to a service are deleted by a task, and changed by AWS only", async () => {
    const { Role } = await call("CreateServiceLinkedRole", { AWSServiceName: "ecs.amazonaws.com" });
    expect(Role.Arn).toBe(
      "arn:aws:iam::000000000000:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
    );
    expect(await failure("DeleteRole", { RoleName: Role.RoleName })).toMatchObject({
      code: "UnmodifiableEntity",
    });
    const { DeletionTaskId } = await call("DeleteServiceLinkedRole", { RoleName: Role.RoleName });
    await cloud.settle();
    expect(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId })).toEqual({
      Status: "SUCCEEDED",
    });
    expect((await failure("GetRole", { RoleName: Role.RoleName })).code).toBe("NoSuchEntity");
  });
});

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

describe("users and groups", () => {
  test("keep what hangs on them when they are renamed", async () => {
    await call("CreateUser", { UserName: "ann" });
    await call("CreateGroup", { GroupName: "g" });
    await call("AddUserToGroup", { GroupName: "g", UserName: "ann" });
    await call("PutUserPolicy", { UserName: "ann", PolicyName: "p", PolicyDocument: permissions });
    await call("UpdateUser", { UserName: "ann", NewUserName: "bea", NewPath: "/x/" });
    await call("UpdateGroup", { GroupName: "g", NewGroupName: "h" });
    expect((await failure("GetUser", { UserName: "ann" })).code).toBe("NoSuchEntity");
    const { Users } = await call("GetGroup", { GroupName: "h" });
    expect(Users).toMatchObject([{ UserName: "bea", Arn: "arn:aws:iam::000000000000:user/x/bea" }]);
    expect((await call("ListUserPolicies", { UserName: "bea" })).PolicyNames).toEqual(["p"]);
    expect((await call("ListGroupsForUser", { UserName: "bea" })).Groups).toMatchObject([{ GroupName: "h" }]);
  });

  test("who call without a name mean themselves", async () => {
    const { User } = await call("CreateUser", { UserName: "ann" });
    const principal = { type: "user", account: "000000000000", arn: User.Arn, userId: User.UserId } as const;
    expect((await cloud.as({ principal }).call("iam", "GetUser")).User.UserName).toBe("ann");
    expect((await call("GetUser")).User.Arn).toBe("arn:aws:iam::000000000000:root");
    const session = { ...principal, type: "assumed-role" } as const;
    await expect(cloud.as({ principal: session }).call("iam", "GetUser")).rejects.toMatchObject({
      code: "ValidationError",
      message: "Must specify userName when calling with non-User credentials",
    });
  });
});

describe("access keys", () => {
  const credential = (id: string) => cloud.kernel.findCredential(id);

  test("are what requests are verified against", async () => {
    const { User } = await call("CreateUser", { UserName: "ann", Path: "/x/" });
    const { AccessKey } = await call("CreateAccessKey", { UserName: "ann" });
    expect(AccessKey.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(AccessKey.SecretAccessKey).toHaveLength(40);
    expect(await credential(AccessKey.AccessKeyId)).toMatchObject({
      secretAccessKey: AccessKey.SecretAccessKey,
      status: "Active",
      principal: { type: "user", arn: User.Arn, userId: User.UserId, account: "000000000000" },
    });
  });

  test("stop working when they are made inactive or deleted", async () => {
    await call("CreateUser", { UserName: "ann" });
    const { AccessKey } = await call("CreateAccessKey", { UserName: "ann" });
    const { AccessKeyId } = AccessKey;
    const named = { UserName: "ann", AccessKeyId };
    await call("UpdateAccessKey", { ...named, Status: "Inactive" });
    expect(await credential(AccessKeyId)).toMatchObject({ status: "Inactive" });
    await call("UpdateAccessKey", { ...named, Status: "Active" });
    expect(await credential(AccessKeyId)).toMatchObject({ status: "Active" });
    expect((await failure("DeleteUser", { UserName: "ann" })).message).toBe(
      "Cannot delete entity, must delete access keys first.",
    );
    await call("DeleteAccessKey", named);
    expect(await credential(AccessKeyId)).toMatchObject({ status: "Inactive", secretAccessKey: "" });
    expect((await call("ListAccessKeys", { UserName: "ann" })).AccessKeyMetadata).toEqual([]);
    await call("DeleteUser", { UserName: "ann" });
  });

  test("are at most two, and follow their user to another name", async () => {
    await call("CreateUser", { UserName: "ann" });
    const { AccessKey } = await call("CreateAccessKey", { UserName: "ann" });
    await call("CreateAccessKey", { UserName: "ann" });
    expect((await failure("CreateAccessKey", { UserName: "ann" })).message).toBe(
      "Cannot exceed quota for AccessKeysPerUser: 2",
    );
    await call("UpdateUser", { UserName: "ann", NewUserName: "bea" });
    expect((await credential(AccessKey.AccessKeyId))?.principal.arn).toBe(
      "arn:aws:iam::000000000000:user/bea",
    );
    expect(await call("GetAccessKeyLastUsed", { AccessKeyId: AccessKey.AccessKeyId })).toEqual({
      UserName: "bea",
      AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" },
    });
  });
});
