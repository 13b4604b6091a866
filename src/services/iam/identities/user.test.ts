// Users, groups and access keys.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { permissions, type TestAccount, testAccount } from "../test-account.ts";

let account: TestAccount;
beforeEach(async () => {
  account = await testAccount();
});
afterEach(() => account.cloud.stop());

const call: TestAccount["call"] = (operation, input) => account.call(operation, input);
const failure: TestAccount["failure"] = (operation, input) => account.failure(operation, input);

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
    expect((await account.cloud.as({ principal }).call("iam", "GetUser")).User.UserName).toBe("ann");
    expect((await call("GetUser")).User.Arn).toBe("arn:aws:iam::000000000000:root");
    const session = { ...principal, type: "assumed-role" } as const;
    await expect(account.cloud.as({ principal: session }).call("iam", "GetUser")).rejects.toMatchObject({
      code: "ValidationError",
      message: "Must specify userName when calling with non-User credentials",
    });
  });
});

describe("access keys", () => {
  const credential = (id: string) => account.cloud.kernel.findCredential(id);

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
