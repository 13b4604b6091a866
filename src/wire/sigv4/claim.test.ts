import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readClaim, type SignatureClaim } from "./claim.ts";
import { readSignatureDate, writeSignatureDate } from "./dates.ts";
import { receivedRequest } from "./received-request.ts";
import { SigningKey, SigningKeys } from "./signing-key.ts";
import { verifyDates } from "./verify.ts";

describe("dates", () => {
  const now = Date.UTC(2015, 7, 30, 12, 36, 0);
  const claim = (timestamp: string, extra: Partial<SignatureClaim> = {}): SignatureClaim => ({
    kind: "claim",
    form: "header",
    asymmetric: false,
    accessKeyId: "AKID",
    day: "20150830",
    region: "us-east-1",
    service: "sqs",
    scope: "20150830/us-east-1/sqs/aws4_request",
    signedHeaders: "host",
    signature: "",
    timestamp,
    sessionToken: undefined,
    expires: undefined,
    ...extra,
  });

  it("are read and written in the compact form", () => {
    expect(readSignatureDate("20150830T123600Z")).toBe(now);
    expect(writeSignatureDate(now)).toBe("20150830T123600Z");
    expect(readSignatureDate("20150830 123600Z")).toBeUndefined();
    expect(readSignatureDate("2015083xT123600Z")).toBeUndefined();
  });

  it("may be 15 minutes off", () => {
    expect(verifyDates(claim("20150830T122100Z"), now, false)).toBeUndefined();
    expect(verifyDates(claim("20150830T125100Z"), now, false)).toBeUndefined();
    expect(verifyDates(claim("20150830T122059Z"), now, false)?.message).toBe(
      "Signature expired: 20150830T122059Z is now earlier than 20150830T122100Z (20150830T123600Z - 15 min.)",
    );
    expect(verifyDates(claim("20150830T125101Z"), now, false)?.message).toBe(
      "Signature not yet current: 20150830T125101Z is still later than 20150830T125100Z (20150830T123600Z + 15 min.)",
    );
    expect(verifyDates(claim("20150830T122059Z"), now, true)).toMatchObject({
      reason: "skewed",
      fields: { MaxAllowedSkewMilliseconds: "900000" },
    });
  });

  it("must match the scope's", () => {
    expect(verifyDates(claim("20150830T123600Z", { day: "20150829" }), now, false)).toMatchObject({
      reason: "mismatch",
    });
  });

  it("end a presigned URL after its seconds, seven days at most", () => {
    const presigned = (expires: string): SignatureClaim =>
      claim("20150830T113600Z", { form: "query", expires });
    expect(verifyDates(presigned("3600"), now, true)).toBeUndefined();
    expect(verifyDates(presigned("3599"), now, true)).toMatchObject({
      reason: "expired",
      message: "Request has expired",
      fields: { Expires: "2015-08-30T12:35:59Z", ServerTime: "2015-08-30T12:36:00Z" },
    });
    for (const expires of ["604801", "-1", "soon", ""]) {
      expect(verifyDates(presigned(expires), now, true)).toMatchObject({ reason: "query-parameters" });
    }
  });
});

describe("readClaim", () => {
  const authorized = (value: string, query = ""): unknown =>
    readClaim(
      receivedRequest("GET", `/${query}`, [
        ["Host", "h"],
        ["X-Amz-Date", "20150830T123600Z"],
        ["Authorization", value],
      ]),
    );

  it("reads fields with and without spaces, in any order", () => {
    expect(
      authorized(
        "AWS4-HMAC-SHA256 Signature=ab,SignedHeaders=host,Credential=K/20150830/eu-west-1/sqs/aws4_request",
      ),
    ).toMatchObject({ accessKeyId: "K", region: "eu-west-1", service: "sqs", signature: "ab" });
  });

  it("names what is missing", () => {
    expect(authorized("AWS4-HMAC-SHA256 Credential=K/20150830/eu-west-1/sqs/aws4_request")).toMatchObject({
      reason: "incomplete",
      message: expect.stringContaining("Authorization header requires 'Signature' parameter."),
    });
    expect(authorized("AWS4-HMAC-SHA256 Credential=K/sqs, SignedHeaders=host, Signature=ab")).toMatchObject({
      reason: "incomplete",
    });
  });

  it("takes Signature Version 2 in S3's presigned addresses only, and leaves tokens of other schemes alone", () => {
    expect(authorized("AWS K:c2lnbmF0dXJl")).toMatchObject({ reason: "unsupported" });
    expect(authorized("Bearer token")).toBeUndefined();
    const query = "/k?AWSAccessKeyId=K&Signature=s&Expires=1";
    expect(readClaim(receivedRequest("GET", query, []))).toMatchObject({ version: 2, service: "s3" });
    expect(readClaim(receivedRequest("GET", `${query}&SignatureVersion=2`, []))).toMatchObject({
      reason: "unsupported",
    });
  });

  it("reads the region of SigV4A from its header", () => {
    const claim = readClaim(
      receivedRequest("GET", "/", [
        ["X-Amz-Date", "20150830T123600Z"],
        ["X-Amz-Region-Set", "eu-west-1,us-east-1"],
        [
          "Authorization",
          "AWS4-ECDSA-P256-SHA256 Credential=K/20150830/s3/aws4_request, SignedHeaders=host, Signature=ab",
        ],
      ]),
    );
    expect(claim).toMatchObject({ asymmetric: true, region: "eu-west-1", service: "s3", accessKeyId: "K" });
  });
});

describe("SigningKeys", () => {
  it("derives AWS's example key", () => {
    // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
    const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const derived = "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d";
    const signature = createHmac("sha256", Buffer.from(derived, "hex")).update("text").digest("hex");
    expect(new SigningKeys().get(secret, "20120215/us-east-1/iam/aws4_request").sign("text")).toBe(signature);
  });

  it("signs texts of any length as HMAC does, one after the other", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.string({ unit: "binary-ascii", maxLength: 700, size: "max" }), {
          minLength: 1,
          maxLength: 3,
        }),
        (secret, texts) => {
          const key = new SigningKey(Buffer.from(secret));
          for (const text of texts) {
            expect(key.sign(text)).toBe(createHmac("sha256", secret).update(text, "latin1").digest("hex"));
          }
        },
      ),
    );
  });

  it("keeps what is in use and forgets what is not", () => {
    const keys = new SigningKeys(2);
    const first = keys.get("secret", "a/b/c/aws4_request");
    for (let at = 0; at < 10; at++) {
      keys.get("secret", `${at}/b/c/aws4_request`);
      expect(keys.get("secret", "a/b/c/aws4_request")).toBe(first);
    }
    for (let at = 0; at < 10; at++) keys.get("secret", `${at}/b/c/aws4_request`);
    expect(keys.get("secret", "a/b/c/aws4_request")).not.toBe(first);
  });
});
