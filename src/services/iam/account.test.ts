// The account as a whole: providers, tags, certificates, its alias, its policy
// and its summary.

import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { permissions, type TestAccount, testAccount, trust } from "./test-account.ts";

let account: TestAccount;
beforeEach(async () => {
  account = await testAccount();
});
afterEach(() => account.cloud.stop());

const call: TestAccount["call"] = (operation, input) => account.call(operation, input);
const failure: TestAccount["failure"] = (operation, input) => account.failure(operation, input);

describe("tags", () => {
  const tag = (Key: string, Value = "v") => ({ Key, Value });

  test("keep their keys' case, but do not differ by it", async () => {
    await call("CreateUser", { UserName: "ann", Tags: [tag("Team", "a"), tag("x")] });
    await call("TagUser", { UserName: "ann", Tags: [tag("team", "b"), tag("y")] });
    const { Tags } = await call("ListUserTags", { UserName: "ann" });
    expect(Tags).toEqual([tag("team", "b"), tag("x"), tag("y")]);
    await call("UntagUser", { UserName: "ann", TagKeys: ["TEAM", "z"] });
    expect((await call("GetUser", { UserName: "ann" })).User.Tags).toEqual([tag("x"), tag("y")]);
  });

  test("are refused twice in one call, and with AWS's prefix", async () => {
    const create = (...Tags: object[]) => failure("CreateUser", { UserName: "ann", Tags });
    expect((await create(tag("a"), tag("A"))).message).toBe(
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
    expect((await create(tag("aws:x"))).code).toBe("InvalidInput");
  });

  test("are listed in pages", async () => {
    await call("CreateRole", {
      RoleName: "r",
      AssumeRolePolicyDocument: trust,
      Tags: [tag("a"), tag("b"), tag("c")],
    });
    const first = await call("ListRoleTags", { RoleName: "r", MaxItems: 2 });
    expect(first).toMatchObject({ Tags: [tag("a"), tag("b")], IsTruncated: true });
    const second = await call("ListRoleTags", { RoleName: "r", MaxItems: 2, Marker: first.Marker });
    expect(second).toEqual({ Tags: [tag("c")], IsTruncated: false });
  });
});

describe("providers", () => {
  test("of OpenID Connect are known by their address", async () => {
    const Url = "https://token.actions.githubusercontent.com/";
    const { OpenIDConnectProviderArn } = await call("CreateOpenIDConnectProvider", {
      Url,
      ClientIDList: ["a"],
    });
    expect(OpenIDConnectProviderArn).toBe(
      "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com",
    );
    await call("AddClientIDToOpenIDConnectProvider", { OpenIDConnectProviderArn, ClientID: "b" });
    expect(await call("GetOpenIDConnectProvider", { OpenIDConnectProviderArn })).toMatchObject({
      Url: "token.actions.githubusercontent.com",
      ClientIDList: ["a", "b"],
    });
    expect((await failure("CreateOpenIDConnectProvider", { Url })).code).toBe("EntityAlreadyExists");
    expect((await failure("CreateOpenIDConnectProvider", { Url: "http://x" })).code).toBe("ValidationError");
  });

  test("of SAML are valid as long as their metadata", async () => {
    const metadata = (attribute: string) =>
      `<EntityDescriptor${attribute}><IDPSSODescriptor></IDPSSODescriptor></EntityDescriptor>`.padEnd(1000);
    const create = { Name: "idp", SAMLMetadataDocument: metadata(' validUntil="2030-01-01T00:00:00Z"') };
    const { SAMLProviderArn } = await call("CreateSAMLProvider", create);
    expect((await call("GetSAMLProvider", { SAMLProviderArn })).ValidUntil).toBe(Date.UTC(2030, 0, 1));
    await call("UpdateSAMLProvider", { SAMLProviderArn, SAMLMetadataDocument: metadata("") });
    const { ValidUntil } = await call("GetSAMLProvider", { SAMLProviderArn });
    expect(new Date(ValidUntil).getUTCFullYear()).toBe(2124);
    const broken = { Name: "x", SAMLMetadataDocument: "x".repeat(1000) };
    expect((await failure("CreateSAMLProvider", broken)).code).toBe("InvalidInput");
  });
});

describe("server certificates", () => {
  test("that cannot be read are malformed", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const input = {
      ServerCertificateName: "c",
      CertificateBody: "x",
      PrivateKey: privateKey.export({ type: "pkcs8", format: "pem" }),
    };
    expect(await failure("UploadServerCertificate", input)).toEqual({
      code: "MalformedCertificate",
      message: "Unable to parse certificate. Please ensure the certificate is in PEM format.",
    });
  });
});

describe("the account", () => {
  test("has one alias, which no other account has", async () => {
    await call("CreateAccountAlias", { AccountAlias: "mine" });
    await call("CreateAccountAlias", { AccountAlias: "my-own" });
    expect((await call("ListAccountAliases")).AccountAliases).toEqual(["my-own"]);
    const other = account.cloud.as({ account: "111111111111" });
    await other.call("iam", "CreateAccountAlias", { AccountAlias: "mine" });
    await expect(other.call("iam", "CreateAccountAlias", { AccountAlias: "my-own" })).rejects.toMatchObject({
      code: "EntityAlreadyExists",
      message: "The account alias my-own already exists.",
    });
  });

  test("has a password policy only once it was given one", async () => {
    expect(await failure("GetAccountPasswordPolicy")).toEqual({
      code: "NoSuchEntity",
      message: "The Password Policy with domain name 000000000000 cannot be found.",
    });
    await call("UpdateAccountPasswordPolicy", { MaxPasswordAge: 90 });
    expect((await call("GetAccountPasswordPolicy")).PasswordPolicy).toMatchObject({
      MinimumPasswordLength: 6,
      ExpirePasswords: true,
      MaxPasswordAge: 90,
    });
  });

  test("is shown at one look, and counted", async () => {
    await call("CreateUser", { UserName: "ann" });
    await call("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust });
    await call("PutRolePolicy", { RoleName: "r", PolicyName: "p", PolicyDocument: permissions });
    await call("AttachRolePolicy", {
      RoleName: "r",
      PolicyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess",
    });
    const details = await call("GetAccountAuthorizationDetails");
    expect(details.UserDetailList).toHaveLength(1);
    expect(details.RoleDetailList).toMatchObject([
      {
        RoleName: "r",
        RolePolicyList: [
          { PolicyName: "p", PolicyDocument: encodeURIComponent(permissions).replaceAll("*", "%2A") },
        ],
        AttachedManagedPolicies: [{ PolicyName: "AmazonS3FullAccess" }],
      },
    ]);
    expect(details.Policies).toMatchObject([{ PolicyName: "AmazonS3FullAccess", AttachmentCount: 1 }]);
    expect((await call("GetAccountSummary")).SummaryMap).toMatchObject({
      Users: 1,
      Roles: 1,
      UsersQuota: 5000,
    });
  });
});
