// STS in process, with the IAM that it asks: who may assume what, and what
// becomes of the credentials.

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Principal, servicePrincipal } from "../../core/principal.ts";
import iam from "../iam/index.ts";
import { type Caller, type TestCloud, testCloud } from "../test-cloud.ts";
import service from "./index.ts";
import { checkSignature, readToken } from "./tokens/jwt.ts";

let cloud: TestCloud;
let root: Caller;
beforeEach(async () => {
  cloud = await testCloud([iam, service]);
  root = cloud;
});
afterEach(() => cloud.stop());

const account = "000000000000";
const roleArn = `arn:aws:iam::${account}:role/app`;
const session = { RoleArn: roleArn, RoleSessionName: "work" };

function trustOf(
  principal: unknown,
  action: string | readonly string[] = "sts:AssumeRole",
  condition?: object,
): string {
  const statement = { Effect: "Allow", Principal: principal, Action: action, Condition: condition };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

async function createRole(trust: string, more: object = {}): Promise<{ readonly RoleId: string }> {
  const input = { RoleName: "app", AssumeRolePolicyDocument: trust, ...more };
  return (await root.call("iam", "CreateRole", input)).Role;
}

async function createUser(name: string): Promise<Caller> {
  const { User } = await root.call("iam", "CreateUser", { UserName: name });
  return cloud.as({ principal: { type: "user", account, arn: User.Arn, userId: User.UserId } });
}

/** A caller with the credentials that an operation answered. */
async function withCredentials(credentials: { readonly AccessKeyId: string }): Promise<Caller> {
  const credential = await cloud.kernel.findCredential(credentials.AccessKeyId);
  return cloud.as({ principal: credential?.principal as Principal });
}

const failure = (attempt: Promise<unknown>) =>
  attempt.then(
    () => expect.unreachable("succeeded"),
    (fault) => ({ code: fault.code, message: fault.message }),
  );

describe("GetCallerIdentity", () => {
  test("knows the root, users and sessions", async () => {
    expect(await root.call("sts", "GetCallerIdentity")).toEqual({
      UserId: account,
      Account: account,
      Arn: `arn:aws:iam::${account}:root`,
    });
    const ann = await createUser("ann");
    expect(await ann.call("sts", "GetCallerIdentity")).toMatchObject({
      Arn: `arn:aws:iam::${account}:user/ann`,
    });
    const { RoleId } = await createRole(trustOf({ AWS: account }));
    const { Credentials, AssumedRoleUser } = await ann.call("sts", "AssumeRole", session);
    const role = await withCredentials(Credentials);
    expect(await role.call("sts", "GetCallerIdentity")).toEqual({
      UserId: `${RoleId}:work`,
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/app/work`,
    });
    expect(AssumedRoleUser).toEqual({
      AssumedRoleId: `${RoleId}:work`,
      Arn: `arn:aws:sts::${account}:assumed-role/app/work`,
    });
  });
});

describe("credentials", () => {
  test("carry a token and an end, and are forgotten a week after it", async () => {
    await createRole(trustOf({ AWS: account }));
    const { Credentials } = await root.call("sts", "AssumeRole", { ...session, DurationSeconds: 900 });
    expect(Credentials.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(Credentials.SecretAccessKey).toHaveLength(40);
    const now = Date.UTC(2024, 0, 1);
    expect(Credentials.Expiration).toBe(now + 900_000);
    expect(await cloud.kernel.findCredential(Credentials.AccessKeyId)).toMatchObject({
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
      expiresAt: now + 900_000,
      principal: { type: "assumed-role", roleArn, accessKeyId: Credentials.AccessKeyId },
    });
    await cloud.advance(7 * 24 * 3600 * 1000);
    expect(await cloud.kernel.findCredential(Credentials.AccessKeyId)).toBeDefined();
    await cloud.advance(900_000);
    expect(await cloud.kernel.findCredential(Credentials.AccessKeyId)).toBeUndefined();
  });

  test("say whose they are", async () => {
    await cloud.as({ account: "210987654321" }).call("iam", "CreateUser", { UserName: "ann" });
    const { AccessKey } = await cloud
      .as({ account: "210987654321" })
      .call("iam", "CreateAccessKey", { UserName: "ann" });
    const { AccessKeyId } = AccessKey;
    expect(await root.call("sts", "GetAccessKeyInfo", { AccessKeyId })).toEqual({ Account: "210987654321" });
    await root.call("iam", "CreateUser", { UserName: "bea" });
    const unknown = { AccessKeyId: "ASIAQNZGKIQY56JQ7WML" };
    expect(await root.call("sts", "GetAccessKeyInfo", unknown)).toEqual({ Account: "029608264753" });
  });
});

describe("AssumeRole", () => {
  const refusal = (arn: string, action = "sts:AssumeRole") => ({
    code: "AccessDenied",
    message: `User: ${arn} is not authorized to perform: ${action} on resource: ${roleArn}`,
  });

  test("answers for a role that does not exist as for one that does not trust the caller", async () => {
    const arn = `arn:aws:iam::${account}:root`;
    expect(await failure(root.call("sts", "AssumeRole", session))).toEqual(refusal(arn));
    await createRole(trustOf({ Service: "lambda.amazonaws.com" }));
    expect(await failure(root.call("sts", "AssumeRole", session))).toEqual(refusal(arn));
    const invalid = { ...session, RoleArn: "arn:aws:s3:::some-bucket-name" };
    expect((await failure(root.call("sts", "AssumeRole", invalid))).code).toBe("ValidationError");
  });

  test("lets whom the trust policy names", async () => {
    const [ann, bea] = [await createUser("ann"), await createUser("bea")];
    await createRole(trustOf({ AWS: `arn:aws:iam::${account}:user/ann`, Service: "lambda.amazonaws.com" }));
    await ann.call("sts", "AssumeRole", session);
    expect(await failure(bea.call("sts", "AssumeRole", session))).toEqual(
      refusal(`arn:aws:iam::${account}:user/bea`),
    );
    const lambda = cloud.as({ principal: servicePrincipal("lambda.amazonaws.com", account) });
    await lambda.call("sts", "AssumeRole", session);
    const events = cloud.as({ principal: servicePrincipal("events.amazonaws.com", account) });
    expect((await failure(events.call("sts", "AssumeRole", session))).code).toBe("AccessDenied");
  });

  test("reaches into another account that trusts the caller's", async () => {
    await createRole(trustOf({ AWS: "arn:aws:iam::111111111111:root" }));
    const other = cloud.as({ account: "111111111111" });
    const { AssumedRoleUser } = await other.call("sts", "AssumeRole", session);
    expect(AssumedRoleUser.Arn).toBe(`arn:aws:sts::${account}:assumed-role/app/work`);
  });

  test("asks for the external id that the trust policy demands", async () => {
    const condition = { StringEquals: { "sts:ExternalId": "secret" } };
    await createRole(trustOf({ AWS: "*" }, "sts:AssumeRole", condition));
    expect((await failure(root.call("sts", "AssumeRole", session))).code).toBe("AccessDenied");
    await root.call("sts", "AssumeRole", { ...session, ExternalId: "secret" });
  });

  test("denies where a statement denies", async () => {
    const allow = JSON.parse(trustOf({ AWS: "*" }));
    allow.Statement.push({
      Effect: "Deny",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "sts:*",
    });
    await createRole(JSON.stringify(allow));
    expect((await failure(root.call("sts", "AssumeRole", session))).code).toBe("AccessDenied");
  });

  test("keeps to the role's longest session, and to an hour in a chain", async () => {
    await createRole(trustOf({ AWS: account }), { MaxSessionDuration: 7200 });
    expect(await failure(root.call("sts", "AssumeRole", { ...session, DurationSeconds: 7201 }))).toEqual({
      code: "ValidationError",
      message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    });
    const { Credentials } = await root.call("sts", "AssumeRole", { ...session, DurationSeconds: 7200 });
    const chained = await withCredentials(Credentials);
    expect(
      (await failure(chained.call("sts", "AssumeRole", { ...session, DurationSeconds: 3601 }))).message,
    ).toBe(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  });

  test("carries session tags on where they are transitive and the role lets it", async () => {
    const tagged = { ...session, Tags: [{ Key: "team", Value: "a" }], TransitiveTagKeys: ["team"] };
    await createRole(trustOf({ AWS: account }));
    const arn = `arn:aws:iam::${account}:root`;
    expect(await failure(root.call("sts", "AssumeRole", tagged))).toEqual(refusal(arn, "sts:TagSession"));
    const PolicyDocument = trustOf({ AWS: account }, ["sts:AssumeRole", "sts:TagSession"]);
    await root.call("iam", "UpdateAssumeRolePolicy", { RoleName: "app", PolicyDocument });
    const first = await root.call("sts", "AssumeRole", tagged);
    const second = await (await withCredentials(first.Credentials)).call("sts", "AssumeRole", session);
    expect((await cloud.kernel.findCredential(second.Credentials.AccessKeyId))?.principal).toMatchObject({
      sessionTags: { team: "a" },
      transitiveTagKeys: ["team"],
    });
  });

  test("keeps session policies, given and by ARN", async () => {
    await createRole(trustOf({ AWS: account }));
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/AmazonS3FullAccess" }];
    const { Credentials } = await root.call("sts", "AssumeRole", { ...session, Policy, PolicyArns });
    const credential = await cloud.kernel.findCredential(Credentials.AccessKeyId);
    expect(credential?.principal.sessionPolicies).toEqual([Policy, expect.stringContaining("s3:*")]);
    expect((await failure(root.call("sts", "AssumeRole", { ...session, Policy: "{" }))).code).toBe(
      "MalformedPolicyDocument",
    );
  });
});

describe("AssumeRoleWithWebIdentity", () => {
  // Nothing listens there: the keys cannot be fetched, and the loopback is believed.
  const issuer = "https://127.0.0.1:9/issuer";
  const host = "127.0.0.1:9/issuer";
  const provider = `arn:aws:iam::${account}:oidc-provider/${host}`;
  const now = Date.UTC(2024, 0, 1) / 1000;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const tokenWith = (claims: object) => {
    const body = { iss: issuer, aud: "client", sub: "repo:me/app:main", iat: now, exp: now + 60, ...claims };
    const signed = `${part({ alg: "HS256" })}.${part(body)}`;
    return `${signed}.${createHmac("sha256", "k").update(signed).digest("base64url")}`;
  };
  const assume = (claims: object = {}, overrides: object = {}) =>
    cloud.call(
      "sts",
      "AssumeRoleWithWebIdentity",
      { ...session, WebIdentityToken: tokenWith(claims) },
      overrides,
    );

  beforeEach(async () => {
    await createRole(
      trustOf({ Federated: provider }, "sts:AssumeRoleWithWebIdentity", {
        StringEquals: { [`${host}:aud`]: "client" },
        StringLike: { [`${host}:sub`]: "repo:me/*" },
      }),
    );
  });
  const register = () =>
    root.call("iam", "CreateOpenIDConnectProvider", { Url: issuer, ClientIDList: ["client"] });

  test("takes a token of a registered provider that the role trusts", async () => {
    expect(await failure(assume())).toEqual({
      code: "InvalidIdentityToken",
      message: `No OpenIDConnect provider found in your account for ${issuer}`,
    });
    await register();
    expect(await assume()).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/app/work` },
      SubjectFromWebIdentityToken: "repo:me/app:main",
      Audience: "client",
      Provider: provider,
    });
  });

  test("refuses another audience, another subject and what is past", async () => {
    await register();
    expect((await failure(assume({ aud: "other" }))).message).toBe("Incorrect token audience");
    expect(await failure(assume({ sub: "repo:you/app" }))).toEqual({
      code: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    });
    expect((await failure(assume({ exp: now }))).code).toBe("ExpiredTokenException");
  });

  test("believes nobody from elsewhere whose signature cannot be verified", async () => {
    await register();
    expect((await failure(assume({}, { sourceIp: "192.0.2.1" }))).code).toBe("IDPCommunicationError");
  });

  test("verifies signatures by the issuer's keys", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const signed = `${part({ alg: "ES256", kid: "1" })}.${part({ sub: "a" })}`;
    const signature = sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
    const token = readToken(`${signed}.${signature.toString("base64url")}`);
    const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "1" }];
    checkSignature(token, keys);
    expect(() => checkSignature({ ...token, signed: `${signed}x` }, keys)).toThrow("Invalid signature");
    expect(() => checkSignature(token, [{ ...keys[0], kid: "2" }])).toThrow(/verification key/);
  });
});

