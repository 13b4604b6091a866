// What no well-meaning client asks of S3: documents, headers, parameters, names,
// ranges and forms that are broken, each with the code that must come back.

import { createHash } from "node:crypto";
import { request } from "../support/raw.ts";
import { presign } from "../support/sign.ts";
import { type Case, key, rest, secret, signed, status } from "./case.ts";

/** Status and code; a code alone is of status 400. */
type Expected = string | readonly [number, string];

const answerOf = (expected: Expected): RegExp =>
  typeof expected === "string"
    ? status(400, `<Code>${expected}</Code>`)
    : status(expected[0], expected[1] === "" ? "" : `<Code>${expected[1]}</Code>`);

function ask(
  name: string,
  line: string,
  expected: Expected,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = "",
): Case {
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
  return { name, bytes: rest("s3", line, lines, body), answer: answerOf(expected) };
}

const deep = `${"<a>".repeat(50_000)}${"</a>".repeat(50_000)}`;
const brokenDocuments: readonly (readonly [string, string | Buffer])[] = [
  ["no XML", "nonsense"],
  ["an element that is not closed", "<A><B>"],
  ["elements that cross", "<A><B></A></B>"],
  ["an undeclared entity", "<A>&nonesuch;</A>"],
  ["a declared entity", '<!DOCTYPE A [<!ENTITY e "x">]><A>&e;</A>'],
  ["bytes that are no UTF-8", Buffer.from("<A>\xff\xfe</A>", "latin1")],
  ["fifty thousand levels", deep],
  ["two roots", "<A/><B/>"],
];

const documentOperations: readonly string[] = [
  "PUT /bad/object?tagging",
  "PUT /bad?tagging",
  "POST /bad?delete",
  "POST /bad/object?uploadId=x",
  "PUT /bad?versioning",
  "PUT /bad?encryption",
  "PUT /bad?object-lock",
  "PUT /bad/object?retention",
  "PUT /bad/object?legal-hold",
  "POST /bad/object?restore",
  "POST /bad/object?select&select-type=2",
  "PUT /bad?ownershipControls",
  "PUT /bad?publicAccessBlock",
];

const documents = documentOperations.flatMap((line) =>
  brokenDocuments.map(([what, body]) => ask(`${line} with ${what}`, line, "MalformedXML", {}, body)),
);

const objects = (count: number): string =>
  `<Delete>${Array.from({ length: count }, (_, at) => `<Object><Key>${at}</Key></Object>`).join("")}</Delete>`;
const wrongDocuments = [
  ask("no object to delete", "POST /bad?delete", "MalformedXML", {}, "<Delete></Delete>"),
  ask("too many to delete", "POST /bad?delete", "MalformedXML", {}, objects(1001)),
  ask(
    "no part to complete",
    "POST /bad/k?uploadId=x",
    [404, "NoSuchUpload"],
    {},
    "<CompleteMultipartUpload/>",
  ),
  ask(
    "a part number that is no number",
    "POST /bad/k?uploadId=x",
    "MalformedXML",
    {},
    "<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>",
  ),
  ask(
    "a state of versioning that there is not",
    "PUT /bad?versioning",
    "MalformedXML",
    {},
    "<VersioningConfiguration><Status>Maybe</Status></VersioningConfiguration>",
  ),
  ask(
    "an algorithm that there is not",
    "PUT /bad?encryption",
    "MalformedXML",
    {},
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>ROT13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
  ),
  ask(
    "a tag without a key",
    "PUT /bad/object?tagging",
    "InvalidTag",
    {},
    "<Tagging><TagSet><Tag><Key></Key><Value>v</Value></Tag></TagSet></Tagging>",
  ),
  ask(
    "a retention on a bucket without locks",
    "PUT /bad/object?retention",
    "InvalidRequest",
    {},
    "<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>",
  ),
  ask(
    "a restore of what is not archived",
    "POST /bad/object?restore",
    [403, "InvalidObjectState"],
    {},
    "<RestoreRequest><Days>1</Days></RestoreRequest>",
  ),
];

