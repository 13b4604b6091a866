// Rules for pages of other origins: which is met, and what it says.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { CrossOriginAnswer, CrossOriginQuestion } from "../../../core/cross-origin.ts";
import type { Fault } from "../../../core/fault.ts";
import { anonymousPrincipal } from "../../../core/principal.ts";
import { type TestCloud, testCloud } from "../../test-cloud.ts";
import s3 from "../index.ts";

const Bucket = "pages";
let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud([s3]);
  await cloud.call("s3", "CreateBucket", { Bucket });
});
afterEach(() => cloud.stop());

const configure = (...CORSRules: object[]) =>
  cloud.call("s3", "PutBucketCors", { Bucket, CORSConfiguration: { CORSRules } });

function ask(question: Partial<CrossOriginQuestion>): Promise<CrossOriginAnswer | undefined> {
  const asked = {
    resource: Bucket,
    origin: "https://a.example",
    method: "GET",
    headers: [],
    preflight: true,
  };
  const info = { requestId: "", principal: anonymousPrincipal(), endpoint: "", sourceIp: "", userAgent: "" };
  const place = { account: "000000000000", region: "us-east-1" };
  return cloud.kernel.transact(place, info, (tx) => s3.crossOrigin!({ ...asked, ...question }, tx));
}

test("the first rule that is met says what a page may do", async () => {
  await configure(
    { AllowedMethods: ["GET"], AllowedOrigins: ["https://other.example"] },
    {
      AllowedMethods: ["PUT", "GET"],
      AllowedOrigins: ["https://*.example"],
      AllowedHeaders: ["x-amz-*", "Content-Type"],
      ExposeHeaders: ["ETag"],
      MaxAgeSeconds: 300,
    },
    { AllowedMethods: ["HEAD"], AllowedOrigins: ["*"] },
  );
  expect(await ask({ method: "PUT", headers: ["content-type", "x-amz-acl"] })).toEqual({
    allowed: true,
    headers: {
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-methods": "PUT, GET",
      "access-control-allow-headers": "content-type, x-amz-acl",
      "access-control-expose-headers": "ETag",
      "access-control-max-age": "300",
      "access-control-allow-credentials": "true",
      vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    },
  });
  expect((await ask({ method: "HEAD" }))?.headers["access-control-allow-origin"]).toBe("*");
  expect((await ask({ method: "HEAD" }))?.headers["access-control-allow-credentials"]).toBeUndefined();
  expect(await ask({ method: "PUT", headers: ["authorization"] }).catch((error: Fault) => error.code)).toBe(
    "AccessForbidden",
  );
  expect(await ask({ method: "DELETE", preflight: false })).toEqual({ allowed: false, headers: {} });
});

test("a bucket without rules leaves the question open", async () => {
  expect(await ask({})).toBeUndefined();
  expect(await ask({ resource: "no-such-bucket" })).toBeUndefined();
});

test.each([
  [
    { AllowedMethods: ["PATCH"], AllowedOrigins: ["*"] },
    "Found unsupported HTTP method in CORS config. Unsupported method is PATCH",
  ],
  [
    { AllowedMethods: ["GET"], AllowedOrigins: ["*.*"] },
    'AllowedOrigin "*.*" can not have more than one wildcard.',
  ],
  [
    { AllowedMethods: ["GET"], AllowedOrigins: ["*"], ExposeHeaders: ["x-*"] },
    'ExposeHeader "x-*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
  ],
])("%j is refused", async (rule, message) => {
  const fault = await configure(rule).catch((error: Fault) => error);
  expect([fault.code, fault.message]).toEqual(["InvalidRequest", message]);
});

test("rules read as they were set, until they are deleted", async () => {
  const rule = { AllowedMethods: ["GET"], AllowedOrigins: ["*"] };
  await configure(rule);
  expect((await cloud.call("s3", "GetBucketCors", { Bucket })).CORSRules).toEqual([rule]);
  await cloud.call("s3", "DeleteBucketCors", { Bucket });
  const fault = await cloud.call("s3", "GetBucketCors", { Bucket }).catch((error: Fault) => error);
  expect(fault.code).toBe("NoSuchCORSConfiguration");
});