describe("AssumeRoleWithSAML", () => {
  const provider = `arn:aws:iam::${account}:saml-provider/idp`;
  const assertion = (end: string) =>
    Buffer.from(
      `<samlp:Response><saml:Assertion><saml:Issuer>https://idp</saml:Issuer><saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann</saml:NameID>
      <saml:SubjectConfirmation><saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="x"/></saml:SubjectConfirmation>
      </saml:Subject><saml:Audience>urn:amazon:webservices</saml:Audience>
      <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">
      <saml:AttributeValue>${roleArn},${provider}</saml:AttributeValue></saml:Attribute>
      <saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
      <saml:AttributeValue>ann@x</saml:AttributeValue></saml:Attribute></saml:Assertion></samlp:Response>`,
    ).toString("base64");

  test("takes an assertion that names the pair, while it is valid", async () => {
    const metadata = `<EntityDescriptor entityID="x"><IDPSSODescriptor></IDPSSODescriptor></EntityDescriptor>`;
    await root.call("iam", "CreateSAMLProvider", {
      Name: "idp",
      SAMLMetadataDocument: metadata.padEnd(1000),
    });
    await createRole(
      trustOf({ Federated: provider }, "sts:AssumeRoleWithSAML", {
        StringEquals: { "SAML:aud": "urn:amazon:webservices" },
      }),
    );
    const input = { RoleArn: roleArn, PrincipalArn: provider };
    const valid = { ...input, SAMLAssertion: assertion("2024-01-01T00:05:00Z") };
    expect(await root.call("sts", "AssumeRoleWithSAML", valid)).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/app/ann@x` },
      Subject: "ann",
      SubjectType: "persistent",
    });
    const past = { ...input, SAMLAssertion: assertion("2023-12-31T00:00:00Z") };
    expect((await failure(root.call("sts", "AssumeRoleWithSAML", past))).code).toBe("ExpiredTokenException");
  });
});

describe("GetSessionToken and GetFederationToken", () => {
  test("are for users and the root, not for sessions", async () => {
    const ann = await createUser("ann");
    const { Credentials } = await ann.call("sts", "GetSessionToken");
    const again = await withCredentials(Credentials);
    expect(await again.call("sts", "GetCallerIdentity")).toMatchObject({
      Arn: `arn:aws:iam::${account}:user/ann`,
    });
    expect(await failure(again.call("sts", "GetSessionToken"))).toEqual({
      code: "AccessDenied",
      message: "Cannot call GetSessionToken with session credentials",
    });
    expect((await ann.call("sts", "GetFederationToken", { Name: "bob" })).FederatedUser).toEqual({
      FederatedUserId: `${account}:bob`,
      Arn: `arn:aws:sts::${account}:federated-user/bob`,
    });
  });
});
