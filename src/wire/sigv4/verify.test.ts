import { SignatureV4 } from "@smithy/signature-v4";
import type { HttpRequest as SignableRequest } from "@smithy/types";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/http.ts";
import { canonicalPath, canonicalQuery, canonicalRequest, canonicalS3Path } from "./canonical.ts";
import { readClaim, type SignatureClaim } from "./claim.ts";
import { declaredPayloadHash, sha256 } from "./payload.ts";
import { receivedRequest } from "./received-request.ts";
import { Sha256 } from "./signer-hash.ts";
import { SigningKeys } from "./signing-key.ts";
import { verifySignature } from "./verify.ts";

const s3Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function claimOf(signed: HttpRequest): SignatureClaim {
  const claim = readClaim(signed);
  if (claim?.kind !== "claim") throw new Error(JSON.stringify(claim));
  return claim;
}

/** Undefined where the signature is right. */
function refusalOf(signed: HttpRequest, secret: string, s3: boolean): unknown {
  const claim = claimOf(signed);
  const key = new SigningKeys().get(secret, claim.scope);
  const hash = declaredPayloadHash(signed, claim, s3) ?? sha256(signed.body as Uint8Array);
  return verifySignature(signed, claim, key, hash, s3);
}

describe("AWS's published examples", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const s3 = (
    target: string,
    method: string,
    extra: [string, string][],
    names: string,
    hash: string,
    signature: string,
  ) =>
    receivedRequest(method, target, [
      ["Host", "examplebucket.s3.amazonaws.com"],
      ...extra,
      ["x-amz-content-sha256", hash],
      [
        "Authorization",
        `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`,
      ],
    ]);
  const date: [string, string] = ["x-amz-date", "20130524T000000Z"];

  it.each([
    [
      "GET Object",
      s3(
        "/test.txt",
        "GET",
        [["Range", "bytes=0-9"], date],
        "host;range;x-amz-content-sha256;x-amz-date",
        emptyHash,
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
      ),
    ],
    [
      "PUT Object",
      s3(
        "/test%24file.text",
        "PUT",
        [["Date", "Fri, 24 May 2013 00:00:00 GMT"], date, ["x-amz-storage-class", "REDUCED_REDUNDANCY"]],
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
      ),
    ],
    [
      "GET Bucket Lifecycle",
      s3(
        "/?lifecycle",
        "GET",
        [date],
        "host;x-amz-content-sha256;x-amz-date",
        emptyHash,
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
      ),
    ],
    [
      "GET Bucket (List Objects)",
      s3(
        "/?max-keys=2&prefix=J",
        "GET",
        [date],
        "host;x-amz-content-sha256;x-amz-date",
        emptyHash,
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
      ),
    ],
  ])("S3 %s", (_, signed) => {
    expect(refusalOf(signed, s3Secret, true)).toBeUndefined();
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  it("S3 presigned URL", () => {
    const signed = receivedRequest(
      "GET",
      "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
      [["Host", "examplebucket.s3.amazonaws.com"]],
    );
    expect(refusalOf(signed, s3Secret, true)).toBeUndefined();
  });

  // https://docs.aws.amazon.com/general/latest/gr/sigv4-create-canonical-request.html
  it("IAM ListUsers", () => {
    const signed = receivedRequest("GET", "/?Action=ListUsers&Version=2010-05-08", [
      ["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"],
      ["Host", "iam.amazonaws.com"],
      ["X-Amz-Date", "20150830T123600Z"],
      [
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
      ],
    ]);
    expect(refusalOf(signed, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", false)).toBeUndefined();
  });

  // The signature test suite, aws-sig-v4-test-suite: service `service`, 20150830T123600Z.
  const suite = (
    method: string,
    target: string,
    headers: [string, string][],
    names: string,
    signature: string,
    body = "",
  ) =>
    receivedRequest(
      method,
      target,
      [
        ["Host", "example.amazonaws.com"],
        ...headers,
        ["X-Amz-Date", "20150830T123600Z"],
        [
          "Authorization",
          `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
        ],
      ],
      body,
    );

  it.each([
    [
      "get-vanilla",
      suite(
        "GET",
        "/",
        [],
        "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
      ),
    ],
    [
      "get-header-key-duplicate",
      suite(
        "GET",
        "/",
        [
          ["My-Header1", "value2"],
          ["My-Header1", "value2"],
          ["My-Header1", "value1"],
        ],
        "host;my-header1;x-amz-date",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
      ),
    ],
    [
      "get-header-value-trim",
      suite(
        "GET",
        "/",
        [
          ["My-Header1", "value1"],
          ["My-Header2", '"a   b   c"'],
        ],
        "host;my-header1;my-header2;x-amz-date",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
      ),
    ],
    [
      "get-vanilla-query-order-key-case",
      suite(
        "GET",
        "/?Param2=value2&Param1=value1",
        [],
        "host;x-amz-date",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
      ),
    ],
    [
      "get-utf8",
      suite(
        "GET",
        Buffer.from("/ሴ").toString("latin1"),
        [],
        "host;x-amz-date",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
      ),
    ],
    [
      "post-vanilla",
      suite(
        "POST",
        "/",
        [],
        "host;x-amz-date",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
      ),
    ],
    [
      "get-relative (normalize-path)",
      suite(
        "GET",
        "/example/..",
        [],
        "host;x-amz-date",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
      ),
    ],
    [
      "get-slashes (normalize-path)",
      suite(
        "GET",
        "//example//",
        [],
        "host;x-amz-date",
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
      ),
    ],
    [
      "post-x-www-form-urlencoded",
      suite(
        "POST",
        "/",
        [["Content-Type", "application/x-www-form-urlencoded"]],
        "content-type;host;x-amz-date",
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        "Param1=value1",
      ),
    ],
  ])("test suite %s", (_, signed) => {
    expect(refusalOf(signed, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", false)).toBeUndefined();
  });
});

function signer(s3: boolean): SignatureV4 {
  return new SignatureV4({
    credentials: { accessKeyId: "AKID", secretAccessKey: s3Secret },
    region: "us-east-1",
    service: s3 ? "s3" : "lambda",
    sha256: Sha256,
    uriEscapePath: !s3,
    applyChecksum: s3,
  });
}

const word = fc.string({
  unit: fc.constantFrom(..."abcXYZ019-._~ /+%:$&=?;,@'()*!éü\u{1f600}"),
  maxLength: 12,
});
const encodeSegment = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

describe("what a real signer signs", () => {
  it.each([
    ["S3", true],
    ["all other services", false],
  ])("verifies for any path, query and header, %s", async (_, s3) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { maxLength: 4 }),
        fc.dictionary(
          word.filter((each) => each !== ""),
          word,
          { maxKeys: 4, noNullPrototype: true },
        ),
        fc.stringMatching(/^[a-z0-9]([a-z0-9 ,;=]*[a-z0-9])?$/),
        fc.string(),
        async (segments, query, header, body) => {
          const path = `/${segments.map(encodeSegment).join("/")}`;
          const signed = await signer(s3).sign({
            method: "POST",
            protocol: "https:",
            hostname: "localhost",
            path,
            query,
            headers: { host: "localhost:4566", "x-amz-meta-h": header },
            body,
          } as SignableRequest);
          const search = Object.entries(query)
            .map(([name, value]) => `${encodeSegment(name)}=${encodeSegment(value)}`)
            .join("&");
          const received = receivedRequest(
            "POST",
            search === "" ? path : `${path}?${search}`,
            Object.entries(signed.headers),
            body,
          );
          expect(refusalOf(received, s3Secret, s3)).toBeUndefined();
          expect(refusalOf(received, "another", s3)).toMatchObject({ reason: "mismatch" });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a signature does not cover", () => {
  const signed = (headers: [string, string][], names: string): HttpRequest =>
    receivedRequest("GET", "/", [
      ["Host", "localhost"],
      ["X-Amz-Date", "20150830T123600Z"],
      ...headers,
      [
        "Authorization",
        `AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/sqs/aws4_request, SignedHeaders=${names}, Signature=00`,
      ],
    ]);

  it("a host that is not among its headers", () => {
    expect(refusalOf(signed([], "x-amz-date"), "s", false)).toMatchObject({
      reason: "unsigned-headers",
      fields: { HeadersNotSigned: "host" },
    });
  });

  it("a target added afterwards", () => {
    const received = signed([["X-Amz-Target", "AmazonSQS.DeleteQueue"]], "host;x-amz-date");
    expect(refusalOf(received, "s", false)).toMatchObject({
      reason: "unsigned-headers",
      fields: { HeadersNotSigned: "x-amz-target" },
    });
  });
});

describe("canonical forms", () => {
  it("leave S3's path as it travels, but for its encoding", () => {
    expect(canonicalS3Path("/a//b/../c.txt")).toBe("/a//b/../c.txt");
    expect(canonicalS3Path("/a%20b/%7e!")).toBe("/a%20b/~%21");
  });

  it("normalise and encode the path a second time elsewhere", () => {
    expect(canonicalPath("/a//b/../c%3Ad/./e:f/")).toBe("/a/c%253Ad/e%3Af/");
    expect(canonicalPath("/..")).toBe("/");
  });

  it("sort a query by encoded name and value, without the signature where presigned", () => {
    expect(canonicalQuery("b=2&a=3&a=1&A=0&X-Amz-Signature=f&flag", false)).toBe(
      "A=0&X-Amz-Signature=f&a=1&a=3&b=2&flag=",
    );
    expect(canonicalQuery("X-Amz-Signature=f&a=x+y%2bz", true)).toBe("a=x%20y%2Bz");
  });

  it("are printed in AWS's lines", () => {
    const text = canonicalRequest(receivedRequest("GET", "/", [["Host", "h"]]), {
      signedHeaders: "host",
      payloadHash: "p",
      pathEncodedOnce: false,
      omitSignature: false,
      fromRawHeaders: false,
    });
    expect(text).toBe("GET\n/\n\nhost:h\n\nhost\np");
  });
});
