// The example of the Developer Guide ("Query String Request Authentication"),
// and what botocore's signer makes of richer requests.

import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { SignatureClaim } from "../sigv4/claim.ts";
import { receivedRequest } from "../sigv4/received-request.ts";
import { readPresignedV2, verifyExpiryV2, verifySignatureV2 } from "./presigned.ts";

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const key = "AKIAIOSFODNN7EXAMPLE";
const host = ["Host", "johnsmith.s3.amazonaws.com"] as const;
const example = `/photos/puppy.jpg?AWSAccessKeyId=${key}&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620`;

function claimOf(request: ReturnType<typeof receivedRequest>): SignatureClaim {
  const claim = readPresignedV2(request);
  if (claim === undefined) throw new Error("no claim");
  return claim;
}

test("the guide's example verifies, with the bucket that its host names", () => {
  const request = receivedRequest("GET", example, [host]);
  const claim = claimOf(request);
  expect(claim).toMatchObject({ accessKeyId: key, service: "s3", region: "aws-global" });
  expect(verifySignatureV2(request, claim, "johnsmith", secret)).toBeUndefined();
});

test.each([
  ["another method", receivedRequest("DELETE", example, [host]), "johnsmith"],
  ["another bucket", receivedRequest("GET", example, [host]), "other"],
  ["the bucket's name in the path", receivedRequest("GET", example, [host]), undefined],
  ["a header of Amazon's", receivedRequest("GET", example, [host, ["x-amz-acl", "private"]]), "johnsmith"],
  ["a subresource", receivedRequest("GET", `${example}&acl`, [host]), "johnsmith"],
  ["another end", receivedRequest("GET", example.replace("9620", "9621"), [host]), "johnsmith"],
])("%s does not", (_what, request, bucket) => {
  expect(verifySignatureV2(request, claimOf(request), bucket, secret)).toMatchObject({ reason: "mismatch" });
});

test("headers in the query and subresources are signed", () => {
  const toSign =
    "PUT\n\ntext/plain\n1175139620\nx-amz-meta-a:1\nx-amz-security-token:t+/=\n/b/a%20b?partNumber=1&response-content-type=a/b&uploadId=u";
  const signature = createHmac("sha1", secret).update(toSign).digest("base64");
  const query = `uploadId=u&partNumber=1&response-content-type=a%2Fb&AWSAccessKeyId=${key}&Signature=${encodeURIComponent(signature)}&x-amz-meta-a=1&x-amz-security-token=t%2B%2F%3D&content-type=text%2Fplain&Expires=1175139620`;
  const request = receivedRequest("PUT", `/b/a%20b?${query}`, []);
  const claim = claimOf(request);
  expect(claim.sessionToken).toBe("t+/=");
  expect(verifySignatureV2(request, claim, undefined, secret)).toBeUndefined();
});

test("an address lives until its end", () => {
  const claim = claimOf(receivedRequest("GET", example, [host]));
  expect(verifyExpiryV2(claim, 1175139620_000)).toBeUndefined();
  expect(verifyExpiryV2(claim, 1175139621_000)).toMatchObject({ reason: "expired" });
  expect(verifyExpiryV2({ ...claim, expires: "soon" }, 0)).toMatchObject({ reason: "query-parameters" });
});

test("query services of old are not taken for S3", () => {
  expect(readPresignedV2(receivedRequest("GET", `${example}&SignatureVersion=2`, []))).toBeUndefined();
});
