// Roles: what clients and Terraform rely on from create to delete.

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
    await account.cloud.settle();
    expect(await call("GetServiceLinkedRoleDeletionStatus", { DeletionTaskId })).toEqual({
      Status: "SUCCEEDED",
    });
    expect((await failure("GetRole", { RoleName: Role.RoleName })).code).toBe("NoSuchEntity");
  });
});
