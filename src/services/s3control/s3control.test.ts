// Access points in S3, and the account's block of public access.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../core/fault.ts";
import { anonymousPrincipal } from "../../core/principal.ts";
import s3 from "../s3/index.ts";
import { type Caller, type TestCloud, testCloud } from "../test-cloud.ts";
import s3control from "./index.ts";

const AccountId = "111111111111";
const Bucket = "pointed-at";
const arn = `arn:aws:s3:us-east-1:${AccountId}:accesspoint/app`;
let cloud: TestCloud;
let own: Caller;
let other: Caller;

beforeEach(async () => {
  cloud = await testCloud([s3, s3control]);
  own = cloud.as({ account: AccountId });
  other = cloud.as({ account: "222222222222" });
  await own.call("s3", "CreateBucket", { Bucket });
  await own.call("s3", "PutObject", { Bucket, Key: "k", Body: Buffer.from("body") });
});
afterEach(() => cloud.stop());

const create = (Name = "app", more: object = {}) =>
  own.call("s3control", "CreateAccessPoint", { AccountId, Name, Bucket, ...more });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );
const get = (caller: Caller, name: string) =>
  code(caller.call("s3", "GetObject", { Bucket: name, Key: "k" }));

describe("an access point", () => {
  test("is a bucket's other name: by ARN, by alias, by its host", async () => {
    const { AccessPointArn, Alias } = await create();
    expect(AccessPointArn).toBe(arn);
    expect(Alias).toMatch(/^app-[0-9a-f]{34}-s3alias$/);
    for (const name of [arn, Alias, `app-${AccountId}`]) expect(await get(own, name)).toBe("ok");
    expect(await get(own, "nobody-s3alias")).toBe("NoSuchAccessPoint");
    await own.call("s3control", "DeleteAccessPoint", { AccountId, Name: "app" });
    expect(await get(own, arn)).toBe("NoSuchAccessPoint");
    expect(await get(own, Alias)).toBe("NoSuchAccessPoint");
  });

  test("lets others in where its policy and the bucket's both do", async () => {
    await create();
    const allow = (Resource: string, more: object = {}) => ({
      Effect: "Allow",
      Principal: { AWS: "222222222222" },
      Action: "s3:GetObject",
      Resource,
      ...more,
    });
    const text = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
    const Policy = text(allow(`${arn}/object/*`));
    await own.call("s3control", "PutAccessPointPolicy", { AccountId, Name: "app", Policy });
    expect(await get(other, arn)).toBe("AccessDenied");
    const Condition = { StringEquals: { "s3:DataAccessPointAccount": AccountId } };
    const delegating = text(allow(`arn:aws:s3:::${Bucket}/*`, { Principal: "*", Condition }));
    await own.call("s3", "PutBucketPolicy", { Bucket, Policy: delegating });
    expect(await get(other, arn)).toBe("ok");
    expect(await get(other, Bucket)).toBe("AccessDenied");
    await own.call("s3control", "DeleteAccessPointPolicy", { AccountId, Name: "app" });
    expect(await get(other, arn)).toBe("AccessDenied");
    expect(await get(own, arn)).toBe("ok");
  });

  test("denies its own account where its policy says so", async () => {
    await create();
    const statement = { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/object/*` };
    const Policy = JSON.stringify({ Statement: statement });
    await own.call("s3control", "PutAccessPointPolicy", { AccountId, Name: "app", Policy });
    expect(await get(own, arn)).toBe("AccessDenied");
    expect(await get(own, Bucket)).toBe("ok");
  });

  test("is shown, listed by bucket and tagged", async () => {
    await create("app", { Tags: [{ Key: "a", Value: "1" }] });
    await create("bpp");
    expect(await own.call("s3control", "GetAccessPoint", { AccountId, Name: "app" })).toMatchObject({
      Name: "app",
      Bucket,
      NetworkOrigin: "Internet",
      BucketAccountId: AccountId,
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
    });
    const page = await own.call("s3control", "ListAccessPoints", { AccountId, Bucket, MaxResults: 1 });
    expect(page.AccessPointList.map(({ Name }: { Name: string }) => Name)).toEqual(["app"]);
    const { NextToken } = page;
    const rest = await own.call("s3control", "ListAccessPoints", { AccountId, Bucket, NextToken });
    expect(rest.AccessPointList.map(({ Name }: { Name: string }) => Name)).toEqual(["bpp"]);
    const { Tags } = await own.call("s3control", "ListTagsForResource", { AccountId, ResourceArn: arn });
    expect(Tags).toEqual([{ Key: "a", Value: "1" }]);
  });

  test("needs a bucket, a name of its own and its own account", async () => {
    expect(await code(create("app", { Bucket: "nowhere-at-all" }))).toBe("NoSuchBucket");
    expect(await code(create("Noo"))).toBe("InvalidRequest");
    expect(await code(create())).toBe("ok");
    expect(await code(create())).toBe("AccessPointAlreadyOwnedByYou");
    expect(await code(other.call("s3control", "GetAccessPoint", { AccountId, Name: "app" }))).toBe(
      "AccessDenied",
    );
    expect(await code(own.call("s3control", "GetAccessPoint", { AccountId, Name: "none" }))).toBe(
      "NoSuchAccessPoint",
    );
  });
});

test("an account can block what is public in all of its buckets", async () => {
  const nobody = cloud.as({ principal: anonymousPrincipal(), account: "000000000000" });
  await own.call("s3", "DeletePublicAccessBlock", { Bucket });
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  const put = () =>
    own.call("s3", "PutBucketPolicy", { Bucket, Policy: JSON.stringify({ Statement: statement }) });
  await put();
  expect(await get(nobody, Bucket)).toBe("ok");
  const read = () => code(own.call("s3control", "GetPublicAccessBlock", { AccountId }));
  expect(await read()).toBe("NoSuchPublicAccessBlockConfiguration");
  const PublicAccessBlockConfiguration = { RestrictPublicBuckets: true, BlockPublicPolicy: true };
  await own.call("s3control", "PutPublicAccessBlock", { AccountId, PublicAccessBlockConfiguration });
  expect(await read()).toBe("ok");
  expect(await get(nobody, Bucket)).toBe("AccessDenied");
  expect(await code(put())).toBe("AccessDenied");
  await own.call("s3control", "DeletePublicAccessBlock", { AccountId });
  expect(await get(nobody, Bucket)).toBe("ok");
});

test("tags of buckets are S3's", async () => {
  const ResourceArn = `arn:aws:s3:::${Bucket}`;
  await own.call("s3control", "TagResource", { AccountId, ResourceArn, Tags: [{ Key: "a", Value: "1" }] });
  expect((await own.call("s3", "GetBucketTagging", { Bucket })).TagSet).toEqual([{ Key: "a", Value: "1" }]);
  await own.call("s3control", "UntagResource", { AccountId, ResourceArn, TagKeys: ["a"] });
  expect(await code(own.call("s3", "GetBucketTagging", { Bucket }))).toBe("NoSuchTagSet");
});
