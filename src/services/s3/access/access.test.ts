// Who gets in: owners, other accounts and nobody at all, by policies and lists.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../../core/fault.ts";
import { anonymousPrincipal, rootPrincipal } from "../../../core/principal.ts";
import { type Caller, type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const owner = "111111111111";
const other = "222222222222";
const Bucket = "b-of-one";

let cloud: TestCloud;
let own: Caller;
let stranger: Caller;
let nobody: Caller;

beforeEach(async () => {
  cloud = await testCloud([s3]);
  own = cloud.as({ account: owner });
  stranger = cloud.as({ account: other });
  nobody = cloud.as({ principal: anonymousPrincipal(), account: "000000000000" });
  await own.call("s3", "CreateBucket", { Bucket });
  await own.call("s3", "PutObject", { Bucket, Key: "k", Body: Buffer.from("body") });
});
afterEach(() => cloud.stop());

async function failure(promise: Promise<unknown>): Promise<Fault> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("It succeeded.");
}

const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "ok",
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );

const get = (caller: Caller, Key = "k") => code(caller.call("s3", "GetObject", { Bucket, Key }));
const list = (caller: Caller) => code(caller.call("s3", "ListObjectsV2", { Bucket }));
const open = () => own.call("s3", "DeletePublicAccessBlock", { Bucket });
const putPolicy = (...statements: object[]) =>
  own.call("s3", "PutBucketPolicy", {
    Bucket,
    Policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
const allow = (more: object = {}) => ({
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: `arn:aws:s3:::${Bucket}/*`,
  ...more,
});

test("without a policy nobody but the owner gets in", async () => {
  expect(await get(own)).toBe("ok");
  expect(await get(stranger)).toBe("AccessDenied");
  expect(await get(nobody)).toBe("AccessDenied");
  expect(await code(stranger.call("s3", "PutObject", { Bucket, Key: "x" }))).toBe("AccessDenied");
  expect(await code(stranger.call("s3", "DeleteBucket", { Bucket }))).toBe("AccessDenied");
});

describe("a bucket policy", () => {
  test("that is public lets everybody in, once such policies are not blocked", async () => {
    const blocked = await failure(putPolicy(allow()));
    expect(blocked.code).toBe("AccessDenied");
    expect(blocked.message).toMatch(/BlockPublicPolicy setting in S3 Block Public Access/);
    await open();
    await putPolicy(allow());
    expect(await get(nobody)).toBe("ok");
    expect(await get(stranger)).toBe("ok");
    expect(await list(nobody)).toBe("AccessDenied");
    await own.call("s3", "PutPublicAccessBlock", {
      Bucket,
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    expect(await get(nobody)).toBe("AccessDenied");
    expect(await get(stranger)).toBe("AccessDenied");
    expect(await get(own)).toBe("ok");
  });

  test("lets another account in by name", async () => {
    await putPolicy(
      allow({ Principal: { AWS: other }, Action: ["s3:GetObject", "s3:PutObject"] }),
      allow({ Principal: { AWS: other }, Action: "s3:ListBucket", Resource: `arn:aws:s3:::${Bucket}` }),
    );
    expect(await get(stranger)).toBe("ok");
    expect(await list(stranger)).toBe("ok");
    expect(await get(nobody)).toBe("AccessDenied");
    expect(await code(stranger.call("s3", "PutObject", { Bucket, Key: "x" }))).toBe("ok");
    expect(await code(stranger.call("s3", "PutObject", { Bucket, Key: "x", Tagging: "a=1" }))).toBe(
      "AccessDenied",
    );
    expect(await get(stranger, "missing")).toBe("NoSuchKey");
  });

  test("hides what is missing from those who may not list", async () => {
    await putPolicy(allow({ Principal: { AWS: other } }));
    expect(await get(stranger, "missing")).toBe("AccessDenied");
  });

  test("denies the owner too, and says so", async () => {
    await putPolicy(
      allow({ Effect: "Deny", Condition: { StringNotEquals: { "aws:PrincipalAccount": other } } }),
    );
    expect((await failure(own.call("s3", "GetObject", { Bucket, Key: "k" }))).message).toBe(
      `User: arn:aws:iam::${owner}:root is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${Bucket}/k" with an explicit deny in a resource-based policy`,
    );
    expect(await list(own)).toBe("ok");
  });

  test("cannot lock the account's root out", async () => {
    await putPolicy(
      allow({
        Effect: "Deny",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      }),
    );
    expect(await list(own)).toBe("AccessDenied");
    expect(await code(own.call("s3", "DeleteBucketPolicy", { Bucket }))).toBe("ok");
    expect(await list(own)).toBe("ok");
  });

  test("is the owner's account's alone, whatever it allows", async () => {
    await putPolicy(allow({ Principal: { AWS: other }, Action: "s3:*", Resource: `arn:aws:s3:::${Bucket}` }));
    expect(await code(stranger.call("s3", "GetBucketPolicy", { Bucket }))).toBe("MethodNotAllowed");
    expect(await code(stranger.call("s3", "GetBucketVersioning", { Bucket }))).toBe("ok");
  });

  test("reads prefixes, tags and encryption of requests", async () => {
    await putPolicy(
      allow({
        Principal: { AWS: other },
        Action: "s3:ListBucket",
        Resource: `arn:aws:s3:::${Bucket}`,
        Condition: { StringLike: { "s3:prefix": "home/*" } },
      }),
      allow({
        Principal: { AWS: other },
        Condition: { StringEquals: { "s3:ExistingObjectTag/public": "yes" } },
      }),
    );
    expect(await list(stranger)).toBe("AccessDenied");
    expect(await code(stranger.call("s3", "ListObjects", { Bucket, Prefix: "home/a" }))).toBe("ok");
    expect(await get(stranger)).toBe("AccessDenied");
    const Tagging = { TagSet: [{ Key: "public", Value: "yes" }] };
    await own.call("s3", "PutObjectTagging", { Bucket, Key: "k", Tagging });
    expect(await get(stranger)).toBe("ok");
  });

  test("decides on each key that is deleted together with others", async () => {
    await own.call("s3", "PutObject", { Bucket, Key: "tmp/a" });
    await putPolicy(
      allow({
        Principal: { AWS: other },
        Action: "s3:DeleteObject",
        Resource: `arn:aws:s3:::${Bucket}/tmp/*`,
      }),
    );
    const Delete = { Objects: [{ Key: "tmp/a" }, { Key: "k" }] };
    const { Deleted, Errors } = await stranger.call("s3", "DeleteObjects", { Bucket, Delete });
    expect(Deleted).toEqual([{ Key: "tmp/a" }]);
    expect(Errors).toEqual([{ Key: "k", Code: "AccessDenied", Message: "Access Denied" }]);
  });

  test("counts for the source of a copy", async () => {
    await stranger.call("s3", "CreateBucket", { Bucket: "b-of-two" });
    const copy = () =>
      code(stranger.call("s3", "CopyObject", { Bucket: "b-of-two", Key: "c", CopySource: `${Bucket}/k` }));
    expect(await copy()).toBe("AccessDenied");
    await putPolicy(allow({ Principal: { AWS: `arn:aws:iam::${other}:root` } }));
    expect(await copy()).toBe("ok");
  });

  test.each([
    ["a statement without a principal", { Principal: undefined }, "Missing required field Principal"],
    ["a statement without a resource", { Resource: undefined }, "Missing required field Resource"],
    ["an unknown action", { Action: "s3:Fetch" }, "Policy has invalid action"],
    ["another service's action", { Action: "sqs:*" }, "Policy has invalid action"],
    ["another bucket", { Resource: "arn:aws:s3:::c/*" }, "Policy has invalid resource"],
    ["no principal's form", { Principal: { AWS: "ann" } }, "Invalid principal in policy"],
    ["an unknown operator", { Condition: { Like: { a: "b" } } }, "Invalid Condition type : Like"],
    ["an effect of its own", { Effect: "Permit" }, "Invalid effect: Permit"],
    [
      "an action on the bucket for objects",
      { Action: "s3:ListBucket" },
      "Action does not apply to any resource(s) in statement",
    ],
    ["a field of its own", { Resources: "*" }, "Unknown field Resources"],
  ])("with %s is malformed", async (_what, more, message) => {
    await open();
    const fault = await failure(putPolicy(allow(more)));
    expect([fault.code, fault.message]).toEqual(["MalformedPolicy", message]);
  });
});

describe("access control lists", () => {
  const own2 = (objectOwnership: string) =>
    own.call("s3", "PutBucketOwnershipControls", {
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] },
    });

  test("are not supported where the owner enforces", async () => {
    const put = (ACL: string) => code(own.call("s3", "PutObject", { Bucket, Key: "x", ACL }));
    expect(await put("public-read")).toBe("AccessControlListNotSupported");
    expect(await put("bucket-owner-full-control")).toBe("ok");
  });

  test("may be named private by clients that name one with everything", async () => {
    const named = { Bucket: "private-by-name", ACL: "private" };
    await own.call("s3", "CreateBucket", named);
    expect(await code(own.call("s3", "PutObject", { ...named, Key: "k" }))).toBe("ok");
    const { OwnershipControls } = await own.call("s3", "GetBucketOwnershipControls", named);
    expect(OwnershipControls?.Rules).toEqual([{ ObjectOwnership: "BucketOwnerPreferred" }]);
  });

  test("open objects to everybody, unless public ones are blocked or ignored", async () => {
    await own2("ObjectWriter");
    const put = () =>
      own.call("s3", "PutObject", { Bucket, Key: "k", ACL: "public-read", Body: Buffer.from("1") });
    expect((await failure(put())).message).toMatch(/BlockPublicAcls/);
    await open();
    await put();
    expect(await get(nobody)).toBe("ok");
    expect(await code(nobody.call("s3", "PutObject", { Bucket, Key: "k" }))).toBe("AccessDenied");
    const { Grants } = await own.call("s3", "GetObjectAcl", { Bucket, Key: "k" });
    expect(Grants).toEqual([
      {
        Grantee: { Type: "CanonicalUser", ID: expect.stringMatching(/^[0-9a-f]{64}$/) },
        Permission: "FULL_CONTROL",
      },
      {
        Grantee: { Type: "Group", URI: "http://acs.amazonaws.com/groups/global/AllUsers" },
        Permission: "READ",
      },
    ]);
    await own.call("s3", "PutPublicAccessBlock", {
      Bucket,
      PublicAccessBlockConfiguration: { IgnorePublicAcls: true },
    });
    expect(await get(nobody)).toBe("AccessDenied");
    await open();
    await own2("BucketOwnerEnforced");
    expect(await get(nobody)).toBe("AccessDenied");
  });

  test("of a bucket let others list and write; what they write is theirs", async () => {
    await own2("ObjectWriter");
    await open();
    const { Owner } = await stranger.call("s3", "ListBuckets", {});
    await own.call("s3", "PutBucketAcl", {
      Bucket,
      GrantWrite: `id="${Owner.ID}"`,
      GrantRead: `id=${Owner.ID}`,
    });
    expect(await list(stranger)).toBe("ok");
    expect(await list(nobody)).toBe("AccessDenied");
    await stranger.call("s3", "PutObject", { Bucket, Key: "theirs", Body: Buffer.from("x") });
    expect(await get(stranger, "theirs")).toBe("ok");
    expect(await get(own, "theirs")).toBe("AccessDenied");
    expect(await code(own.call("s3", "DeleteObject", { Bucket, Key: "theirs" }))).toBe("ok");
    await stranger.call("s3", "PutObject", { Bucket, Key: "given", ACL: "bucket-owner-full-control" });
    expect(await get(own, "given")).toBe("ok");
  });

  test("authenticated users are those with an account", async () => {
    await own2("BucketOwnerPreferred");
    await open();
    await own.call("s3", "PutBucketAcl", { Bucket, ACL: "authenticated-read" });
    expect(await list(stranger)).toBe("ok");
    expect(await list(nobody)).toBe("AccessDenied");
  });

  test("may let the delivery of logs in, which no model lists", async () => {
    await own2("ObjectWriter");
    await own.call("s3", "PutBucketAcl", { Bucket, ACL: "log-delivery-write" });
    const { Grants } = await own.call("s3", "GetBucketAcl", { Bucket });
    expect((Grants as { Permission: string }[]).map(({ Permission }) => Permission)).toEqual([
      "FULL_CONTROL",
      "WRITE",
      "READ_ACP",
    ]);
  });

  test("must say one thing, and that right", async () => {
    await own2("ObjectWriter");
    const put = (input: object) => code(own.call("s3", "PutBucketAcl", { Bucket, ...input }));
    expect(await put({})).toBe("MissingSecurityHeader");
    expect(await put({ ACL: "private", GrantRead: `id=${"a".repeat(64)}` })).toBe("InvalidRequest");
    expect(await put({ GrantRead: "id=me" })).toBe("InvalidArgument");
    expect(await put({ GrantRead: 'uri="http://acs.amazonaws.com/groups/global/Friends"' })).toBe(
      "InvalidArgument",
    );
    expect(await put({ GrantRead: "emailAddress=a@example.com" })).toBe("UnresolvableGrantByEmailAddress");
    const Owner = { ID: "0".repeat(64) };
    expect(await put({ AccessControlPolicy: { Owner, Grants: [] } })).toBe("AccessDenied");
  });
});

test("where requesters pay, others say that they know and hear that they did", async () => {
  await putPolicy(allow({ Principal: { AWS: other } }));
  await own.call("s3", "PutBucketRequestPayment", {
    Bucket,
    RequestPaymentConfiguration: { Payer: "Requester" },
  });
  expect(await get(stranger)).toBe("AccessDenied");
  const asked = { Bucket, Key: "k", RequestPayer: "requester" };
  expect((await stranger.call("s3", "GetObject", asked)).RequestCharged).toBe("requester");
  expect((await own.call("s3", "GetObject", asked)).RequestCharged).toBeUndefined();
});

test("a caller that expects another owner is refused", async () => {
  const expecting = (ExpectedBucketOwner: string) =>
    code(own.call("s3", "HeadBucket", { Bucket, ExpectedBucketOwner }));
  expect(await expecting(owner)).toBe("ok");
  expect(await expecting(other)).toBe("AccessDenied");
  expect(await expecting("me")).toBe("InvalidBucketOwnerAWSAccountID");
});

test("a user is denied what its own policy's deny says", async () => {
  const ann = cloud.as({
    principal: { type: "user", account: owner, arn: `arn:aws:iam::${owner}:user/ann`, userId: "AIDAANN" },
  });
  await putPolicy(allow({ Effect: "Deny", Principal: { AWS: `arn:aws:iam::${owner}:user/ann` } }));
  expect(await get(ann)).toBe("AccessDenied");
  expect(await get(cloud.as({ principal: rootPrincipal(owner) }))).toBe("ok");
});