const put = (
  what: string,
  headers: Readonly<Record<string, string>>,
  expected: Expected = "InvalidArgument",
) => ask(`an upload with ${what}`, "PUT /bad/refused", expected, headers, "content");
const customer = "x-amz-server-side-encryption-customer";
const lock = "x-amz-object-lock";
const zeros = Buffer.alloc(32).toString("base64");

const uploads = [
  put("an unknown storage class", { "x-amz-storage-class": "COLD" }, "InvalidStorageClass"),
  put("an unknown encryption", { "x-amz-server-side-encryption": "ROT13" }),
  put("a KMS key without KMS", {
    "x-amz-server-side-encryption": "AES256",
    "x-amz-server-side-encryption-aws-kms-key-id": "k",
  }),
  put("a context that is no JSON", {
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-context": "AAAA",
  }),
  put("a customer's key without its algorithm", { [`${customer}-key`]: zeros }),
  put("a customer's algorithm without its key", { [`${customer}-algorithm`]: "AES256" }),
  put(
    "another algorithm for a customer's key",
    { [`${customer}-algorithm`]: "DES", [`${customer}-key`]: zeros, [`${customer}-key-md5`]: "AAAA" },
    "InvalidEncryptionAlgorithmError",
  ),
  put("a customer's key of another MD5", {
    [`${customer}-algorithm`]: "AES256",
    [`${customer}-key`]: zeros,
    [`${customer}-key-md5`]: "AAAA",
  }),
  put("a customer's key that is too short", {
    [`${customer}-algorithm`]: "AES256",
    [`${customer}-key`]: "AAAA",
    [`${customer}-key-md5`]: "AAAA",
  }),
  put("a lock that the bucket has not", { [`${lock}-legal-hold`]: "ON" }, "InvalidRequest"),
  put("a legal hold that is neither", { [`${lock}-legal-hold`]: "MAYBE" }),
  put("an unknown mode of retention", {
    [`${lock}-mode`]: "X",
    [`${lock}-retain-until-date`]: "2099-01-01T00:00:00Z",
  }),
  put("a retention until no date", { [`${lock}-mode`]: "GOVERNANCE", [`${lock}-retain-until-date`]: "soon" }),
  put("an MD5 that is none", { "content-md5": "AAAA" }, "InvalidDigest"),
  put("an MD5 that is no base64", { "content-md5": "%%%" }, "InvalidDigest"),
  put("the MD5 of something else", { "content-md5": Buffer.alloc(16).toString("base64") }, "BadDigest"),
  put(
    "eleven tags",
    { "x-amz-tagging": Array.from({ length: 11 }, (_, at) => `t${at}=v`).join("&") },
    "BadRequest",
  ),
  put("a tag twice", { "x-amz-tagging": "a=1&a=2" }, "InvalidTag"),
  put("a tag of a wrong letter", { "x-amz-tagging": "a=%3C" }, "InvalidTag"),
  put("a tag of the system's", { "x-amz-tagging": "aws:a=1" }, "InvalidTag"),
  put("a tag that is too long", { "x-amz-tagging": `a=${"x".repeat(257)}` }, "InvalidTag"),
  put("too much metadata", { "x-amz-meta-a": "x".repeat(2048) }, "MetadataTooLarge"),
  put("an unknown canned list", { "x-amz-acl": "everybody" }),
  put(
    "a list of access that is switched off",
    { "x-amz-acl": "public-read" },
    "AccessControlListNotSupported",
  ),
  put(
    "two checksums",
    { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-crc32c": "AAAAAA==" },
    "InvalidRequest",
  ),
  put("an unknown checksum algorithm", { "x-amz-sdk-checksum-algorithm": "ROT13" }, "InvalidRequest"),
  put("a checksum that was announced only", { "x-amz-sdk-checksum-algorithm": "CRC32" }, "InvalidRequest"),
  put("a hash that is not its own", { "x-amz-content-sha256": "0".repeat(64) }, "XAmzContentSHA256Mismatch"),
  put("a condition that S3 has not", { "if-none-match": '"abc"' }, [501, "NotImplemented"]),
  put("a condition on nothing", { "if-match": '"abc"' }, [404, "NoSuchKey"]),
  ...["crc32", "crc32c", "crc64nvme", "sha1", "sha256"].flatMap((algorithm) => [
    put(`a ${algorithm} that is none`, { [`x-amz-checksum-${algorithm}`]: "!" }, "InvalidRequest"),
    put(
      `the ${algorithm} of something else`,
      { [`x-amz-checksum-${algorithm}`]: Buffer.alloc(sizeOf(algorithm), 1).toString("base64") },
      "BadDigest",
    ),
  ]),
];

function sizeOf(algorithm: string): number {
  return { crc64nvme: 8, sha1: 20, sha256: 32 }[algorithm] ?? 4;
}

const copy = (source: string, expected: Expected, more: Readonly<Record<string, string>> = {}) =>
  ask(`a copy of ${source} ${Object.keys(more).join(" ")}`, "PUT /bad/refused", expected, {
    "x-amz-copy-source": source,
    ...more,
  });
const copies = [
  copy("nothing", "InvalidArgument"),
  copy("/", "InvalidArgument"),
  copy("bad/", "InvalidArgument"),
  copy("/bad", "InvalidArgument"),
  copy("bad/%zz", "InvalidArgument"),
  copy("bad/missing", [404, "NoSuchKey"]),
  copy("nonesuch-bucket/k", [404, "NoSuchBucket"]),
  copy("bad/object?versionId=none", "InvalidArgument"),
  copy("bad/object", "InvalidArgument", { "x-amz-metadata-directive": "KEEP" }),
  copy("bad/object", "InvalidArgument", { "x-amz-tagging-directive": "KEEP" }),
  copy("bad/object", [412, "PreconditionFailed"], { "x-amz-copy-source-if-match": '"no"' }),
  copy("bad/object", [412, "PreconditionFailed"], { "x-amz-copy-source-if-none-match": "*" }),
  copy("bad/object", "InvalidRequest", {
    "x-amz-copy-source-server-side-encryption-customer-algorithm": "AES256",
    "x-amz-copy-source-server-side-encryption-customer-key": zeros,
    "x-amz-copy-source-server-side-encryption-customer-key-md5": createHash("md5")
      .update(Buffer.alloc(32))
      .digest("base64"),
  }),
  ask("a copy onto itself", "PUT /bad/object", "InvalidRequest", { "x-amz-copy-source": "bad/object" }),
];

const get = (query: string, expected: Expected) => ask(`GET /bad${query}`, `GET /bad${query}`, expected);
const parameters = [
  get("?max-keys=-1", "InvalidArgument"),
  get("?max-keys=many", "InvalidArgument"),
  get("?max-keys=1&max-keys=2", "InvalidArgument"),
  get("?encoding-type=base64", "InvalidArgument"),
  get("?list-type=2&max-keys=-5", "InvalidArgument"),
  get("?list-type=2&continuation-token=AAAA", "InvalidArgument"),
  get("?list-type=2&continuation-token=%25%25", "InvalidArgument"),
  get("?list-type=2&fetch-owner=perhaps", "InvalidArgument"),
  get("?versions&version-id-marker=abc", "InvalidArgument"),
  get("?versions&key-marker=a&version-id-marker=abc", "InvalidArgument"),
  get("?uploads&max-uploads=-1", "InvalidArgument"),
  get("?uploads&encoding-type=x", "InvalidArgument"),
  get("/object?versionId=abc", "InvalidArgument"),
  get("/object?partNumber=0", "InvalidArgument"),
  get("/object?partNumber=-1", "InvalidArgument"),
  get("/object?partNumber=two", "InvalidArgument"),
  get("/object?partNumber=10001", "InvalidArgument"),
  get("/object?partNumber=2", [416, "InvalidPartNumber"]),
  get("/object?response-expires=soon", "InvalidArgument"),
  get("/object?uploadId=none", [404, "NoSuchUpload"]),
  get("/object?retention", "InvalidRequest"),
  get("/missing", [404, "NoSuchKey"]),
  get(`/${"k".repeat(1025)}`, "KeyTooLongError"),
  get("/%zz", "InvalidURI"),
  get("/%ff%fe", "InvalidURI"),
  get("?policy", [404, "NoSuchBucketPolicy"]),
  get("?nonesuch&cors", [404, "NoSuchCORSConfiguration"]),
  ask("a part of no upload", "PUT /bad/k?uploadId=x&partNumber=1", [404, "NoSuchUpload"], {}, "x"),
  ask("a part that is no number", "PUT /bad/k?uploadId=x&partNumber=one", "InvalidArgument", {}, "x"),
  ask("part zero", "PUT /bad/k?uploadId=x&partNumber=0", "InvalidArgument", {}, "x"),
  ask("part 10,001", "PUT /bad/k?uploadId=x&partNumber=10001", "InvalidArgument", {}, "x"),
  ask("a key that is too long", `PUT /bad/${"k".repeat(1025)}`, "KeyTooLongError", {}, "x"),
  ask("an upload of an unknown checksum", "POST /bad/k?uploads", "InvalidRequest", {
    "x-amz-checksum-algorithm": "X",
  }),
  ask("a checksum type without algorithm", "POST /bad/k?uploads", "InvalidRequest", {
    "x-amz-checksum-type": "COMPOSITE",
  }),
  ask("an owner that is no account", "GET /bad", "InvalidBucketOwnerAWSAccountID", {
    "x-amz-expected-bucket-owner": "me",
  }),
  ask("another owner", "GET /bad", [403, "AccessDenied"], { "x-amz-expected-bucket-owner": "111111111111" }),
];

const ranges = [
  ...["bytes=7-", "bytes=100-200", "bytes=-0"].map((Range) =>
    ask(`the range ${Range}`, "GET /bad/object", [416, "InvalidRange"], { Range }),
  ),
  ...[
    "bytes=",
    "bytes=-",
    "bytes=5-2",
    "bytes=a-b",
    "lines=0-1",
    "bytes=0-1,3-4",
    "bytes 0-1",
    "=",
    "0-1",
  ].map((Range) => ask(`the range ${Range}`, "GET /bad/object", [200, ""], { Range })),
  ask("a range and a part", "GET /bad/object?partNumber=1", "InvalidRequest", { Range: "bytes=0-1" }),
  ask("a failed match", "GET /bad/object", [412, "PreconditionFailed"], { "If-Match": '"no"' }),
  ask("a date that is none", "GET /bad/object", "InvalidArgument", { "If-Modified-Since": "yesterday" }),
];

const bucketNames = [
  "Upper",
  "a",
  "ab",
  "a_b",
  "-ab",
  "ab-",
  "a..b",
  "1.2.3.4",
  "xn--abc",
  "sthree-abc",
  "abc-s3alias",
  "abc--ol-s3",
  "abc--x-s3",
  "x".repeat(64),
  "a%20b",
  "a%C3%A4b",
].map((name) => ask(`the bucket ${name}`, `PUT /${name}`, "InvalidBucketName"));

const methods = ["PATCH /bad", "PATCH /bad/object", "POST /bad/object", "PUT /", "DELETE /", "POST /bad"].map(
  (line) => ask(line, line, [405, "MethodNotAllowed"]),
);

const object = {
  service: "s3",
  method: "GET",
  path: "/bad/object",
  headers: { host: "localhost" },
  key,
  secret,
} as const;
const presigned = (name: string, parameters: Readonly<Record<string, string>>, expected: Expected): Case => ({
  name: `an address with ${name}`,
  bytes: request([`GET ${presign(object, parameters)} HTTP/1.1`, "Host: localhost", "Connection: close"]),
  answer: answerOf(expected),
});
const signatures = [
  presigned("another algorithm", { "X-Amz-Algorithm": "ROT13" }, "AuthorizationQueryParametersError"),
  presigned("a time that is too long", { "X-Amz-Expires": "604801" }, "AuthorizationQueryParametersError"),
  presigned("a time below zero", { "X-Amz-Expires": "-1" }, "AuthorizationQueryParametersError"),
  presigned("a time that is none", { "X-Amz-Expires": "soon" }, "AuthorizationQueryParametersError"),
  presigned("a date that is none", { "X-Amz-Date": "today" }, "AuthorizationQueryParametersError"),
  presigned("half a credential", { "X-Amz-Credential": key }, "AuthorizationQueryParametersError"),
  {
    name: "another secret",
    bytes: signed({ ...object, secret: "wrong" }),
    answer: answerOf([403, "SignatureDoesNotMatch"]),
  },
  {
    name: "a path that changed",
    bytes: signed(object, {}, { line: "GET /bad/other" }),
    answer: answerOf([403, "SignatureDoesNotMatch"]),
  },
  {
    name: "a time long ago",
    bytes: signed({ ...object, at: Date.now() - 3_600_000 }),
    answer: answerOf([403, "RequestTimeTooSkewed"]),
  },
  {
    name: "no hash of the body",
    bytes: signed(object, { "x-amz-content-sha256": undefined }),
    answer: /^HTTP\/1\.1 40[03] [\s\S]*<Error><Code>/,
  },
];

const boundary = "frontier";
const field = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nx\r\n--${boundary}--\r\n`;
const encoded = (policy: unknown) => Buffer.from(JSON.stringify(policy)).toString("base64");
const open = { expiration: "2099-01-01T00:00:00Z", conditions: [] };
const credential = "test/20260101/us-east-1/s3/aws4_request";
const signedFields = (policy: string) =>
  field("policy", policy) +
  field("x-amz-algorithm", "AWS4-HMAC-SHA256") +
  field("x-amz-credential", credential) +
  field("x-amz-date", "20260101T000000Z") +
  field("x-amz-signature", "00");
const form = (
  name: string,
  body: string,
  expected: Expected,
  type = `multipart/form-data; boundary=${boundary}`,
): Case => ({
  name: `a form with ${name}`,
  bytes: request(
    ["POST /bad HTTP/1.1", "Host: localhost", "Connection: close", `Content-Type: ${type}`],
    body,
  ),
  answer: answerOf(expected),
});
const forms = [
  form("nothing", "", "MalformedPOSTRequest"),
  form("no boundary", field("key", "k") + file, "MalformedPOSTRequest", "multipart/form-data"),
  form("no end", field("key", "k"), "MalformedPOSTRequest"),
  form("no key", file, "InvalidArgument"),
  form("no file", `${field("key", "k")}--${boundary}--\r\n`, "InvalidArgument"),
  form("nobody's signature", field("key", "k") + file, [403, "AccessDenied"]),
  form("fields beyond measure", field("key", "k".repeat(30_000)) + file, "MaxPostPreDataLengthExceededError"),
  form(
    "a policy without signature",
    field("key", "k") + field("policy", encoded(open)) + file,
    "InvalidArgument",
  ),
  form("a policy that is no JSON", field("key", "k") + signedFields("AAAA") + file, "InvalidPolicyDocument"),
  form(
    "a policy that is over",
    field("key", "k") + signedFields(encoded({ ...open, expiration: "2000-01-01T00:00:00Z" })) + file,
    [403, "AccessDenied"],
  ),
  form("fields that the policy does not name", field("key", "k") + signedFields(encoded(open)) + file, [
    403,
    "AccessDenied",
  ]),
  form(
    "an unknown operator",
    field("key", "k") + signedFields(encoded({ ...open, conditions: [["like", "$key", "k"]] })) + file,
    "InvalidPolicyDocument",
  ),
];

export const s3Tables: Readonly<Record<string, readonly Case[]>> = {
  "a broken document": documents,
  "a wrong document": wrongDocuments,
  "an upload": uploads,
  "a copy": copies,
  "a parameter": parameters,
  "a range": ranges,
  "a bucket's name": bucketNames,
  "a method": methods,
  "a signature": signatures,
  "a browser's form": forms,
};
